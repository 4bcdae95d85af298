/**
 * The pairs of the suite, made of the families by chance with a fixed seed, so that they are the same on every machine.
 *
 * The comparison's own author wrote `families.json` and the pairs one by one, so all of them are of the half on which things are set.
 * The families of a stranger, who had not seen the comparison, fall into one half or the other by the hash of their name, with all of
 * their pairs: the half that is reported is a stranger's alone, and what was learnt of a wording on the other helps nothing there.
 */
import { readFileSync } from 'node:fs'
import { sha256 } from '@nearside/core'
import type { Family } from './family.ts'
import { type WrittenPair, writtenPairs } from './hand-written.ts'
import { strangersFamilies } from './stranger/families.ts'
import { wordsApart } from './words-apart.ts'

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
  const made = families.flatMap((family) => pairsOf(family))
  const strangers = strangersFamilies.flatMap(strangersPairsOf)
  const written = writtenPairs.map((pair) => ({
    ...pair,
    family: 'hand-written',
    language: 'mixed',
    half: 'set' as const,
  }))
  return [...made, ...written, ...strangers]
}

function pairsOf(family: Family): readonly Pair[] {
  const { id, language, forms, fills, twins } = family
  const common = { family: id, language, half: 'set' as const }
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

/** Each near-twin stands beside the wording that is nearest to it, which is where it deceives; chance fills up what is left. */
function strangersPairsOf(family: Family): readonly Pair[] {
  const common = { family: family.id, language: family.language, half: halfOf(family.id) }
  const twinsOf = (one: string, twins: readonly string[]): readonly Pair[] =>
    twins.map((other) => ({ ...common, kind: 'near-twin', one, other }))
  const nearest = family.twins.flatMap((twin) => twinsOf(nearestTo(twin, family.forms), [twin]))
  const rest = family.forms.flatMap((form) =>
    twinsOf(
      form,
      family.twins.filter((twin) => nearestTo(twin, family.forms) !== form),
    ),
  )
  const paraphrases = family.forms.flatMap((one, at) =>
    family.forms.slice(at + 1).map((other): Pair => ({ ...common, kind: 'paraphrase', one, other })),
  )
  return [...someOf(paraphrases, mostParaphrases), ...nearest, ...someOf(rest, mostTwins - nearest.length)]
}

/** Of two that are equally near, the first. */
function nearestTo(twin: string, forms: readonly string[]): string {
  return forms.reduce((best, form) => (wordsApart(twin, form) < wordsApart(twin, best) ? form : best))
}

/** Every wording with every near-twin of its family and every other filling: far more than are told by hand. */
export function everyTwin(of: readonly Family[]): readonly (readonly [one: string, other: string])[] {
  return of.flatMap((family) =>
    fillsOf(family).flatMap((fill, at) => {
      const { forms, twins } = family
      const others = fillsOf(family).filter((_, place) => place !== at)
      const alike = [
        ...twins.map((twin) => filledIn(twin, fill)),
        ...others.flatMap((other) => [...forms, ...twins].map((form) => filledIn(form, other))),
      ]
      return forms.flatMap((form) => alike.map((other) => [filledIn(form, fill), other] as const))
    }),
  )
}

function fillsOf({ fills }: Family): Family['fills'] {
  return fills.length === 0 ? [[]] : fills
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

/** By chance, and for everybody alike. */
export function halfOf(text: string): Half {
  return hashOf(text) % 2 === 0 ? 'set' : 'report'
}

function hashOf(text: string): number {
  return new DataView(sha256(new TextEncoder().encode(text)).buffer).getUint32(0)
}
