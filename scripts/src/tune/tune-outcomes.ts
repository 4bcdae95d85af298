/** Tunes on recorded outcomes: nothing is asked of anybody, and every arm is tried on every request. */
import { NearsideError, textTokens } from '@nearside/core'
import { dealFolds } from '../train/folds.ts'
import { chooseKnown } from './choose-known.ts'
import type { Objectives } from './objectives.ts'
import type { OutcomeRow } from './read-outcomes.ts'
import { reportOn } from './report-on.ts'
import type { TuneResult } from './result.ts'
import { withWholeTable } from './ways-known.ts'

export type OutcomePrices = {
  /** Dollars for a million tokens of the frontier's; null where the rows tell, or nobody does. */
  readonly frontier: { readonly prompt: number; readonly output: number } | null
  /** How long an answer is taken to be. */
  readonly outputTokens: number
}

export type OutcomeTerms = {
  readonly measuredOn: string
  /** Whose scores: sentences for people. */
  readonly scores: string
  readonly objectives: Objectives
  readonly prices: OutcomePrices
  readonly seed: number
}

const fewestRequests = 60

export function tuneOutcomes(given: readonly OutcomeRow[], terms: OutcomeTerms): TuneResult {
  if (given.length < fewestRequests)
    throw new NearsideError(
      'bad-options',
      `${terms.measuredOn} has ${given.length} records; ${fewestRequests} are the fewest that two halves can be made of.`,
    )
  const rows = given.map((row) => priced(row, terms.prices))
  const half = dealFolds(
    rows.map(({ prompt, id }) => (prompt === '' ? id : prompt)),
    rows.map(({ task, local, frontier }) => `${task} ${Math.sign(frontier!.quality - local!.quality)}`),
    2,
    terms.seed,
  )
  const { objectives } = terms
  const choosing = rows.filter((_, i) => half[i] === 0)
  const { clusters, chosen, optimism } = chooseKnown(choosing, objectives)
  const found = reportOn({
    clusters,
    rows: rows.filter((_, i) => half[i] === 1),
    chosen,
    terms: withWholeTable(chosen.way.terms, choosing),
    objectives,
  })
  return {
    tune: 'outcomes',
    measuredOn: terms.measuredOn,
    scores: terms.scores,
    objectives,
    ...found,
    spent: null,
    uncertain: uncertainties(rows, found, terms, optimism),
  }
}

function priced(row: OutcomeRow, { frontier: price, outputTokens }: OutcomePrices): OutcomeRow {
  const { local, frontier } = row
  if (price === null || local === undefined || frontier === undefined || frontier.usd !== null) return row
  const usd = (textTokens(row.prompt) * price.prompt + outputTokens * price.output) / 1e6
  return { ...row, local: { ...local, usd: local.usd ?? 0 }, frontier: { ...frontier, usd } }
}

function uncertainties(
  rows: readonly OutcomeRow[],
  found: Pick<TuneResult, 'chosen' | 'requests'>,
  { prices, scores }: OutcomeTerms,
  optimism: number,
): readonly string[] {
  const [low, high] = found.chosen.reporting.intervals?.ofStrong ?? [Number.NaN, Number.NaN]
  const assumed = rows.filter((row) => row.assumed).length
  const cascades = rows.every(({ local }) => local?.confidence != null)
  const said = [
    `On ${found.requests.reporting} other requests of the same kind the quality would lie between ${percent(low)} and ${percent(high)} of the strong model's, 95 times of 100; traffic that is of another kind may lie anywhere.`,
    `The judge's scores are ${scores}.`,
    `The bar was raised by ${(100 * optimism).toFixed(1)} points of quality, which is what choosing flattered by inside the choosing half.`,
  ]
  if (assumed > 0)
    said.push(
      `Of ${assumed} records the strong model's quality is not known; it was taken to be always right.`,
    )
  if (found.chosen.reporting.usd === null)
    said.push(
      'No costs are known, so the share of strong calls stands in their place. Every record has to tell both, small_usd and large_usd (0 is a cost), or --frontier-price the price.',
    )
  else if (prices.frontier !== null)
    said.push(
      `Costs are worked out from the prompt's length and ${prices.outputTokens} tokens of answer, at the price that was given; the near model's are taken to be nothing where no record says.`,
    )
  if (found.chosen.reporting.joules === null) said.push('Energy is unknown: not every record tells it.')
  if (found.chosen.reporting.p95Ms === null) said.push('Latency is unknown: not every record tells it.')
  if (!cascades)
    said.push(
      'Cascades were not tried: that takes the confidence of each near answer, small_confidence. Nor was consistency, which takes a second answer.',
    )
  return said
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`
}
