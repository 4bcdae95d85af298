/** Reads the words of `nearside tune --environment …`, and says which of them is wrong. */
import { parseArgs } from 'node:util'
import { NearsideError } from '@nearside/core'
import type { RunSettings } from '../../eval/designs/open-models.ts'
import { modelFlags, runSettings } from '../../eval/designs/run-settings.ts'
import { flagFault } from '../../flag-fault.ts'
import { environments } from '../../simulate/environments/all.ts'
import type { Environment } from '../../simulate/environments/environment.ts'
import { defaultRunsShare, fewestTasks } from './explore-designs.ts'

export type DesignWords = {
  readonly environments: readonly Environment[]
  /** In each environment. */
  readonly tasks: number
  readonly runsShare: number
  readonly settings: RunSettings
  readonly out: string
  readonly json: boolean
}

/** Whether the words ask for designs, rather than for a policy out of tasks or outcomes. */
export function asksForDesigns(words: readonly string[]): boolean {
  return words.some((word) => word === '--environment' || word.startsWith('--environment='))
}

export function readDesignWords(
  words: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): DesignWords {
  const values = parsed(words)
  const named = values.environment ?? ''
  const chosen = named === 'all' ? Object.values(environments) : environmentsNamed(named)
  if (chosen.length === 0)
    throw wrong(`--environment is one of ${Object.keys(environments).join(', ')} or all, but was ${named}`)
  const runsShare = numberIn('runs-share', values['runs-share'], 0.01, 1) ?? defaultRunsShare
  const tasks = wholeIn('tasks', values.tasks, 1, 100_000) ?? 100
  const fewest = fewestTasks(runsShare)
  if (tasks < fewest)
    throw wrong(
      `--tasks is ${fewest} or more where --runs-share is ${Number(runsShare.toFixed(2))}, so that each design is tried at all; it was ${tasks}`,
    )
  const seed = wholeIn('seed', values.seed, 0, 2 ** 31) ?? 1
  return {
    environments: chosen,
    tasks,
    runsShare,
    settings: runSettings(seed, values, env),
    out: values.out ?? 'tuned',
    json: values.json === true,
  }
}

function environmentsNamed(name: string): readonly Environment[] {
  return Object.values(environments).filter((environment) => environment.name === name)
}

function parsed(words: readonly string[]) {
  const text = { type: 'string' } as const
  try {
    return parseArgs({
      args: [...words],
      options: {
        environment: text,
        tasks: text,
        seed: text,
        'runs-share': text,
        ...modelFlags,
        out: text,
        json: { type: 'boolean' },
      },
    }).values
  } catch (cause) {
    throw wrong(flagFault(cause))
  }
}

function numberIn(name: string, said: string | undefined, least: number, most: number): number | null {
  if (said === undefined) return null
  const value = Number(said)
  if (said.trim() !== '' && value >= least && value <= most) return value
  throw wrong(`--${name} is a number from ${least} to ${most}, but was ${said}`)
}

function wholeIn(name: string, said: string | undefined, least: number, most: number): number | null {
  const value = numberIn(name, said, least, most)
  if (value === null || Number.isSafeInteger(value)) return value
  throw wrong(`--${name} is a whole number, but was ${said}`)
}

function wrong(message: string): NearsideError {
  return new NearsideError('bad-options', `${message}.`)
}
