/**
 * Imports go only along drawn arrows: between packages, and between the folders of each package.
 *
 * A package's README draws the packages that it imports. The README of a folder that holds folders draws how its
 * entries (folders, and files by their name without `.ts`) import each other; a folder, and each file of `src` itself,
 * must have its arrows drawn, and any other file is held to them where it has some. A README may instead draw what its own
 * folder imports from its neighbours, as the parent's README does; the two then have to agree. Tests beside the code
 * are held to the packages' arrows only.
 */
import { posix } from 'node:path'
import { type Arrow, circleIn, type Drawing, readArrows } from './arrows.ts'
import type { Failure } from './failure.ts'
import { type Import, importsOf } from './imports.ts'
import { isSource, isTest, packageLaw, packageOf, sourceFolders, type Tree } from './tree.ts'

type Edge = { readonly file: string; readonly to: string; readonly line: number }

export function checkDirections(tree: Tree): readonly Failure[] {
  const folders = sourceFolders(tree)
  const edges = [...tree]
    .filter(([path]) => isSource(path) && !isTest(path))
    .flatMap(([file, text]) => relativeEdges(file, importsOf(file, text)))
  return [
    ...Object.keys(packageLaw).flatMap((name) => checkPackage(tree, name)),
    ...folders.flatMap((folder) => checkFolder(tree, folder, edges)),
  ]
}

function checkPackage(tree: Tree, name: string): readonly Failure[] {
  const readme = `${name}/README.md`
  const text = tree.get(readme)
  if (text === undefined)
    return [{ file: readme, line: 1, says: `is missing: it draws what ${name} imports` }]
  const drawing = readArrows(text)
  const drawn = drawing.arrows.filter((arrow) => arrow.from === name)
  const failures: Failure[] = []
  if (drawn.length === 0 && !drawing.leaf) failures.push(lacksArrows(readme, name))

  const law = packageLaw[name] ?? []
  for (const { to, line } of drawn) {
    if (!law.includes(to))
      failures.push({
        file: readme,
        line,
        says: `${name} may import ${law.join(', ') || 'no package'}, not ${to}`,
      })
  }
  for (const [file, source] of tree) {
    if (packageOf(file) !== name || !isSource(file)) continue
    for (const each of importsOf(file, source)) {
      const to =
        each.package ?? (each.path === null ? null : (packageOf(each.path) ?? 'a file outside the packages'))
      if (to === null || to === name) continue
      const { line, specifier } = each
      if (each.path !== null)
        failures.push({ file, line, says: `import a package by its name, not '${specifier}'` })
      if (!drawn.some((arrow) => arrow.to === to)) {
        failures.push({ file, line, says: `imports ${to}, but ${readme} draws no ${name} ──▶ ${to}` })
      }
    }
  }
  return failures
}

function checkFolder(tree: Tree, folder: string, edges: readonly Edge[]): readonly Failure[] {
  const readme = `${folder}/README.md`
  const text = tree.get(readme)
  if (text === undefined)
    return [{ file: readme, line: 1, says: 'is missing: what the folder is for, and its arrows' }]

  const drawing = readArrows(text)
  const parent = posix.dirname(folder)
  const inside = drawing.arrows.filter(
    ({ from, to }) => isEntry(tree, folder, from) && isEntry(tree, folder, to),
  )
  const own = drawing.arrows.filter(
    ({ from, to }) => from === posix.basename(folder) && isEntry(tree, parent, to),
  )
  const unknown = drawing.arrows.filter((arrow) => !inside.includes(arrow) && !own.includes(arrow))
  const failures: Failure[] = []
  if (drawing.arrows.length === 0 && !drawing.leaf) failures.push(lacksArrows(readme, posix.basename(folder)))
  const circle = circleIn(inside)
  if (circle !== null)
    failures.push({
      file: readme,
      line: inside[0]?.line ?? 1,
      says: `draws a circle: ${circle.join(' ──▶ ')}`,
    })

  return [
    ...failures,
    ...unknown.map(({ from, to, line }) => ({
      file: readme,
      line,
      says: `draws ${from} ──▶ ${to}, but ${missing(tree, folder, from, to)} is not there`,
    })),
    ...checkInside(tree, folder, inside, edges),
    ...checkOwn(folder, own, drawing, edges),
  ]
}

function checkInside(
  tree: Tree,
  folder: string,
  arrows: readonly Arrow[],
  edges: readonly Edge[],
): readonly Failure[] {
  const failures: Failure[] = []
  for (const { file, to, line } of edges) {
    const a = entryOf(folder, file)
    const b = entryOf(folder, to)
    if (a === null || b === null || a === b || a === 'index') continue
    const strict = folder.split('/').length === 2 || isFolder(tree, `${folder}/${a}`)
    if (!strict && !arrows.some((arrow) => arrow.from === a)) continue
    if (arrows.some((arrow) => arrow.from === a && arrow.to === b)) continue
    failures.push({ file, line, says: `imports ${b}, but ${folder}/README.md draws no ${a} ──▶ ${b}` })
  }
  return failures
}

function checkOwn(
  folder: string,
  own: readonly Arrow[],
  drawing: Drawing,
  edges: readonly Edge[],
): readonly Failure[] {
  if (own.length === 0 && !drawing.leaf) return []
  const parent = posix.dirname(folder)
  const name = posix.basename(folder)
  const failures: Failure[] = []
  for (const { file, to, line } of edges) {
    if (!file.startsWith(`${folder}/`) || to.startsWith(`${folder}/`)) continue
    const target = entryOf(parent, to)
    if (target === null || own.some((arrow) => arrow.from === name && arrow.to === target)) continue
    failures.push({
      file,
      line,
      says: `imports ${target}, but ${folder}/README.md says that ${name} does not`,
    })
  }
  return failures
}

function relativeEdges(file: string, imports: readonly Import[]): readonly Edge[] {
  return imports.flatMap(({ path, line }) => (path === null ? [] : [{ file, to: path, line }]))
}

/** The folder or the file, without `.ts`, by which a path goes on inside a folder; null for a path outside it. */
function entryOf(folder: string, path: string): string | null {
  if (!path.startsWith(`${folder}/`)) return null
  return (path.slice(folder.length + 1).split('/')[0] ?? '').replace(/\.ts$/, '')
}

function isEntry(tree: Tree, folder: string, name: string): boolean {
  return tree.has(`${folder}/${name}.ts`) || isFolder(tree, `${folder}/${name}`)
}

function isFolder(tree: Tree, path: string): boolean {
  for (const each of tree.keys()) if (each.startsWith(`${path}/`)) return true
  return false
}

/** The end of an arrow that names nothing: of the two, the one that neither the folder nor its parent has. */
function missing(tree: Tree, folder: string, from: string, to: string): string {
  if (from === posix.basename(folder)) return to
  return isEntry(tree, folder, from) ? to : from
}

function lacksArrows(file: string, name: string): Failure {
  return {
    file,
    line: 1,
    says: `lacks its arrows: a line "    ${name} ──▶ …", or the words "It imports nothing."`,
  }
}
