/**
 * The pairs of the suite, made of the families by chance with a fixed seed, so that they are the same on every machine.
 *
 * A family falls into one half or the other by the hash of its name, with all of its pairs: what was learnt of a wording on the half
 * where thresholds are set helps nothing on the half that is reported. Hand-written pairs fall by their own text.
 */
import { readFileSync } from 'node:fs'
import { sha256 } from '@nearside/core'
import type { Family } from './family.ts'
import { type WrittenPair, writtenPairs } from './hand-written.ts'

export type Half = 'set' | 'report'

export type Pair = WrittenPair & {
  readonly family: string
  readonly language: string
  readonly half: Half
}

export const families: readonly Family[] = JSON.parse(
  readFileSync(new URL('./families.json', import.meta.url), 'utf8'),
)

/** So many of each family, or as many as there are. */
const mostParaphrases = 9
const mostTwins = 9

export function allPairs(): readonly Pair[] {
  const made = families.flatMap(pairsOf)
  const written = writtenPairs.map((pair) => ({
    ...pair,
    family: 'hand-written',
    language: 'mixed',
    half: halfOf(`${pair.one} ${pair.other}`),
  }))
  return [...made, ...written]
}

function pairsOf(family: Family): readonly Pair[] {
  const { id, language, forms, fills, twins } = family
  const common = { family: id, language, half: halfOf(id) }
  const paraphrases: Pair[] = []
  const nearTwins: Pair[] = []
  const filled = fills.map((fill) => ({
    forms: forms.map((form) => filledIn(form, fill)),
    twins: twins.map((twin) => filledIn(twin, fill)),
  }))
  for (const [at, one] of filled.entries()) {
    for (let i = 0; i < forms.length; i++) {
      for (let j = i + 1; j < forms.length; j++)
        paraphrases.push({
          ...common,
          kind: 'paraphrase',
          one: one.forms[i] ?? '',
          other: one.forms[j] ?? '',
        })
      for (const other of [...one.twins, ...filled.slice(at + 1).flatMap((next) => next.forms)])
        nearTwins.push({ ...common, kind: 'near-twin', one: one.forms[i] ?? '', other })
    }
  }
  return [...someOf(paraphrases, mostParaphrases), ...someOf(nearTwins, mostTwins)]
}

/** Every wording with every near-twin of its family and every other filling: far more than are told by hand. */
export function everyTwin(): readonly (readonly [one: string, other: string])[] {
  return families.flatMap(({ forms, fills, twins }) =>
    fills.flatMap((fill, at) => {
      const others = fills.filter((_, place) => place !== at)
      const alike = [
        ...twins.map((twin) => filledIn(twin, fill)),
        ...others.flatMap((other) => [...forms, ...twins].map((form) => filledIn(form, other))),
      ]
      return forms.flatMap((form) => alike.map((other) => [filledIn(form, fill), other] as const))
    }),
  )
}

function filledIn(form: string, fill: readonly string[]): string {
  return form.replace(/\{(\d)\}/g, (_, place: string) => fill[Number(place)] ?? '')
}

/** Those with the lowest hashes: a choice by chance that everybody makes alike. */
function someOf(pairs: readonly Pair[], most: number): readonly Pair[] {
  return pairs
    .map((pair) => ({ pair, rank: hashOf(`${pair.one}\n${pair.other}`) }))
    .sort((a, b) => a.rank - b.rank)
    .slice(0, most)
    .map(({ pair }) => pair)
}

function halfOf(text: string): Half {
  return hashOf(text) % 2 === 0 ? 'set' : 'report'
}

function hashOf(text: string): number {
  return new DataView(sha256(new TextEncoder().encode(text)).buffer).getUint32(0)
}
