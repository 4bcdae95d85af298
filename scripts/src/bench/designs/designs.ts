/**
 * `npm run bench -- designs [--rounds 7] [--tasks 30] [--seed 1]`: does the exploration of designs find what trying everything shows, and in how many runs?
 *
 * For each environment and each seed of tasks every design does every task, and the exploration is made on the same tasks, met
 * in several orders. A pick is right where its success over all tasks lies within the interval of the best design's. What
 * it costs beside the cheapest design that the whole table shows to be as good stands there as well. Nothing here is timed.
 */
import type { Measured } from '../../eval/designs/measure-design.ts'
import { runSettings } from '../../eval/designs/run-settings.ts'
import { environments } from '../../simulate/environments/all.ts'
import { type AgainstTable, againstTable } from '../../tune/designs/against-table.ts'
import { designRuns } from '../../tune/designs/design-runs.ts'
import { progressLine } from '../../tune/progress-line.ts'
import type { BenchOptions, BenchResult, Row } from '../bench.ts'
import { round } from '../statistics.ts'

/** Of the same tasks, at no further run. */
const deals = 10
const atOnce = 4

export async function benchDesigns({ rounds, tasks, seed: first, say }: BenchOptions): Promise<BenchResult> {
  const rows: DesignsRow[] = []
  const progress = progressLine((text) => process.stderr.write(text), process.stderr.isTTY === true)
  say(
    '| environment | tasks | exhaustive best [95 %] | its cheapest as good | pick | success | within | picks within | cost beside it | runs |',
  )
  say('|---|---|---|---|---|---|---|---|---|---|')
  for (const environment of Object.values(environments)) {
    for (let seed = first; seed < first + rounds; seed++) {
      const settings = runSettings(seed, {}, {})
      const found = await againstTable(designRuns(environment, tasks, settings), {
        tasks,
        seeds: Array.from({ length: deals }, (_, i) => seed + i),
        atOnce,
        onRun: (done, most) => progress.show(`${environment.name}, seed ${seed}`, done, most),
      })
      progress.end()
      const row = rowOf(seed, found)
      rows.push(row)
      say(lineOf(row))
    }
  }
  const figures: Record<string, number> = {}
  for (const { name } of Object.values(environments)) {
    const own = rows.filter((row) => row.environment === name)
    figures[`${name}_within`] = share(own)
    figures[`${name}_cost_beside_best`] = round(meanOf(own.flatMap((row) => row.costs)))
  }
  figures.within = share(rows)
  figures.most_runs_share = round(Math.max(...rows.map((row) => row.runsShare)))
  for (const [name, value] of Object.entries(figures)) say(`${name.padEnd(26)} ${value}`)
  return {
    rows,
    figures,
    failures: rows.flatMap((row) =>
      row.runsShare > 1 / 3 ? [`${row.environment}, seed ${row.seed}: more than a third of the runs`] : [],
    ),
  }
}

type DesignsRow = Row & {
  readonly environment: string
  readonly seed: number
  readonly tasks: number
  readonly best: string
  readonly bestSuccess: number
  readonly bestInterval: readonly [number, number]
  readonly cheapestAsGood: string
  /** Of the deal that the command makes of this seed; `withinDeals` of all. */
  readonly pick: string
  readonly pickSuccess: number
  readonly within: boolean
  readonly withinDeals: number
  readonly deals: number
  /** Of each deal's pick, beside the cheapest as good of the whole table; of one that costs nothing none is told. */
  readonly costs: readonly number[]
  readonly runsShare: number
}

function rowOf(seed: number, { best, winner, rows, deals: made, exhaustiveRuns }: AgainstTable): DesignsRow {
  const [own] = made
  if (own === undefined) throw new Error('There is no deal.')
  const cheapest = rows.find(({ design }) => design === winner.cheapest_as_good)
  const usual = cheapest?.chargedNano ?? 0
  return {
    environment: winner.environment,
    seed,
    tasks: best.tasks,
    best: best.design,
    bestSuccess: best.success,
    bestInterval: best.successInterval,
    cheapestAsGood: winner.cheapest_as_good,
    pick: own.picked.design,
    pickSuccess: own.picked.success,
    within: own.within,
    withinDeals: made.filter(({ within }) => within).length,
    deals: made.length,
    costs: usual === 0 ? [] : made.map(({ picked }) => costBeside(picked, usual)),
    runsShare: Math.max(...made.map(({ runs }) => runs)) / exhaustiveRuns,
  }
}

function costBeside(picked: Measured, usual: number): number {
  return picked.chargedNano / usual
}

function lineOf(row: DesignsRow): string {
  const [low, high] = row.bestInterval
  const cells = [
    row.environment,
    `${row.tasks}, seed ${row.seed}`,
    `${row.best}: ${row.bestSuccess.toFixed(2)} [${low.toFixed(2)}, ${high.toFixed(2)}]`,
    row.cheapestAsGood,
    row.pick,
    row.pickSuccess.toFixed(2),
    row.within ? 'yes' : 'no',
    `${row.withinDeals} of ${row.deals}`,
    row.costs.length === 0 ? '–' : meanOf(row.costs).toFixed(2),
    row.runsShare.toFixed(3),
  ]
  return `| ${cells.join(' | ')} |`
}

function share(rows: readonly DesignsRow[]): number {
  const sum = (of: (row: DesignsRow) => number): number => rows.reduce((total, row) => total + of(row), 0)
  return round(sum((row) => row.withinDeals) / sum((row) => row.deals))
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
