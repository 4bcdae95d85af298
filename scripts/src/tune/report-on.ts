/** Holds the policy that was chosen on one half against the other, beside what else could be had. */
import { policyHash, resolvePolicy } from '@nearside/core'
import { seededRandom } from '../train/random.ts'
import { type Arm, frontierAlone, type Measure, nameOf, outcomeOf, type Terms } from './arm.ts'
import type { ChosenPolicy } from './choose-policy.ts'
import { clusterAt, clustersOf, type TaskCluster } from './clusters.ts'
import { figuresOf, intervalsOf, meanOf } from './figures.ts'
import type { Known } from './known.ts'
import { keptOf, type Objectives } from './objectives.ts'
import type { Frontier, Point, TaskRow, TuneResult } from './result.ts'
import { measured } from './ways-known.ts'

export type Reporting = {
  readonly clusters: readonly TaskCluster[]
  /** Requests of the other half, every answer known that a choice may need. */
  readonly rows: readonly Known[]
  readonly chosen: ChosenPolicy
  /** For the reporting half: a table stands whole. */
  readonly terms: Terms
  readonly objectives: Objectives
}

type Found = Pick<
  TuneResult,
  'requests' | 'strongQuality' | 'localQuality' | 'chosen' | 'tasks' | 'frontiers'
>

const mostPoints = 24
/** A kind of task with fewer requests has no row of its own. */
const fewestShown = 30

export function reportOn({ clusters, rows, chosen, terms, objectives }: Reporting): Found {
  const random = seededRandom(1)
  const whole = rows.filter(({ local, frontier }) => local !== undefined && frontier !== undefined)
  const placeOf = new Map(whole.map((row, place) => [row, place]))
  const strong = whole.map(({ frontier }) => frontier!.quality)
  const weak = whole.map(({ local }) => local!.quality)
  const strongQuality = meanOf(strong)
  const under = (arms: readonly Arm[]): readonly (Measure | null)[] =>
    whole.map((row) => {
      const outcome = outcomeOf(arms[clusterAt(clusters, row)] ?? frontierAlone, row, terms)
      return typeof outcome === 'string' ? null : outcome
    })
  const pointOf = (name: string, arms: readonly Arm[], drawn: boolean): Point | null => {
    const measures = under(arms)
    if (measures.some((measure) => measure === null)) return null
    const known = measures as readonly Measure[]
    return { name, ...figuresOf(known), intervals: drawn ? intervalsOf(known, strong, random) : null }
  }
  const corners = chosen.corners.flatMap((arms, i) => pointOf(`corner ${i + 1}`, arms, false) ?? [])
  const drawn = thinned(chosen.corners, mostPoints).flatMap(
    (arms, i) => pointOf(`corner ${i + 1}`, arms, true) ?? [],
  )
  const measures = under(chosen.arms).flatMap((measure) => measure ?? [])
  const reporting: Point = {
    name: 'chosen',
    ...figuresOf(measures),
    intervals: intervalsOf(measures, strong, random),
  }
  const localQuality = meanOf(weak)
  const kinds = clustersOf(whole, fewestShown)
  const wanted = objectives.ofStrong ? objectives.quality * strongQuality : objectives.quality
  return {
    requests: {
      choosing: clusters.reduce((sum, cluster) => sum + cluster.rows.length, 0),
      reporting: whole.length,
    },
    strongQuality,
    localQuality,
    chosen: {
      policy: chosen.policy,
      policyHash: policyHash(resolvePolicy(chosen.policy)),
      choosing: figuresOf(chosenMeasures(chosen)),
      reporting,
      kept: keptOf(objectives, reporting, strongQuality),
      strongShareAtQuality: shareFor(corners, wanted),
      strongShareByLot:
        strongQuality <= localQuality
          ? null
          : clamped((wanted - localQuality) / (strongQuality - localQuality)),
    },
    tasks: kinds.flatMap((kind) => taskRow(kind) ?? []),
    frontiers: [
      { task: null, localQuality, strongQuality, points: drawn },
      ...kinds.flatMap((kind) => (kind.task === null ? [] : (frontierOf(kind) ?? []))),
    ],
  }

  function taskRow({ task, rows: own }: TaskCluster): TaskRow | null {
    if (own.length === 0) return null
    const places = own.map((row) => placeOf.get(row)!)
    const all = under(chosen.arms)
    const best = own.map(({ frontier }) => frontier!.quality)
    const known = places.flatMap((place) => all[place] ?? [])
    const arms = new Set(own.map((row) => chosen.arms[clusterAt(clusters, row)] ?? frontierAlone))
    return {
      task,
      rule: [...arms].map(nameOf).join('; '),
      figures: figuresOf(known),
      intervals: intervalsOf(known, best, random),
      strongQuality: meanOf(best),
      localQuality: meanOf(own.map(({ local }) => local!.quality)),
    }
  }

  function frontierOf({ task, rows: own }: TaskCluster): Frontier | null {
    const at = clusterAt(clusters, { task })
    const cluster = clusters[at]
    const tried = chosen.way.tried[at]
    if (own.length === 0 || cluster === undefined || tried === undefined) return null
    const ofKind = cluster.rows.filter((row) => row.task === task)
    const edge = paretoOf(
      cluster.task === task
        ? tried
        : tried.map(({ arm }) => ({ arm, measures: measured(arm, ofKind, chosen.way.terms) })),
    )
    const best = own.map(({ frontier }) => frontier!.quality)
    const points = thinned(edge, 9).flatMap(({ arm }): readonly Point[] => {
      const known = measured(arm, own, terms)
      if (known.length < own.length) return []
      return [{ name: nameOf(arm), ...figuresOf(known), intervals: intervalsOf(known, best, random) }]
    })
    const localQuality = meanOf(own.map(({ local }) => local!.quality))
    return { task, localQuality, strongQuality: meanOf(best), points }
  }
}

