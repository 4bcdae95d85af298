/** In the simulated environments, the exploration finds what trying everything shows. */
import { expect, it } from 'vitest'
import { designs } from '../../scripts/src/eval/designs/designs.ts'
import { runSettings } from '../../scripts/src/eval/designs/run-settings.ts'
import { environments } from '../../scripts/src/simulate/environments/all.ts'
import { type AgainstTable, againstTable } from '../../scripts/src/tune/designs/against-table.ts'
import { designRuns } from '../../scripts/src/tune/designs/design-runs.ts'

const seed = 1
const tasks = process.env.NEARSIDE_LONG === '1' ? 100 : 12
const settings = runSettings(seed, {}, {})
const deals = Array.from({ length: 10 }, (_, i) => seed + i)

it('the exploration picks a design within the interval of the best, at no more than a third of the exhaustive runs', async () => {
  const found: AgainstTable[] = []
  for (const environment of Object.values(environments)) {
    const run = designRuns(environment, tasks, settings)
    found.push(await againstTable(run, { tasks, seeds: deals, atOnce: 4 }))
  }
  const outside = found.map(({ rows, best }) =>
    rows.flatMap((row) => (row.success < best.successInterval[0] ? [row.design] : [])),
  )
  for (const [at, { best, winner, deals, exhaustiveRuns }] of found.entries()) {
    const [{ picked, runs, within } = deals[0]!] = deals
    expect(runs).toBeLessThanOrEqual(exhaustiveRuns / 3)
    expect(runs).toBeGreaterThan(0)
    const what = `${winner.environment}: ${picked.design} (${picked.success}), best ${best.design} (${best.success})`
    expect(outside[at], what).not.toContain(picked.design)
    expect(within, what).toBe(true)
  }
  // In whatever order the tasks are met, and not by luck: a design by lot lies within far less often.
  const all = found.flatMap((one) => one.deals)
  expect(all.filter(({ within }) => within).length / all.length).toBeGreaterThanOrEqual(0.95)
  expect(outside.flat().length / (designs.length * found.length)).toBeGreaterThan(0.3)
}, 300_000)
