/**
 * `shared` decides and does nothing else: nothing in it waits, tells the time, draws lots or reaches out.
 *
 * Its compile settings already hide what a platform offers. What the language itself has (promises, clocks,
 * randomness, globals by another name) is looked for here, in code with its comments and strings blanked out.
 */
import { codeText } from './code-text.ts'
import type { Failure } from './failure.ts'
import { importsOf, lineOf } from './imports.ts'
import { isSource, isTest, packageOf, type Tree } from './tree.ts'

type Rule = { readonly pattern: RegExp; readonly instead: string }

const time = 'time is an argument, in milliseconds since the epoch'
const waiting = 'nothing in shared waits: hand values in and out, and let the servers wait'
const outside = 'shared touches nothing outside: what it needs is an argument'

const rules: readonly Rule[] = [
  { pattern: free('async'), instead: waiting },
  { pattern: free('await'), instead: waiting },
  { pattern: free('Promise'), instead: waiting },
  { pattern: free('PromiseLike'), instead: waiting },
  { pattern: free('(?:setTimeout|setInterval|setImmediate|queueMicrotask)'), instead: waiting },
  { pattern: /\bDate\s*\.\s*now\b/g, instead: time },
  { pattern: /\bnew\s+Date\s*(?:\(\s*\)|(?![\s(]))/g, instead: time },
  { pattern: /(?<!new\s+|[.\w$])Date\s*\(/g, instead: time },
  { pattern: free('performance'), instead: time },
  { pattern: /\bMath\s*\.\s*random\b/g, instead: 'randomness is an argument, a number from 0 to 1' },
  { pattern: free('crypto'), instead: outside },
  { pattern: /(?<![.\w$])fetch\s*\(/g, instead: outside },
  { pattern: free('console'), instead: outside },
  { pattern: free('process'), instead: outside },
  { pattern: free('globalThis'), instead: outside },
  { pattern: /(?<![.\w$])import\s*\(/g, instead: outside },
]

export function checkPurity(tree: Tree): readonly Failure[] {
  return [...tree].flatMap(([file, source]) => {
    if (packageOf(file) !== 'shared' || !isSource(file) || isTest(file)) return []
    const code = codeText(source)
    const uses = rules.flatMap(({ pattern, instead }) =>
      [...code.matchAll(pattern)].map((match) => ({
        file,
        line: lineOf(code, match.index),
        says: `${match[0].trim()}: ${instead}`,
      })),
    )
    const platform = importsOf(file, source).filter(({ specifier }) => specifier.startsWith('node:'))
    return [
      ...uses,
      ...platform.map(({ line, specifier }) => ({ file, line, says: `${specifier}: ${outside}` })),
    ]
  })
}

/** A name that stands free: no member of something, no key of an object. */
function free(name: string): RegExp {
  return new RegExp(`(?<![.\\w$])${name}(?![\\w$]|\\s*\\??:(?!:))`, 'g')
}
