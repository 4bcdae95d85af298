/**
 * `nearside calibrate`: an operator's own calibration.
 *
 * Difficulty does not transfer from one set of models to another; an operator's own records do. Each record has a prompt,
 * or the difficulty and the gain that the gateway said of it, and a verdict: whether the small model's answer was good enough.
 * Two numbers are fitted, the logistic curve from the difficulty that was said to what is true; and of all thresholds on
 * the score by which the gateway decides, the one that keeps the wanted quality with the fewest calls of the frontier.
 */
import {
  type Classifier,
  expectedCalibrationError,
  fitCurve,
  NearsideError,
  reliabilityBins,
  routingScore,
  type ScoredSignals,
} from '@nearside/core'
import { readJsonLines } from '../train/rows.ts'

export type CalibrationRecord = {
  readonly prompt?: string
  readonly difficulty?: number
  /** As the record's signals have it; left out where the judge said none. */
  readonly gain?: number | null
  /** Whether the small model was good enough. */
  readonly good: boolean
}

export type Calibration = {
  readonly records: number
  /** Records of unknown difficulty, which teach nothing. */
  readonly unknown: number
  /** From the log-odds of the difficulty as said to those of the difficulty as it is. */
  readonly offset: number
  readonly slope: number
  /** For the policy: the score, as the gateway's judge says it, from which the frontier should answer. */
  readonly frontierFrom: number
  /** On the records themselves: what is kept near at that threshold, and how much of it is good. */
  readonly keptNear: number
  readonly goodOfKept: number
  readonly eceBefore: number
  readonly eceAfter: number
}

const fewestRecords = 30

export function calibrate(path: string, classifier: () => Classifier, wantedQuality: number): Calibration {
  const records = readJsonLines<CalibrationRecord>(path)
  let judge: Classifier | null = null
  const told: Told[] = []
  for (const [index, record] of records.entries()) {
    if (typeof record.good !== 'boolean')
      throw new NearsideError('bad-options', `${path}, record ${index + 1}: good is true or false.`)
    if (record.difficulty === undefined && typeof record.prompt !== 'string')
      throw new NearsideError('bad-options', `${path}, record ${index + 1} has no prompt and no difficulty.`)
    if (record.difficulty === undefined) judge ??= classifier()
    const { difficulty: said, gain } = spoken(record, judge)
    if (said === null) continue
    if (!(said >= 0 && said <= 1))
      throw new NearsideError(
        'bad-options',
        `${path}, record ${index + 1}: a difficulty lies between 0 and 1.`,
      )
    told.push({ said, score: routingScore({ difficulty: said, gain }), good: record.good })
  }
  if (told.length < fewestRecords)
    throw new NearsideError(
      'bad-options',
      `${path} has ${told.length} records of known difficulty; ${fewestRecords} are the fewest to learn from.`,
    )
  return fitted(told, records.length, wantedQuality)
}

type Told = { readonly said: number; readonly score: number; readonly good: boolean }

function spoken(record: CalibrationRecord, judge: Classifier | null): ScoredSignals {
  if (record.difficulty !== undefined) return { difficulty: record.difficulty, gain: record.gain ?? null }
  return judge?.judgeText(record.prompt ?? '') ?? { difficulty: null, gain: null }
}

function fitted(told: readonly Told[], records: number, wantedQuality: number): Calibration {
  const short = told.map(({ good }) => !good)
  const odds = told.map(({ said }) => logOdds(said))
  const { offset, slope } = fitCurve(odds, short)
  const after = odds.map((value) => 1 / (1 + Math.exp(-(offset + slope * value))))
  const scores = told.map(({ score }) => score)
  const order = scores.map((_, i) => i).sort((a, b) => scores[a]! - scores[b]!)
  let [good, kept, goodOfKept, frontierFrom] = [0, 0, 1, 0]
  for (const [rank, i] of order.entries()) {
    if (told[i]!.good) good++
    const next = order[rank + 1]
    if (next !== undefined && scores[next] === scores[i]) continue
    if (good / (rank + 1) < wantedQuality) continue
    kept = rank + 1
    goodOfKept = good / kept
    frontierFrom = next === undefined ? 1 : Math.max(0, (scores[i]! + scores[next]!) / 2)
  }
  const eceOf = (said: readonly number[]): number => expectedCalibrationError(reliabilityBins(said, short))
  return {
    records,
    unknown: records - told.length,
    offset,
    slope,
    frontierFrom,
    keptNear: kept / told.length,
    goodOfKept,
    eceBefore: eceOf(told.map(({ said }) => said)),
    eceAfter: eceOf(after),
  }
}

function logOdds(said: number): number {
  const inside = Math.min(0.999, Math.max(0.001, said))
  return Math.log(inside / (1 - inside))
}
