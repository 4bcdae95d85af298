/**
 * Finds the design of supervised sessions that suits an environment: explores, picks, and says what is not known.
 *
 * The policy that is written is the one that the runs were made by, so that nothing lies between what was measured and
 * what a gateway is told.
 */
import { NearsideError, readPolicyFile } from '@nearside/core'
import { modelLines } from '../../eval/designs/show-models.ts'
import { mostBehind } from '../../eval/designs/winners.ts'
import type { Environment } from '../../simulate/environments/environment.ts'
import type { Progress } from '../progress-line.ts'
import type { ArmRow, DesignsResult, EnvironmentResult } from './design-result.ts'
import { type DesignRun, exploreDesigns } from './explore-designs.ts'
import type { DesignWords } from './read-design-words.ts'

export type DesignWorld = {
  readonly progress: Progress
  /** How a design does a task there. */
  readonly runsOf: (environment: Environment) => DesignRun
}

export async function tuneDesigns(given: DesignWords, world: DesignWorld): Promise<DesignsResult> {
  const { settings, tasks, runsShare } = given
  const found: EnvironmentResult[] = []
  try {
    for (const environment of given.environments) found.push(await tuned(environment, given, world))
  } finally {
    world.progress.end()
  }
  const { executor, supervisor } = settings
  return {
    tune: 'designs',
    simulation: executor.url === null || supervisor.url === null,
    assumptions: modelLines(settings),
    profiles: {
      executor: executor.url === null ? settings.profiles.executor : null,
      supervisor: supervisor.url === null ? settings.profiles.supervisor : null,
    },
    seed: settings.seed,
    tasks,
    runsShare,
    environments: found,
    uncertain: uncertainties(found),
  }
}

async function tuned(
  environment: Environment,
  { settings, tasks, runsShare }: DesignWords,
  { progress, runsOf }: DesignWorld,
): Promise<EnvironmentResult> {
  const found = await exploreDesigns(runsOf(environment), {
    tasks,
    runsShare,
    seed: settings.seed,
    atOnce,
    onRun: (done, most) => progress.show(`designs in ${environment.name}`, done, most),
  })
  if (found === null)
    throw new NearsideError(
      'bad-options',
      'It was broken off: nothing is known yet, and nothing was written.',
    )
  const asGood = found.winner.as_good
  const arms = found.designs.map(({ measured, droppedAfter }): ArmRow => {
    const { design } = measured
    if (droppedAfter !== null) return { measured, droppedAfter, standing: 'dropped' }
    const standing = design === found.pick.name ? 'picked' : asGood.includes(design) ? 'as good' : 'behind'
    return { measured, droppedAfter, standing }
  })
  const pick = arms.find(({ standing }) => standing === 'picked')!.measured
  if (arms.every(({ measured }) => measured.failed === measured.tasks))
    throw new NearsideError(
      'bad-options',
      `No call was answered in ${environment.name}: are the addresses of --executor and --supervisor right?`,
    )
  // What is written is what the gateway reads, or it is not written.
  const policy = readPolicyFile(JSON.stringify(found.pick.policy))
  const { winner, rounds, runs, exhaustiveRuns } = found
  return {
    environment: environment.name,
    pick,
    policy,
    winner,
    arms,
    rounds,
    runs,
    exhaustiveRuns,
  }
}

function uncertainties(found: readonly EnvironmentResult[]): readonly string[] {
  const first = Math.min(...found.flatMap(({ arms }) => arms.map(({ measured }) => measured.tasks)))
  const last = Math.min(...found.map(({ pick }) => pick.tasks))
  const failed = found.flatMap(({ arms }) => arms).reduce((sum, { measured }) => sum + measured.failed, 0)
  return [
    `A design that was dropped is known of few tasks, the earliest of ${first}: its figures show why it was dropped, and no more.`,
    `The pick and those beside it did the same ${last} tasks or more. It is the cheapest of those that cannot be told from the most successful one there and are at most ${100 * mostBehind} points behind it; what is smaller than that was not looked for.`,
    'The pick’s success was measured on the tasks that it was picked on, so that luck flatters it a little: the interval does not count that.',
    ...(failed === 0
      ? []
      : [`${failed} runs ended because a call failed; they count as tasks that were not done.`]),
  ]
}

const atOnce = 4
