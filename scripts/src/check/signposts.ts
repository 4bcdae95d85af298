/**
 * The table in CONTRIBUTING.md that says which file to open for a change. Each path exists, and each name stands in
 * its file: exported by a TypeScript file, spelled out in any other.
 */
import { codeText } from './code-text.ts'
import type { Failure } from './failure.ts'
import type { Tree } from './tree.ts'

const page = 'CONTRIBUTING.md'
const heads = ['to change', 'open', 'exports']

export function checkSignposts(tree: Tree): readonly Failure[] {
  const text = tree.get(page)
  if (text === undefined)
    return [{ file: page, line: 1, says: 'is missing: it says which file to open for a change' }]
  const lines = text.split('\n')
  const head = lines.findIndex((line) => cells(line).join('|').toLowerCase() === heads.join('|'))
  if (head < 0) return [{ file: page, line: 1, says: `has no table with the columns ${heads.join(' | ')}` }]

  const failures: Failure[] = []
  let rows = 0
  // Behind the heads stands the line of dashes.
  for (let i = head + 2; lines[i]?.startsWith('|'); i++, rows++) {
    const [, open = '', exported = ''] = cells(lines[i] ?? '')
    failures.push(...checkRow(tree, i + 1, quoted(open), quoted(exported)))
  }
  if (rows === 0) failures.push({ file: page, line: head + 1, says: 'has a table without rows' })
  return failures
}

function checkRow(
  tree: Tree,
  line: number,
  paths: readonly string[],
  names: readonly string[],
): readonly Failure[] {
  const [path, ...more] = paths
  if (path === undefined || more.length > 0 || names.length === 0) {
    return [{ file: page, line, says: 'a row names one path and at least one export, each in backticks' }]
  }
  const text = tree.get(path)
  if (text === undefined)
    return [{ file: page, line, says: `${path} does not exist; name the file that took its place` }]
  return names
    .filter((name) => !(path.endsWith('.ts') ? exports(text, name) : text.includes(name)))
    .map((name) => ({ file: page, line, says: `${path} exports no ${name}; name what it exports now` }))
}

function exports(source: string, name: string): boolean {
  const code = codeText(source)
  const escaped = name.replaceAll('$', '\\$')
  const declared = new RegExp(
    `\\bexport\\s+(?:declare\\s+|async\\s+|abstract\\s+)*(?:function\\*?|const|let|class|type|interface)\\s+${escaped}(?![\\w$])`,
  )
  if (declared.test(code)) return true
  return [...code.matchAll(/\bexport\s+(?:type\s+)?\{([^}]*)\}/g)].some(({ 1: list = '' }) =>
    list.split(',').some((each) => each.trim().split(/\s+/).at(-1) === name),
  )
}

function cells(line: string): readonly string[] {
  if (!line.startsWith('|')) return []
  return line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim())
}

function quoted(cell: string): readonly string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '')
}
