/**
 * Chooses a policy over requests whose answers are all known, and takes the luck of choosing out of what it promises.
 *
 * Of many rules the one that looks best on some requests looks better there than it is. How much so is measured inside the
 * choosing half: chosen on three quarters and held against the fourth, the quality that is lost on the way is the optimism, and the
 * bar is raised by it. Rules for each kind of task have more to be lucky with than one rule for all; so both are chosen
 * in this way, and the kinds get rules of their own only where that is cheaper after the raise.
 */
import { type ChosenPolicy, choosePolicy, type Way } from './choose-policy.ts'
import { clustersOf, type TaskCluster } from './clusters.ts'
import { figuresOf, meanOf } from './figures.ts'
import type { Known } from './known.ts'
import { type Objectives, refuseNothingRight } from './objectives.ts'
import { waysOverKnown } from './ways-known.ts'

export type ChosenKnown = {
  readonly clusters: readonly TaskCluster[]
  readonly chosen: ChosenPolicy
  /** What choosing flatters the quality by, in the unit of the objective; the bar was raised by it. */
  readonly optimism: number
}

const parts = 4
/** A kind of task with fewer requests has no rule of its own. */
const fewestForRule = 100

export function chooseKnown(rows: readonly Known[], objectives: Objectives): ChosenKnown {
  const one = chosenWith(rows, Number.POSITIVE_INFINITY, objectives)
  const byTask = chosenWith(rows, fewestForRule, objectives)
  if (byTask.clusters.length === one.clusters.length) return one
  const worse = byTask.chosen.missedBy > one.chosen.missedBy + 1e-9
  return worse || costOf(byTask) >= costOf(one) ? one : byTask
}

function chosenWith(rows: readonly Known[], fewest: number, objectives: Objectives): ChosenKnown {
  const clusters = clustersOf(rows, fewest)
  const ways = waysOverKnown(clusters)
  const strongQuality = strongOf(clusters)
  refuseNothingRight(objectives, strongQuality)
  const first = choosePolicy(clusters, ways, strongQuality, objectives)
  const optimism = optimismOf(clusters, first.way, objectives)
  const raised = { ...objectives, quality: objectives.quality + optimism }
  return { clusters, chosen: choosePolicy(clusters, [first.way], strongQuality, raised), optimism }
}

function optimismOf(clusters: readonly TaskCluster[], way: Way, objectives: Objectives): number {
  const lost = Array.from({ length: parts }, (_, part) => {
    const isIn = (row: number): boolean => row % parts === part
    const learnt = partOf(clusters, way, (row) => !isIn(row))
    const held = partOf(clusters, way, isIn)
    const strong = strongOf(learnt.clusters)
    const { arms } = choosePolicy(learnt.clusters, [learnt.way], strong, objectives)
    const reached = ({ clusters: own, way: { tried } }: typeof held): number => {
      const measures = tried.flatMap((each, at) => each.find(({ arm }) => arm === arms[at])?.measures ?? [])
      const { quality } = figuresOf(measures)
      return objectives.ofStrong ? quality / strongOf(own) : quality
    }
    return reached(learnt) - reached(held)
  })
  // Of a part in which the strong model has nothing right there is no share.
  const told = lost.filter(Number.isFinite)
  return told.length === 0 ? 0 : Math.max(0, meanOf(told))
}

function partOf(
  clusters: readonly TaskCluster[],
  way: Way,
  keep: (row: number) => boolean,
): { readonly clusters: readonly TaskCluster[]; readonly way: Way } {
  const kept = <One>(all: readonly One[]): readonly One[] => all.filter((_, row) => keep(row))
  return {
    clusters: clusters.map(({ task, rows }) => ({ task, rows: kept(rows) })),
    way: {
      ...way,
      tried: way.tried.map((arms) => arms.map(({ arm, measures }) => ({ arm, measures: kept(measures) }))),
    },
  }
}

function strongOf(clusters: readonly TaskCluster[]): number {
  return meanOf(clusters.flatMap(({ rows }) => rows.map(({ frontier }) => frontier!.quality)))
}

function costOf({ chosen: { way, arms } }: ChosenKnown): number {
  const figures = figuresOf(
    way.tried.flatMap((each, at) => each.find(({ arm }) => arm === arms[at])?.measures ?? []),
  )
  return figures.usd ?? figures.strongShare
}
