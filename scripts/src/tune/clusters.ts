/**
 * The clusters that a policy can have rules for, and the arms that are worth trying in one.
 *
 * A policy knows requests by the kind of task that the judge names; kinds with few requests share the policy's general word,
 * for a rule out of a handful would be chance. Thresholds are tried where the cluster's own scores lie.
 */
import { routingScore, taskKinds } from '@nearside/core'
import { quantile } from '../measure/routing.ts'
import { type Arm, frontierAlone, localAlone } from './arm.ts'
import type { Known } from './known.ts'

export type TaskCluster<Row extends Known = Known> = {
  /** Null: every kind without a rule of its own. */
  readonly task: string | null
  readonly rows: readonly Row[]
}

export function clustersOf<Row extends Known>(
  rows: readonly Row[],
  fewest: number,
): readonly TaskCluster<Row>[] {
  const byTask = new Map<string | null, Row[]>([[null, []]])
  for (const row of rows) {
    const members = byTask.get(row.task)
    if (members === undefined) byTask.set(row.task, [row])
    else members.push(row)
  }
  const own: TaskCluster<Row>[] = []
  const rest: Row[] = []
  for (const [task, members] of byTask) {
    const hasRule = task !== null && (taskKinds as readonly string[]).includes(task)
    if (hasRule && members.length >= fewest) own.push({ task, rows: members })
    else for (const member of members) rest.push(member)
  }
  own.sort((a, b) => b.rows.length - a.rows.length)
  return [...own, { task: null, rows: rest }]
}

/** The cluster that a request belongs to, among those of the choosing half. */
export function clusterAt(clusters: readonly TaskCluster[], { task }: Pick<Known, 'task'>): number {
  const own = clusters.findIndex((cluster) => cluster.task !== null && cluster.task === task)
  return own >= 0 ? own : clusters.findIndex((cluster) => cluster.task === null)
}

export type ArmTerms = {
  readonly thresholds: number
  /** Whether near answers come with a confidence, or can be asked for twice. */
  readonly cascades: boolean
  readonly consistency: boolean
}

export const bars = [0.5, 0.6, 0.7, 0.8, 0.9, 0.95] as const

export function armsFor(rows: readonly Known[], terms: ArmTerms): readonly Arm[] {
  const scores = Float64Array.from(
    rows.filter(({ difficulty }) => difficulty !== null),
    routingScore,
  ).sort()
  const thresholds = Array.from({ length: terms.thresholds }, (_, i) =>
    rounded(quantile(scores, (i + 1) / (terms.thresholds + 1))),
  ).filter((threshold) => threshold > 0 && threshold < 1)
  return [
    localAlone,
    frontierAlone,
    ...(scores.length === 0 ? [] : [...new Set(thresholds)]).map(
      (frontierFrom): Arm => ({ strategy: 'direct', frontierFrom }),
    ),
    ...(terms.cascades ? bars.map((bar): Arm => ({ strategy: 'cascade', bar })) : []),
    ...(terms.consistency ? [{ strategy: 'consistency' } as const] : []),
  ]
}

function rounded(value: number): number {
  return Math.round(value * 1e4) / 1e4
}
