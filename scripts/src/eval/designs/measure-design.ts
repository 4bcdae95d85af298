/** One design on one environment: all of its tasks, and what they took. */
import { costOf, type NanoUsd } from '@nearside/core'
import type { Interval } from '../../measure/bootstrap.ts'
import type { SpokenUsage } from '../../simulate/doubles/speak.ts'
import type { Environment, EnvironmentName, Task } from '../../simulate/environments/environment.ts'
import { runTask, type TaskRun } from '../../simulate/run-task.ts'
import type { Design } from './designs.ts'
import { openGateway } from './open-gateway.ts'
import { deviceEnergy, openModels, type RunSettings } from './open-models.ts'
import { successInterval } from './success-interval.ts'

export type Measured = {
  readonly environment: EnvironmentName
  readonly design: string
  readonly tasks: number
  readonly success: number
  readonly successInterval: Interval
  /** Of all tasks together, as the gateway booked it; `loggedNano` is the same by the models' own logs. */
  readonly chargedNano: NanoUsd
  readonly loggedNano: NanoUsd
  readonly deviceMillijoules: number
  /** The longest context, prompt and answer, that the device held. */
  readonly peakDeviceTokens: number
  readonly meanTurns: number
  /** Calls of the supervisor's model, turns of its own included. */
  readonly supervisorCalls: number
  readonly outOfTurns: number
  readonly failed: number
  /** For each task in order, whether it was done. */
  readonly done: readonly boolean[]
}

/** Turns after which the loop gives up. */
export const mostTurns = 48

const atOnce = 4

export async function measureDesign(
  environment: Environment,
  tasks: readonly Task[],
  design: Design,
  settings: RunSettings,
): Promise<Measured> {
  const models = await openModels(settings)
  try {
    const gateway = openGateway(design, models, settings)
    const runs: TaskRun[] = []
    let next = 0
    async function work(): Promise<void> {
      for (let i = next++; i < tasks.length; i = next++) {
        runs[i] = await runTask(environment, tasks[i]!, {
          client: gateway.client,
          model: 'auto',
          mostTurns,
        })
      }
    }
    await Promise.all(Array.from({ length: atOnce }, work))
    return measuredOf(environment.name, design, runs, {
      chargedNano: await gateway.charged(),
      supervisor: models.supervisor.log,
      executor: models.executor.log,
      settings,
    })
  } finally {
    await models.close()
  }
}

type Books = {
  readonly chargedNano: NanoUsd
  readonly supervisor: readonly SpokenUsage[]
  readonly executor: readonly SpokenUsage[]
  readonly settings: RunSettings
}

function measuredOf(
  environment: EnvironmentName,
  design: Design,
  runs: readonly TaskRun[],
  { chargedNano, supervisor, executor, settings }: Books,
): Measured {
  const count = (holds: (run: TaskRun) => boolean): number => runs.filter(holds).length
  const done = count((run) => run.done)
  return {
    environment,
    design: design.name,
    tasks: runs.length,
    success: done / runs.length,
    successInterval: successInterval(done, runs.length),
    chargedNano,
    loggedNano: sum(supervisor, (usage) => costOf(settings.price, { ...usage, reasoningTokens: 0 })),
    deviceMillijoules: sum(
      executor,
      ({ promptTokens, cachedTokens, outputTokens }) =>
        (promptTokens - cachedTokens) * deviceEnergy.promptMillijoules +
        outputTokens * deviceEnergy.outputMillijoules,
    ),
    peakDeviceTokens: executor.reduce(
      (peak, { promptTokens, outputTokens }) => Math.max(peak, promptTokens + outputTokens),
      0,
    ),
    supervisorCalls: supervisor.length,
    meanTurns: sum(runs, (run) => run.turns) / runs.length,
    outOfTurns: count((run) => run.ended === 'turns'),
    failed: count((run) => typeof run.ended === 'object'),
    done: runs.map((run) => run.done),
  }
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0)
}
