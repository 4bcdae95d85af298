/** What an operator should know of a pack before customers do: where its intents get mixed up, contradict each other or are weak. */
import { type Certainty, logOddsOf, statedForm } from '@nearside/core'
import type { Labelled } from './build-pack.ts'
import type { CrossJudged } from './cross-judge.ts'
import { shareWeights, thresholdFor } from './fit-certainty.ts'
import type { PackSource } from './source.ts'

export type PackReport = {
  readonly pack: string
  readonly intents: number
  readonly examples: number
  readonly outOfScope: number
  /** All figures are of examples judged by machines that had not seen them. */
  readonly accuracy: number
  /** At the wanted precision: the share of questions within scope that is answered. */
  readonly precision: number
  readonly coverage: number
  readonly coverageAt99: number
  /** Of questions about an intent that was kept back whole, or out of scope, how many were answered all the same. */
  readonly outsideAnswered: number | null
  readonly confusions: readonly Confusion[]
  readonly contradictions: readonly Contradiction[]
  /** Examples that speak for another intent so certainly that it would be answered: perhaps they stand in the wrong place. */
  readonly misplaced: readonly Misplaced[]
  readonly weakIntents: readonly WeakIntent[]
}

export type Confusion = { readonly intent: string; readonly takenFor: string; readonly times: number }
export type Placed = { readonly intent: string; readonly line: number }
export type Contradiction = { readonly text: string; readonly places: readonly Placed[] }
export type Misplaced = {
  readonly text: string
  readonly line: number
  readonly intent: string
  readonly takenFor: string
}
export type WeakIntent = {
  readonly intent: string
  readonly examples: number
  /** Shares of its examples that were named rightly, and that would have been answered. */
  readonly named: number
  readonly answered: number
}

const outOfScope = 'outOfScope'
const mostTold = 50
/** Below these an intent is weak. */
const fewNamed = 0.8
const fewAnswered = 0.25

export function reportOn(
  source: PackSource,
  labelled: readonly Labelled[],
  { trials, said }: CrossJudged,
  certainty: Certainty,
): PackReport {
  const nameOf = (column: number): string => source.intents[column]?.name ?? outOfScope
  const logOdds = trials.map(({ signs }) => logOddsOf(signs, certainty))
  const isAnswered = (t: number): boolean => logOdds[t]! >= certainty.threshold
  const inside = labelled.flatMap(({ column }, i) =>
    column < source.intents.length && said[i]! >= 0 ? [i] : [],
  )
  const answeredExamples = new Set(trials.flatMap(({ example }, t) => (isAnswered(t) ? [example] : [])))
  const weighed = shareWeights(trials)
  const asked = trials.flatMap(({ outside }, t) => (outside ? [] : [t]))
  const coverage = (threshold: number): number =>
    shareOf(asked, (t) => logOdds[t]! >= threshold) * (asked.length / Math.max(1, inside.length))
  const outside = trials.flatMap((trial, t) => (trial.outside ? [t] : []))
  const askedOutside = labelled.filter(
    ({ column }, i) => column >= source.intents.length || said[i]! < 0,
  ).length
  return {
    pack: source.name,
    intents: source.intents.length,
    examples: labelled.length - source.outside.length,
    outOfScope: source.outside.length,
    accuracy: shareOf(inside, (i) => said[i] === labelled[i]!.column),
    precision: source.precision,
    coverage: coverage(certainty.threshold),
    coverageAt99: coverage(thresholdFor(0.99, trials, logOdds, weighed)),
    outsideAnswered: askedOutside === 0 ? null : outside.filter(isAnswered).length / askedOutside,
    confusions: confusionsOf(inside, labelled, said, nameOf),
    contradictions: contradictionsOf(labelled, nameOf),
    misplaced: trials
      .flatMap((trial, t) =>
        !trial.right && !trial.outside && isAnswered(t) ? [{ trial, at: logOdds[t]! }] : [],
      )
      .sort((a, b) => b.at - a.at)
      .slice(0, mostTold)
      .map(({ trial }) => {
        const { example, column } = labelled[trial.example]!
        return { ...example, intent: nameOf(column), takenFor: nameOf(trial.said) }
      }),
    weakIntents: weakOf(source, inside, labelled, said, answeredExamples),
  }
}

function confusionsOf(
  inside: readonly number[],
  labelled: readonly Labelled[],
  said: Int32Array,
  nameOf: (column: number) => string,
): readonly Confusion[] {
  const times = new Map<string, number>()
  for (const i of inside) {
    const { column } = labelled[i]!
    if (said[i] === column) continue
    const key = `${column} ${said[i]}`
    times.set(key, (times.get(key) ?? 0) + 1)
  }
  return [...times]
    .map(([key, count]) => {
      const [column = 0, taken = 0] = key.split(' ').map(Number)
      return { intent: nameOf(column), takenFor: nameOf(taken), times: count }
    })
    .sort((a, b) => b.times - a.times || (a.intent < b.intent ? -1 : 1))
    .slice(0, mostTold)
}

/** One wording under two intents: whichever is right, the other's author believes otherwise. */
function contradictionsOf(
  labelled: readonly Labelled[],
  nameOf: (column: number) => string,
): readonly Contradiction[] {
  const byForm = new Map<string, Labelled[]>()
  for (const each of labelled) {
    const form = statedForm(each.example.text)
    byForm.set(form, [...(byForm.get(form) ?? []), each])
  }
  return [...byForm.values()]
    .filter((group) => new Set(group.map(({ column }) => column)).size > 1)
    .map((group) => ({
      text: group[0]!.example.text,
      places: group.map(({ example, column }) => ({ intent: nameOf(column), line: example.line })),
    }))
}

function weakOf(
  source: PackSource,
  inside: readonly number[],
  labelled: readonly Labelled[],
  said: Int32Array,
  answered: ReadonlySet<number>,
): readonly WeakIntent[] {
  const own: number[][] = source.intents.map(() => [])
  for (const i of inside) own[labelled[i]!.column]!.push(i)
  return source.intents
    .map(({ name }, column) => ({
      intent: name,
      examples: own[column]!.length,
      named: shareOf(own[column]!, (i) => said[i] === column),
      answered: shareOf(own[column]!, (i) => said[i] === column && answered.has(i)),
    }))
    .filter(
      ({ examples, named, answered: share }) => examples > 0 && (named < fewNamed || share < fewAnswered),
    )
    .sort((a, b) => a.answered - b.answered || a.named - b.named)
    .slice(0, mostTold)
}

function shareOf(of: readonly number[], keep: (i: number) => boolean): number {
  return of.length === 0 ? 0 : of.filter(keep).length / of.length
}
