/**
 * The figures of rows that the model had not seen.
 *
 * Each fold is scored by a model trained on the others, as the int8 table that would ship. The calibration curves come
 * from the out-of-fold scores of the other folds: two numbers a family, fitted on scores whose models saw the fold at most
 * as one row among thousands.
 */
import {
  type ClassifierThresholds,
  type ClassifierWeights,
  type Curve,
  expectedCalibrationError,
  fitCurve,
  type Heads,
  judgeHeads,
  type ReliabilityBin,
  reliabilityBins,
  routingScore,
  runHeads,
  type ScoredSignals,
  type TextFeatures,
} from '@nearside/core'
import { type CurvePoint, costQualityCurve, type RoutingFigures, routingFigures } from '../measure/routing.ts'
import { assemble } from './assemble.ts'
import { fitDifficulty } from './fit-difficulty.ts'
import { fitTasks } from './fit-tasks.ts'
import { dealFolds } from './folds.ts'
import type { OutcomeRow } from './outcomes.ts'
import type { TaskRow } from './rows.ts'
import { type ReadTexts, readTexts } from './sparse.ts'

export type FoldFigures = RoutingFigures & {
  readonly n: number
  /** The share of unknown difficulty. */
  readonly unknown: number
  readonly ece: number
  readonly baselines: { readonly length: number; readonly domainLookup: number | null }
  readonly bins: readonly ReliabilityBin[]
  readonly curve: readonly CurvePoint[]
}

export type OutOfFold = {
  readonly fold: Int32Array
  /** What a model that had not seen the row says of it; null for rows of no outcome. */
  readonly heads: readonly (Heads | null)[]
  /** What its own family says before calibration. */
  readonly familyGain: Float64Array
  readonly curves: readonly Curve[]
  readonly families: readonly string[]
  /** Of the last fold: the names and what the tasks' difficulty is. */
  readonly weights: ClassifierWeights | null
}

const flat: Curve = { offset: 0, slope: 1 }
const open = { novelAbove: 1e30, taskBelow: 0 }

export function outOfFold(
  texts: ReadTexts,
  rows: readonly OutcomeRow[],
  taskRows: readonly TaskRow[],
  folds: number,
  onFold: (done: number) => void,
): OutOfFold {
  const fold = dealFolds(
    rows.map((row) => row.text),
    rows.map((row) => `${row.family} ${row.gain === null ? '' : Math.sign(row.gain)}`),
    folds,
    1,
  )
  const heads: (Heads | null)[] = rows.map(() => null)
  const familyGain = new Float64Array(rows.length)
  let families: readonly string[] = []
  let weights: ClassifierWeights | null = null
  const taskTexts = readTexts(taskRows.map((row) => row.text))
  const allTasks = taskRows.map((_, i) => i)
  for (let part = 0; part < folds; part++) {
    const chosen = indices(rows, (i) => fold[i] !== part)
    const difficulty = fitDifficulty(texts, rows, chosen)
    families = difficulty.families
    const calibration = families.map(() => flat)
    const tasks = taskRows.length === 0 ? null : fitTasks(taskTexts, taskRows, allTasks, difficulty.norm)
    const parts = { difficulty, calibration, tasks, vector: null, thresholds: open }
    weights = assemble(parts, texts, chosen)
    for (const i of indices(rows, (i) => fold[i] === part && rows[i]!.row !== null)) {
      const features = featuresOf(texts, i)
      heads[i] = runHeads(weights, features)
      const own = families.indexOf(rows[i]!.family)
      familyGain[i] = heads[i]!.familyGains[own]!
    }
    onFold(part + 1)
  }
  const curves = families.map((family) => {
    const own = indices(rows, (i) => rows[i]!.family === family && rows[i]!.gain !== null)
    return fitCurve(
      own.map((i) => familyGain[i]!),
      own.map((i) => rows[i]!.short),
    )
  })
  return { fold, heads, familyGain, curves, families, weights }
}