/** Of every cluster's requests, what the arm that was chosen for it came to. */
function chosenMeasures({ way, arms }: ChosenPolicy): readonly Measure[] {
  return way.tried.flatMap((tried, at) => tried.find(({ arm }) => arm === arms[at])?.measures ?? [])
}

/** What nothing else that was tried is at once better and cheaper than, from the cheapest on. */
function paretoOf(tried: ChosenPolicy['way']['tried'][number]): ChosenPolicy['way']['tried'][number] {
  const told = tried
    .map((one) => ({ one, figures: figuresOf(one.measures) }))
    .filter(({ figures }) => figures.requests > 0)
    .sort((a, b) => costOf(a) - costOf(b) || b.figures.quality - a.figures.quality)
  let most = Number.NEGATIVE_INFINITY
  return told.flatMap(({ one, figures }) => {
    if (figures.quality <= most) return []
    most = figures.quality
    return [one]
  })
}

function costOf({ figures }: { readonly figures: ReturnType<typeof figuresOf> }): number {
  return figures.usd ?? figures.strongShare
}

function thinned<One>(all: readonly One[], most: number): readonly One[] {
  if (all.length <= most) return all
  return Array.from({ length: most }, (_, i) => all[Math.round((i * (all.length - 1)) / (most - 1))]!)
}

function shareFor(points: readonly Point[], quality: number): number | null {
  const sorted = points.toSorted((a, b) => a.strongShare - b.strongShare)
  for (const [i, point] of sorted.entries()) {
    if (point.quality < quality) continue
    const before = sorted[i - 1]
    if (before === undefined || before.quality >= point.quality) return point.strongShare
    const part = (quality - before.quality) / (point.quality - before.quality)
    return before.strongShare + part * (point.strongShare - before.strongShare)
  }
  return null
}

function clamped(share: number): number {
  return Math.min(1, Math.max(0, share))
}
