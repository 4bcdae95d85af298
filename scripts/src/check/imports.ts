/** What a file imports: each specifier with its line, and the path or the package that it means. */
import { posix } from 'node:path'
import { codeText } from './code-text.ts'
import { packageNames } from './tree.ts'

export type Import = {
  readonly specifier: string
  readonly line: number
  /** The path in the repository, for a relative import. */
  readonly path: string | null
  /** The workspace, for an import by package name. */
  readonly package: string | null
}

const specifiers = /\b(?:from|import)\s*\(?\s*(['"])([^'"\n]+)\1/g

export function importsOf(path: string, source: string): readonly Import[] {
  const code = codeText(source, { strings: true })
  // Both texts have the same columns: a match whose first word is blank here stands inside a string.
  const bare = codeText(source)
  const matches = [...code.matchAll(specifiers)].filter((match) => bare.charAt(match.index).trim() !== '')
  return matches.map((match) => {
    const specifier = match[2] ?? ''
    const name = specifier.split('/').slice(0, 2).join('/')
    return {
      specifier,
      line: lineOf(code, match.index),
      path: specifier.startsWith('.') ? posix.join(posix.dirname(path), specifier) : null,
      package: packageNames[name] ?? null,
    }
  })
}

export function lineOf(text: string, index: number): number {
  return text.slice(0, index).split('\n').length
}
