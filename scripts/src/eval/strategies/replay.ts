/**
 * Each strategy as an order of requests: who goes to the large model first. The curve of quality over the share of its
 * calls follows from the order and the recorded outcomes, as RouteLLM measures it.
 *
 * `direct` goes by the classifier's score, `domain` by what a table of the other folds promises of the large model over the
 * small one, `cascade` by a simulated look at the recorded answer of the small model, which is always asked first.
 */
import { clusterOf, type DomainTable, routingScore } from '@nearside/core'
import {
  type CurvePoint,
  costQualityCurve,
  type RoutingFigures,
  routingFigures,
} from '../../measure/routing.ts'
import { seededRandom } from '../../train/random.ts'
import { detectorScores } from './detector.ts'
import { measureTable } from './measure-table.ts'
import type { Replayed } from './out-of-fold.ts'

export type StrategyFigures = Pick<RoutingFigures, 'apgr' | 'cpt50' | 'cpt80' | 'strongShareFor95'> & {
  readonly curve: readonly CurvePoint[]
}

export type SourceFigures = {
  readonly requests: number
  readonly small: number
  readonly large: number
  /** By the strategy's name, `cascade 0.8` with its detector's strength. */
  readonly strategies: Readonly<Record<string, StrategyFigures>>
}

export const strengths = [0.6, 0.7, 0.8, 0.9, 1] as const
const detectorRuns = 20

export function replay(rows: readonly Replayed[]): Readonly<Record<string, SourceFigures>> {
  const promised = promisedGains(rows, false)
  const promisedByDomain = promisedGains(rows, true)
  const sources = [...new Set(rows.map(({ source }) => source))]
  return Object.fromEntries(
    sources.map((source) => {
      const own = rows.flatMap((row, i) => (row.source === source ? [i] : []))
      return [source, figuresOf(rows, own, promised, promisedByDomain)]
    }),
  )
}

function figuresOf(
  rows: readonly Replayed[],
  own: readonly number[],
  promised: Float64Array,
  promisedByDomain: Float64Array,
): SourceFigures {
  const outcomes = own.map((i) => rows[i]!)
  const by = (scoreOf: (row: number) => number): StrategyFigures => {
    const scores = own.map(scoreOf)
    return withCurve(routingFigures(scores, outcomes), costQualityCurve(scores, outcomes))
  }
  const cascades = strengths.map((auroc): readonly [string, StrategyFigures] => {
    const runs = Array.from({ length: detectorRuns }, (_, run) => {
      const scores = detectorScores(outcomes, auroc, seededRandom(1 + run))
      return withCurve(routingFigures(scores, outcomes), costQualityCurve(scores, outcomes))
    })
    return [`cascade ${auroc}`, meanOf(runs)]
  })
  const known = new Set(outcomes.map(({ domain }) => domain)).size > 1
  return {
    requests: own.length,
    small: mean(outcomes.map(({ smallScore }) => smallScore)),
    large: mean(outcomes.map(({ largeScore }) => largeScore)),
    strategies: {
      direct: by((i) => routingScore(rows[i]!)),
      domain: by((i) => promised[i]!),
      ...(known ? { 'domain, known': by((i) => promisedByDomain[i]!) } : {}),
      ...Object.fromEntries(cascades),
    },
  }
}

/** What the frontier is expected to gain, by a table that was measured on the other folds. */
function promisedGains(rows: readonly Replayed[], domains: boolean): Float64Array {
  const promised = new Float64Array(rows.length)
  for (const part of new Set(rows.map(({ fold }) => fold))) {
    const table = measureTable(
      rows.filter(({ fold }) => fold !== part),
      { measuredOn: 'the other folds', domains },
    )
    for (const [i, row] of rows.entries())
      if (row.fold === part) promised[i] = promisedBy(table, row, domains)
  }
  return promised
}

function promisedBy(table: DomainTable, row: Replayed, domains: boolean): number {
  const cluster = clusterOf(table, domains ? row : { ...row, domain: null })
  return (cluster?.quality.frontier ?? 0) - (cluster?.quality.local ?? 0)
}

function withCurve(
  { apgr, cpt50, cpt80, strongShareFor95 }: RoutingFigures,
  curve: readonly CurvePoint[],
): StrategyFigures {
  return { apgr, cpt50, cpt80, strongShareFor95, curve }
}

function meanOf(runs: readonly StrategyFigures[]): StrategyFigures {
  const of = (figure: (run: StrategyFigures) => number): number => mean(runs.map(figure))
  return {
    apgr: of((run) => run.apgr),
    cpt50: of((run) => run.cpt50),
    cpt80: of((run) => run.cpt80),
    strongShareFor95: of((run) => run.strongShareFor95),
    curve: runs[0]!.curve.map((_, i) => ({
      share: of((run) => run.curve[i]!.share),
      quality: of((run) => run.curve[i]!.quality),
    })),
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
