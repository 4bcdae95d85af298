import { expect, it } from 'vitest'
import { trustLines, unknownNumbers } from './trust-lines.ts'

const page = '| line | what must hold |\n|---|---|\n| 7 | Usage is charged |\n| 12 | A cut is an error |\n'
// A title of this file would be found by the tool itself, so the mark is put together here.
const test = (numbers: string, says: string) => `it('${'TRUST'} ${numbers}: ${says}', () => {})`

it('gives each line its tests, and a line without tests none', () => {
  const tree = new Map([
    ['shared/src/a.test.ts', test('7', 'an explicit zero is charged')],
    ['shared/src/a.ts', test('7', 'no test file')],
  ])
  expect(trustLines(page, tree)).toEqual([
    {
      number: 7,
      title: 'Usage is charged',
      tests: [{ file: 'shared/src/a.test.ts', title: 'an explicit zero is charged' }],
    },
    { number: 12, title: 'A cut is an error', tests: [] },
  ])
})

it('counts a test for each of its numbers, reads every kind of quote, and finds suites that tests share', () => {
  const text = `${test('7, 12', "a client\\'s cut")}\nit.each([1])(\`${'TRUST'} 12: at chunk %i\`, () => {})`
  const titles = trustLines(page, new Map([['test/budget/contract.ts', text]])).map((line) =>
    line.tests.map((each) => each.title),
  )
  expect(titles).toEqual([["a client's cut"], ["a client's cut", 'at chunk %i']])
})

it('names numbers that the page does not have', () => {
  expect(unknownNumbers(page, new Map([['a.test.ts', test('7, 99', 'a')]]))).toEqual([99])
})
