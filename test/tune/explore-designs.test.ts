/** In the simulated environments, the exploration finds what trying everything shows. */
import { describe, expect, it } from 'vitest'
import { designs } from '../../scripts/src/eval/designs/designs.ts'
import { measureDesign } from '../../scripts/src/eval/designs/measure-design.ts'
import { type RunSettings, supervisorPrice } from '../../scripts/src/eval/designs/open-models.ts'
import { executorProfile, supervisorProfile } from '../../scripts/src/simulate/doubles/profile.ts'
import { environments } from '../../scripts/src/simulate/environments/all.ts'
import { exploreDesigns } from '../../scripts/src/tune/explore-designs.ts'

const settings: RunSettings = {
  seed: 1,
  price: supervisorPrice,
  profiles: { executor: executorProfile, supervisor: supervisorProfile },
  executor: { url: null, model: 'executor-double', key: 'none' },
  supervisor: { url: null, model: 'supervisor-double', key: 'none' },
}
const count = process.env.NEARSIDE_LONG === '1' ? 60 : 12

describe.each(Object.values(environments))('in the environment $name', (environment) => {
  it('picks a design within the interval of the best, at no more than a third of the exhaustive runs', async () => {
    const tasks = environment.tasks(settings.seed, count)
    const rows = []
    for (const design of designs) rows.push(await measureDesign(environment, tasks, design, settings))
    const best = rows.reduce((most, row) => (row.success > most.success ? row : most))
    const { design, runs, exhaustiveRuns } = await exploreDesigns(environment, count, settings)
    expect(runs).toBeLessThanOrEqual(exhaustiveRuns / 3)
    const picked = rows.find((row) => row.design === design)
    console.log(
      `${environment.name}: picked ${design} (${picked?.success.toFixed(2)}) in ${runs} of ${exhaustiveRuns} runs; best ${best.design} (${best.success.toFixed(2)}, ${best.successInterval.map((end) => end.toFixed(2)).join(' to ')})`,
    )
    expect(picked?.success).toBeGreaterThanOrEqual(best.successInterval[0])
  }, 300_000)
})