/** The judgement of each row, by curves that did not see its fold; null for rows of no outcome. */
export function crossJudged(
  rows: readonly OutcomeRow[],
  out: OutOfFold,
  thresholds: ClassifierThresholds,
): readonly (ScoredSignals | null)[] {
  const said: (ScoredSignals | null)[] = rows.map(() => null)
  for (const part of new Set(out.fold)) {
    const curves = out.families.map((family) => {
      const own = indices(
        rows,
        (i) => out.fold[i] !== part && rows[i]!.family === family && rows[i]!.gain !== null,
      )
      return fitCurve(
        own.map((i) => out.familyGain[i]!),
        own.map((i) => rows[i]!.short),
      )
    })
    for (let i = 0; i < rows.length; i++) {
      const heads = out.heads[i]
      if (out.fold[i] !== part || heads == null || out.weights === null) continue
      const { names, taskDifficulty } = out.weights
      const calibrated = { ...heads, shortfall: shortfallBy(heads, curves) }
      said[i] = judgeHeads({ names, taskDifficulty, thresholds }, calibrated)
    }
  }
  return said
}

function shortfallBy(heads: Heads, curves: readonly Curve[]): number {
  let known = 0
  let sum = 0
  for (const [f, { offset, slope }] of curves.entries()) {
    const share = heads.familyShares[f]!
    known += share
    sum += share / (1 + Math.exp(-(offset + slope * heads.familyGains[f]!)))
  }
  return sum / known
}

export function figuresOf(
  rows: readonly OutcomeRow[],
  said: readonly (ScoredSignals | null)[],
  own: readonly number[],
  fold: Int32Array | null,
): FoldFigures {
  const outcomes = own.map((i) => ({
    smallScore: rows[i]!.row!.small_score,
    largeScore: rows[i]!.row!.large_score,
  }))
  const scores = own.map((i) => routingScore(said[i]!))
  // What is of unknown difficulty has no probability to be calibrated; it is ranked by its gain all the same.
  const told = own.filter((i) => said[i]!.difficulty !== null)
  const bins = reliabilityBins(
    told.map((i) => 1 - said[i]!.difficulty!),
    told.map((i) => rows[i]!.row!.small_score >= rows[i]!.row!.large_score),
  )
  const subjects = own.some((i) => rows[i]!.row!.subject !== undefined)
  return {
    n: own.length,
    unknown: 1 - told.length / own.length,
    ...routingFigures(scores, outcomes),
    ece: expectedCalibrationError(bins),
    baselines: {
      length: routingFigures(
        own.map((i) => rows[i]!.text.length),
        outcomes,
      ).apgr,
      domainLookup: subjects && fold !== null ? routingFigures(lookup(rows, own, fold), outcomes).apgr : null,
    },
    bins,
    curve: costQualityCurve(scores, outcomes),
  }
}

/** Mean gain of the row's true subject, taken from the other folds. */
function lookup(rows: readonly OutcomeRow[], own: readonly number[], fold: Int32Array): readonly number[] {
  const sums = new Map<string, { sum: number; n: number }>()
  const add = (key: string, gain: number): void => {
    const entry = sums.get(key) ?? { sum: 0, n: 0 }
    sums.set(key, { sum: entry.sum + gain, n: entry.n + 1 })
  }
  for (const i of own) {
    add(rows[i]!.domain, rows[i]!.gain!)
    add(`${rows[i]!.domain} ${fold[i]}`, rows[i]!.gain!)
  }
  return own.map((i) => {
    const all = sums.get(rows[i]!.domain)!
    const inside = sums.get(`${rows[i]!.domain} ${fold[i]}`)!
    return all.n === inside.n ? 0 : (all.sum - inside.sum) / (all.n - inside.n)
  })
}

export function featuresOf(texts: ReadTexts, row: number): TextFeatures {
  const shapeSize = texts.shape.length / texts.count
  return {
    ids: texts.ids.subarray(texts.starts[row]!, texts.starts[row + 1]!),
    weights: texts.weights.subarray(texts.starts[row]!, texts.starts[row + 1]!),
    shape: texts.shape.subarray(row * shapeSize, (row + 1) * shapeSize),
  }
}

export function indices(rows: readonly unknown[], keep: (index: number) => boolean): readonly number[] {
  const kept: number[] = []
  for (let i = 0; i < rows.length; i++) if (keep(i)) kept.push(i)
  return kept
}
