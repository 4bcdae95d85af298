import { expect, it } from 'vitest'
import { checkSignposts } from './signposts.ts'

const table = (row: string) => `# Contributing\n\n| to change | open | exports |\n|---|---|---|\n${row}\n`
const check = (row: string, files: Readonly<Record<string, string>> = {}) =>
  checkSignposts(new Map(Object.entries({ 'CONTRIBUTING.md': table(row), ...files }))).map(
    ({ line, says }) => `${line} ${says}`,
  )
const row = '| a reason | `shared/src/plan/reason.ts` | `reasons`, `Reason` |'
const path = 'shared/src/plan/reason.ts'

it('is content with a row whose file exports what it names', () => {
  expect(check(row, { [path]: 'export const reasons = []\nexport type Reason = string' })).toEqual([])
  expect(check(row, { [path]: 'export { reasons, type A as Reason } from "b"' })).toEqual([])
})

it('names a path that does not exist and a name that is not exported', () => {
  expect(check(row)).toEqual([`5 ${path} does not exist; name the file that took its place`])
  const source = 'const reasons = []\nexport const reasonsOld = []\n// export type Reason = string'
  expect(check(row, { [path]: source })).toEqual([
    `5 ${path} exports no reasons; name what it exports now`,
    `5 ${path} exports no Reason; name what it exports now`,
  ])
})

it('looks for the words themselves in a file that exports nothing', () => {
  const vars = '| a variable | `wrangler.toml` | `[vars]` |'
  expect(check(vars, { 'wrangler.toml': 'name = "a"\n[vars]\n' })).toEqual([])
  expect(check(vars, { 'wrangler.toml': 'name = "a"' })).toHaveLength(1)
})

it('wants the page, the table, a row, and in each row a path and a name', () => {
  expect(checkSignposts(new Map())).toHaveLength(1)
  expect(checkSignposts(new Map([['CONTRIBUTING.md', '# Contributing']]))).toHaveLength(1)
  expect(check('')).toEqual(['3 has a table without rows'])
  expect(check('| a reason | `a.ts` | |', { 'a.ts': '' })).toHaveLength(1)
})
