/** Runs of designs on the tasks of an environment, each made once: what was run for one question is known for the next. */
import { measureDesign } from '../../eval/designs/measure-design.ts'
import type { RunSettings } from '../../eval/designs/open-models.ts'
import type { Environment } from '../../simulate/environments/environment.ts'
import type { DesignRun } from './explore-designs.ts'

export function designRuns(
  environment: Environment,
  tasks: number,
  settings: RunSettings,
  signal: AbortSignal = new AbortController().signal,
): DesignRun {
  const all = environment.tasks(settings.seed, tasks)
  const made = new Map<string, ReturnType<typeof measureDesign>>()
  return async (design, at) => {
    const task = all[at]
    if (signal.aborted || task === undefined) return null
    const name = `${at}/${design.name}`
    const run = made.get(name) ?? measureDesign(environment, [task], design, settings)
    made.set(name, run)
    const measured = await run
    return signal.aborted ? null : measured
  }
}
