/**
 * The ways of a policy over requests whose answers are all known: every arm on every request, which costs nothing.
 *
 * The strategy `domain` stands on a table of the same requests, so while it is chosen each request is judged by a table that was
 * measured without it. The table that is written is of the whole choosing half.
 */
import { type DomainTable, taskKinds } from '@nearside/core'
import { measureTable } from '../eval/strategies/measure-table.ts'
import { type Arm, type Measure, outcomeOf, type Terms } from './arm.ts'
import type { Way } from './choose-policy.ts'
import { armsFor, type TaskCluster } from './clusters.ts'
import { meanOf } from './figures.ts'
import type { Known } from './known.ts'
import { policyOf } from './policy-of.ts'

const folds = 5
const thresholds = 40
/** What a frontier's answer must gain to be worth its price, at the mean price. */
const worthGains = [0.05, 0.1, 0.15, 0.25]

export function waysOverKnown(clusters: readonly TaskCluster[]): readonly Way[] {
  const rows = clusters.flatMap((cluster) => cluster.rows)
  const cascades = rows.every(({ local }) => local?.confidence != null)
  const arms = clusters.map((cluster) =>
    armsFor(cluster.rows, { thresholds, cascades, consistency: rows.every(({ second }) => second) }),
  )
  const unknown = rows.some(({ difficulty }) => difficulty === null)
  const plain = (unknown ? (['frontier', 'local'] as const) : (['frontier'] as const)).map(
    (whenUnknown): Way => wayOf(clusters, arms, { whenUnknown, domain: null }, null),
  )
  const costs = rows.map(({ frontier }) => frontier?.usd ?? null)
  if (costs.some((cost) => cost === null) || meanOf(costs as number[]) <= 0) return plain
  const price = meanOf(costs as number[])
  const table = tableOf(rows)
  const without = Array.from({ length: folds }, (_, fold) =>
    tableOf(rows.filter((_, i) => i % folds !== fold)),
  )
  const place = new Map(rows.map(({ id }, i) => [id, i]))
  const tableFor = (id: string): DomainTable => without[(place.get(id) ?? 0) % folds] ?? table
  const withDomain = arms.map((own): readonly Arm[] => [...own, { strategy: 'domain' }])
  const weighed = plain.flatMap(({ terms: { whenUnknown } }) =>
    worthGains.map((gain): Way => {
      const worthUsd = Number((price / gain).toPrecision(4))
      return wayOf(clusters, withDomain, { whenUnknown, domain: { worthUsd, tableFor } }, table)
    }),
  )
  return [...plain, ...weighed]
}

/** For requests that the table was not measured on: it may then be used whole. */
export function withWholeTable(terms: Terms, rows: readonly Known[]): Terms {
  if (terms.domain === null) return terms
  const table = tableOf(rows)
  return { ...terms, domain: { ...terms.domain, tableFor: () => table } }
}

function wayOf(
  clusters: readonly TaskCluster[],
  arms: readonly (readonly Arm[])[],
  terms: Terms,
  table: DomainTable | null,
): Way {
  return {
    terms,
    tried: clusters.map(({ rows }, at) =>
      arms[at]!.map((arm) => ({ arm, measures: measured(arm, rows, terms) })),
    ),
    policy: (chosen) => {
      const rules = chosen.map((arm, at) => ({ task: clusters[at]!.task, arm }))
      const domain =
        table === null || terms.domain === null ? null : { worthUsd: terms.domain.worthUsd, table }
      return policyOf(rules, terms, domain)
    },
  }
}

/** Of requests whose answers are known as far as the arm needs them; the others are left out. */
export function measured(arm: Arm, rows: readonly Known[], terms: Terms): readonly Measure[] {
  return rows.flatMap((row) => {
    const outcome = outcomeOf(arm, row, terms)
    return typeof outcome === 'string' ? [] : [outcome]
  })
}

function tableOf(rows: readonly Known[]): DomainTable {
  const replayed = rows.map(({ task, gain, difficulty, local, frontier }) => ({
    source: '',
    prompt: '',
    domain: '',
    fold: 0,
    task: task !== null && (taskKinds as readonly string[]).includes(task) ? task : null,
    gain,
    difficulty,
    smallScore: local?.quality ?? 0,
    largeScore: frontier?.quality ?? 0,
  }))
  const measuredOn = `${rows.length} requests, the half that nearside tune chose on`
  return measureTable(replayed, { measuredOn, domains: false })
}
