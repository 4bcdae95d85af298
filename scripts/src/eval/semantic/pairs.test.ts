import { expect, it } from 'vitest'
import { allPairs } from './pairs.ts'

const pairs = allPairs()
const count = (kind: string, half: string): number =>
  pairs.filter((pair) => pair.kind === kind && pair.half === half).length

it('has a thousand pairs, of both kinds in both halves, and each pair once', () => {
  expect(pairs.length).toBeGreaterThanOrEqual(1_000)
  for (const kind of ['paraphrase', 'near-twin']) {
    for (const half of ['set', 'report']) expect(count(kind, half)).toBeGreaterThanOrEqual(150)
  }
  expect(new Set(pairs.map(({ one, other }) => `${one}\n${other}`)).size).toBe(pairs.length)
})

it('takes no change of case and marks for a rewording', () => {
  const words = (text: string): string =>
    text
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, ' ')
      .trim()
  for (const { kind, one, other } of pairs)
    if (kind === 'paraphrase') expect(words(one)).not.toBe(words(other))
})

it('fills every place, and puts no family into both halves', () => {
  for (const { one, other } of pairs) expect(one + other).not.toMatch(/[{}]/)
  const halves = new Map<string, Set<string>>()
  for (const { family, half } of pairs)
    if (family !== 'hand-written') halves.set(family, (halves.get(family) ?? new Set()).add(half))
  for (const each of halves.values()) expect(each.size).toBe(1)
})
