/** Reads the repository's texts for the checks, without what is installed, built or reported. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Tree } from './tree.ts'

const texts = /\.(?:ts|tsx|md|toml|json|jsonc|lua)$/
const made = new Set([
  '.cache',
  '.git',
  '.vitest',
  '.wrangler',
  'coverage',
  'dist',
  'node_modules',
  'reports',
])

export function readTree(root: string): Tree {
  return new Map(pathsIn(root, '').map((path) => [path, readFileSync(join(root, path), 'utf8')]))
}

function pathsIn(root: string, folder: string): readonly string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`
    if (entry.isDirectory()) return made.has(entry.name) ? [] : pathsIn(root, path)
    return entry.isFile() && texts.test(entry.name) ? [path] : []
  })
}
