/**
 * The repository as the checks see it: each path with its text. They are functions of this value, so their tests
 * write a small tree and need no disk.
 */
export type Tree = ReadonlyMap<string, string>

/** The packages, with those that each may import. Arrows point at `shared`, never out of it. */
export const packageLaw: Readonly<Record<string, readonly string[]>> = {
  shared: [],
  workers: ['shared'],
  'local-runtime': ['shared'],
  scripts: ['shared', 'workers', 'local-runtime'],
}

export const packageNames: Readonly<Record<string, string>> = {
  '@nearside/core': 'shared',
  '@nearside/workers': 'workers',
  '@nearside/local-runtime': 'local-runtime',
  '@nearside/cli': 'scripts',
}

export function isSource(path: string): boolean {
  return packageOf(path) !== null && path.split('/')[1] === 'src' && path.endsWith('.ts')
}

export function isTest(path: string): boolean {
  return path.endsWith('.test.ts')
}

/** The package that a path lies in, or null for one outside all of them. */
export function packageOf(path: string): string | null {
  const first = path.split('/')[0] ?? ''
  return first in packageLaw ? first : null
}

/** Every folder from each package's `src` downwards, that holds a TypeScript file somewhere. */
export function sourceFolders(tree: Tree): readonly string[] {
  const folders = new Set<string>()
  for (const path of tree.keys()) {
    if (!isSource(path)) continue
    const parts = path.split('/')
    for (let depth = 2; depth < parts.length; depth++) folders.add(parts.slice(0, depth).join('/'))
  }
  return [...folders].sort()
}
