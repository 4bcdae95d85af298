import { describe, expect, it } from 'vitest'
import { repeats } from './repeats.ts'

const prose =
  'Energy is conserved because the laws of physics do not change with time. Noether showed in 1918 that every continuous symmetry of the action of a system has a conserved quantity that belongs to it. Translation in space gives momentum, rotation gives angular momentum, and translation in time gives energy. In general relativity, where spacetime itself bends, no such global symmetry need exist, so that energy is conserved only where the metric allows it. That is why photons from distant galaxies lose energy as the universe expands, without any of it going elsewhere.'

describe('a loop', () => {
  it('is a sentence that is said again and again', () => {
    expect(repeats(`It begins well. ${'The answer is that the answer is so. '.repeat(8)}`)).toBe(true)
  })

  it('is a loop where it breaks off in the middle of a turn', () => {
    expect(repeats(`${'and then he went home and '.repeat(9)}and then he`)).toBe(true)
  })

  it('is one without blanks between words', () => {
    expect(repeats('我不知道该怎么说才好。'.repeat(20))).toBe(true)
  })

  it('is one that changes a word at each turn', () => {
    const turns = Array.from(
      { length: 60 },
      (_, i) => `The next number in this long sequence is the number ${i}.`,
    )
    expect(repeats(turns.join(' '))).toBe(false)
    const same = Array.from(
      { length: 60 },
      (_, i) => `So it goes on and on and on and on and on again ${i % 3}.`,
    )
    expect(repeats(same.join(' '))).toBe(true)
  })
})

describe('what is no loop', () => {
  it('is prose, and a short answer', () => {
    expect(repeats(prose)).toBe(false)
    expect(repeats('no no no')).toBe(false)
    expect(repeats('')).toBe(false)
  })

  it('is a ruled line, and a table', () => {
    expect(repeats(`Total\n${'-'.repeat(200)}`)).toBe(false)
    const rows = Array.from({ length: 12 }, (_, i) => `| ${i} | ${i * i} | ${i ** 3} |`)
    expect(repeats(`| n | n² | n³ |\n| --- | --- | --- |\n${rows.join('\n')}`)).toBe(false)
  })
})
