import { expect, it } from 'vitest'
import { allPairs, families, halfOf, type Pair } from './pairs.ts'
import { strangersFamilies } from './stranger/families.ts'
import { wordsOf } from './words-apart.ts'

const pairs = allPairs()
const count = (kind: string, half: string): number =>
  pairs.filter((pair) => pair.kind === kind && pair.half === half).length
const folded = (text: string): string => wordsOf(text).join(' ')
const strangers = new Set(strangersFamilies.map(({ id }) => id))

it('has four hundred pairs of each kind in each half, and each pair once, whichever way round', () => {
  for (const kind of ['paraphrase', 'near-twin']) {
    for (const half of ['set', 'report']) expect(count(kind, half)).toBeGreaterThanOrEqual(400)
  }
  const eitherWay = ({ one, other }: Pair): string => [folded(one), folded(other)].sort().join('\n')
  const told = pairs.filter(({ family }) => strangers.has(family)).map(eitherWay)
  expect(new Set(told).size).toBe(told.length)
  expect(new Set(pairs.map(({ one, other }) => `${one}\n${other}`)).size).toBe(pairs.length)
})

it('calls no two questions both a paraphrase and a near-twin', () => {
  const kinds = new Map<string, string>()
  for (const { kind, one, other } of pairs) {
    const both = [one, other].sort().join('\n')
    expect(kinds.get(both) ?? kind).toBe(kind)
    kinds.set(both, kind)
  }
})

it('reports on what a stranger wrote, and on nothing else', () => {
  for (const { family, half } of pairs) expect(half).toBe(strangers.has(family) ? halfOf(family) : 'set')
})

it('takes no change of case and marks for a rewording', () => {
  for (const { kind, one, other } of pairs)
    if (kind === 'paraphrase') expect(folded(one)).not.toBe(folded(other))
})

it('fills every place, and puts no family into both halves', () => {
  for (const { one, other } of pairs) expect(one + other).not.toMatch(/[{}]/)
  const halves = new Map<string, Set<string>>()
  for (const { family, half } of pairs) halves.set(family, (halves.get(family) ?? new Set()).add(half))
  for (const each of halves.values()) expect(each.size).toBe(1)
})

it("tells a stranger's family by a name of its own, which begins with its language", () => {
  const names = [...families, ...strangersFamilies].map(({ id }) => id)
  expect(new Set(names).size).toBe(names.length)
  for (const { id, language } of strangersFamilies) expect(id.startsWith(`${language}-`)).toBe(true)
})

it("gives each of a stranger's families three to six wordings and three to six near-twins, and no filling", () => {
  expect(strangersFamilies.length).toBeGreaterThanOrEqual(260)
  for (const { forms, fills, twins } of strangersFamilies) {
    for (const { length } of [forms, twins]) expect([3, 4, 5, 6]).toContain(length)
    expect(fills).toEqual([])
  }
})

it("asks each of a stranger's questions once, in one family, where no near-twin is a wording", () => {
  const asked = new Map<string, string>()
  for (const { family, one, other } of pairs)
    if (!strangers.has(family)) for (const text of [one, other]) asked.set(folded(text), family)
  for (const { id, forms, twins } of strangersFamilies) {
    for (const text of [...forms, ...twins]) {
      expect(asked.get(folded(text)), `${id}: ${text}`).toBe(undefined)
      asked.set(folded(text), id)
    }
  }
})

it('sets each near-twin of a stranger beside a wording, and tells every one of them', () => {
  const told = new Set(pairs.filter(({ kind }) => kind === 'near-twin').map(({ other }) => other))
  for (const { twins } of strangersFamilies) for (const twin of twins) expect(told.has(twin)).toBe(true)
})
