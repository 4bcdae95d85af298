import { describe, expect, it } from 'vitest'
import { dealFolds } from './folds.ts'
import { nearDuplicateGroups } from './near-duplicates.ts'

const tied = (a: string, b: string): boolean => {
  const [first, second] = nearDuplicateGroups([a, b])
  return first === second
}

describe('near-duplicates', () => {
  it('are texts that differ in case and punctuation only', () => {
    expect(tied('What is the capital of Peru?', 'what is the CAPITAL of Peru')).toBe(true)
  })

  it('are texts of which the shorter has half of its sequences in the longer', () => {
    const question = 'A farmer has seven sheep and sells four of them at the market in town.'
    expect(tied(question, `Think step by step. ${question} How many are left?`)).toBe(true)
    expect(tied(question, 'A baker has nine loaves and gives two away to the neighbours.')).toBe(false)
  })

  it('are not texts that share the words of a template with many others', () => {
    const texts = Array.from(
      { length: 60 },
      (_, i) =>
        `For which of these two scenarios does the speaker do something clearly wrong? number${i} item${i}`,
    )
    expect(new Set(nearDuplicateGroups(texts)).size).toBe(60)
  })

  it('stay in one fold, and each stratum is spread over all folds', () => {
    const texts = Array.from({ length: 50 }, (_, i) => [
      `question ${i} about a${i} b${i} c${i}`,
      `Question ${i}, about a${i} b${i} c${i}!`,
    ]).flat()
    const strata = texts.map((_, i) => (i % 4 < 2 ? 'hard' : 'easy'))
    const fold = dealFolds(texts, strata, 5, 1)
    for (let i = 0; i < texts.length; i += 2) expect(fold[i]).toBe(fold[i + 1])
    for (const stratum of ['hard', 'easy'])
      for (let part = 0; part < 5; part++)
        expect(texts.filter((_, i) => strata[i] === stratum && fold[i] === part)).toHaveLength(10)
  })
})
