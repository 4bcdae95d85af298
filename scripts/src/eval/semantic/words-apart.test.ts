import { expect, it } from 'vitest'
import { wordsApart } from './words-apart.ts'

it('counts the words that only one of two texts has, each as often as it stands there', () => {
  expect(wordsApart('How tall is K2?', 'How tall is Everest?')).toBe(2)
  expect(wordsApart('How do I open it?', 'How do I not open it?')).toBe(1)
  expect(wordsApart('very very good', 'very good')).toBe(1)
})

it('sees no difference in case, marks and order', () => {
  expect(wordsApart('npm or Yarn?', 'yarn, or NPM')).toBe(0)
  expect(wordsApart('¿Cuándo?', 'CUÁNDO')).toBe(0)
})

it('takes a text without words for as far away as the other is long', () => {
  expect(wordsApart('?!', 'one two')).toBe(2)
  expect(wordsApart('', '')).toBe(0)
})
