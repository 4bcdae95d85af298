/** How well the gateway's own score sends prompts to the larger model, on a file of outcomes. */
import {
  type Classifier,
  expectedCalibrationError,
  learnedDifficulty,
  NearsideError,
  observe,
  readChatRequest,
  reliabilityBins,
  routingScore,
} from '@nearside/core'
import { bootstrapInterval, type Interval } from '../measure/bootstrap.ts'
import { type Outcome, type RoutingFigures, routingFigures } from '../measure/routing.ts'
import { seededRandom } from '../train/random.ts'
import type { RoutingRow } from '../train/rows.ts'

export type RouterFigures = Pick<RoutingFigures, 'apgr' | 'cpt50' | 'cpt80' | 'strongShareFor95'> & {
  readonly n: number
  /** Of P(small_score >= large_score), over the prompts whose difficulty is known. */
  readonly ece: number
  readonly apgrInterval: Interval
  /** The share of prompts of unknown difficulty; they are ranked by the expected gain all the same. */
  readonly unknown: number
  readonly lostPerKeptAtHalf: number
  readonly baselines: { readonly random: number; readonly length: number; readonly subject?: number }
}

const randomRuns = 20

export function evaluateRouter(
  classifier: Classifier,
  given: readonly RoutingRow[],
  file: string,
): RouterFigures {
  const rows = given.filter((row) => row.routellm_contaminated !== true)
  if (rows.length === 0) throw new NearsideError('bad-options', `${file} holds no rows.`)
  const bad = rows.findIndex((row) => !isOutcome(row))
  if (bad >= 0)
    throw new NearsideError(
      'bad-options',
      `${file}: row ${bad + 1} has no prompt, small_score or large_score.`,
    )

  const difficultyOf = learnedDifficulty(classifier)
  const signals = rows.map(({ prompt }) => {
    const request = readChatRequest({ model: 'auto', messages: [{ role: 'user', content: prompt }] })
    return observe(request, null, difficultyOf)
  })
  const outcomes = rows.map((row) => ({ smallScore: row.small_score, largeScore: row.large_score }))
  const scores = signals.map(routingScore)
  const told = signals.flatMap(({ difficulty }, i) =>
    difficulty === null ? [] : [{ said: 1 - difficulty, i }],
  )
  const bins = reliabilityBins(
    told.map(({ said }) => said),
    told.map(({ i }) => outcomes[i]!.smallScore >= outcomes[i]!.largeScore),
  )
  const { apgr, cpt50, cpt80, strongShareFor95, lostPerKeptAtHalf } = routingFigures(scores, outcomes)
  const subject = lookup(rows)
  return {
    n: rows.length,
    apgr,
    cpt50,
    cpt80,
    ece: expectedCalibrationError(bins),
    strongShareFor95,
    apgrInterval: bootstrapInterval(rows.length, (drawn) => apgrOf(drawn, scores, outcomes), seededRandom(1)),
    unknown: 1 - told.length / rows.length,
    lostPerKeptAtHalf,
    baselines: {
      random: randomApgr(outcomes),
      length: routingFigures(
        rows.map((row) => row.prompt.length),
        outcomes,
      ).apgr,
      ...(subject === null ? {} : { subject: routingFigures(subject, outcomes).apgr }),
    },
  }
}

function isOutcome(row: RoutingRow): boolean {
  return (
    typeof row.prompt === 'string' && Number.isFinite(row.small_score) && Number.isFinite(row.large_score)
  )
}

function apgrOf(drawn: Int32Array, scores: readonly number[], outcomes: readonly Outcome[]): number {
  const rows = [...drawn]
  return routingFigures(
    rows.map((i) => scores[i]!),
    rows.map((i) => outcomes[i]!),
  ).apgr
}

function randomApgr(outcomes: readonly Outcome[]): number {
  const random = seededRandom(2)
  let sum = 0
  for (let run = 0; run < randomRuns; run++) sum += routingFigures(outcomes.map(random), outcomes).apgr
  return sum / randomRuns
}

/** The mean gain of the row's true subject in this very file, the row itself left out; null where rows have none. */
function lookup(rows: readonly RoutingRow[]): readonly number[] | null {
  if (rows.some((row) => row.subject === undefined)) return null
  const sums = new Map<string, { sum: number; n: number }>()
  const gainOf = (row: RoutingRow): number => row.large_score - row.small_score
  for (const row of rows) {
    const { sum, n } = sums.get(row.subject!) ?? { sum: 0, n: 0 }
    sums.set(row.subject!, { sum: sum + gainOf(row), n: n + 1 })
  }
  return rows.map((row) => {
    const { sum, n } = sums.get(row.subject!)!
    return n > 1 ? (sum - gainOf(row)) / (n - 1) : 0
  })
}
