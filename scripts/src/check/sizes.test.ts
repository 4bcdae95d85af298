import { expect, it } from 'vitest'
import { checkSizes } from './sizes.ts'

const lines = (count: number) => 'a\n'.repeat(count)
const check = (files: Readonly<Record<string, number>>) =>
  checkSizes(
    new Map(
      Object.entries({ 'workers/src/middleware.ts': 80, ...files }).map(([path, count]) => [
        path,
        lines(count),
      ]),
    ),
  )

it('holds the middleware to a page of 80 lines', () => {
  expect(check({})).toEqual([])
  expect(check({ 'workers/src/middleware.ts': 81 })).toEqual([
    { file: 'workers/src/middleware.ts', line: 81, says: 'has 81 lines; at most 80 are right' },
  ])
  expect(checkSizes(new Map())).toHaveLength(1)
})

it('holds every other source file to 300 lines, but no test', () => {
  expect(check({ 'shared/src/a.ts': 300, 'shared/src/b.test.ts': 900, 'docs/a.md': 900 })).toEqual([])
  expect(check({ 'shared/src/a.ts': 301 })).toHaveLength(1)
})
