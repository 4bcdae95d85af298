import { expect, it } from 'vitest'
import { checkPurity } from './purity.ts'

const uses = (source: string, path = 'shared/src/plan/decide.ts') =>
  checkPurity(new Map([[path, source]])).map(({ line, says }) => `${line} ${says.split(':')[0]}`)

it.each([
  'async function a() {}',
  'const a = async () => 1',
  'for await (const a of b) {}',
  'function a(): Promise<void>',
  'const a = Date.now()',
  'const a = new Date()',
  'const a = new Date',
  'const a = Date()',
  'const a = Math.random()',
  'const a = performance.now()',
  'setTimeout(a, 1)',
  'queueMicrotask(a)',
  'fetch(url)',
  'console.log(a)',
  'process.env.A',
  'globalThis.a',
  'crypto.randomUUID()',
  "import('a')",
  "import { readFileSync } from 'node:fs'",
  'const a = `§{Date.now()}`'.replace('§', '$'),
])('shared may not say %j', (source) => {
  expect(uses(source)).toHaveLength(1)
})

it.each([
  '// await fetch(url)',
  "const a = 'Date.now()'",
  'const a = /await/',
  'const a = new Date(now)',
  'const a = Date.UTC(2026, 1, 1)',
  'const a = b.process',
  'type A = { readonly process: string }',
  'const performanceMs = 1',
  'const fetched = refetch(1)',
])('shared may say %j', (source) => {
  expect(uses(source)).toEqual([])
})

it('names the line, and looks neither at tests nor at other packages', () => {
  expect(uses('const a = 1\nawait a')).toEqual(['2 await'])
  expect(uses('await a', 'shared/src/plan/decide.test.ts')).toEqual([])
  expect(uses('await a', 'workers/src/middleware.ts')).toEqual([])
})
