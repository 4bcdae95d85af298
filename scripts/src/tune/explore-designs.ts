/**
 * Explores the designs of supervised sessions in a simulated environment: an arm is a design, an item one task, and a run the
 * whole task through the gateway. It is a simulation; what it shows is that the exploration finds what trying everything shows.
 */
import { designs } from '../eval/designs/designs.ts'
import { type Measured, measureDesign } from '../eval/designs/measure-design.ts'
import type { RunSettings } from '../eval/designs/open-models.ts'
import type { Environment } from '../simulate/environments/environment.ts'
import { explore } from './explore.ts'

export type ExploredDesigns = {
  /** The design of the greatest success among those that were never dropped; null where nothing was run. */
  readonly design: string | null
  readonly runs: number
  readonly exhaustiveRuns: number
}

export async function exploreDesigns(
  environment: Environment,
  count: number,
  settings: RunSettings,
): Promise<ExploredDesigns> {
  const tasks = environment.tasks(settings.seed, count)
  const { best, runs, exhaustiveRuns } = await explore(
    designs,
    (design, item): Promise<Measured> => measureDesign(environment, [tasks[item]!], design, settings),
    { items: count, scores: [({ success }) => success], seed: settings.seed },
  )
  const [place = null] = best
  return { design: place === null ? null : (designs[place]?.name ?? null), runs, exhaustiveRuns }
}
