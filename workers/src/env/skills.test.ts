import { expect, it } from 'vitest'
import { readSkills } from './skills.ts'

const names = (given: string): readonly string[] | false => {
  const { edge } = readSkills({ NEARSIDE_SKILLS: given })
  return edge === false ? false : edge.map(({ name }) => name)
}

it('takes the skills that rest on the question alone where none is named', () => {
  expect(names('')).toEqual(['arithmetic', 'percentages', 'units', 'bases', 'calendar', 'text'])
})

it('takes skills by name, in their order, or none', () => {
  expect(names('greetings, arithmetic,zones')).toEqual(['greetings', 'arithmetic', 'zones'])
  expect(names('none')).toBe(false)
})

it('refuses a name that is no skill, and one named twice', () => {
  for (const given of ['sums', 'arithmetic,none', 'arithmetic,arithmetic', 'toString'])
    expect(() => readSkills({ NEARSIDE_SKILLS: given }), given).toThrow('NEARSIDE_SKILLS')
})
