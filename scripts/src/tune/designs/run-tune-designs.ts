/** `nearside tune --environment …`: finds a design, and writes its policy, its page and its figures. */
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { NearsideError } from '@nearside/core'
import type { Environment } from '../../simulate/environments/environment.ts'
import { progressLine } from '../progress-line.ts'
import { writeTogether } from '../write-together.ts'
import type { DesignsResult } from './design-result.ts'
import { designRuns } from './design-runs.ts'
import { designsPage } from './designs-page.ts'
import type { DesignRun } from './explore-designs.ts'
import { readDesignWords } from './read-design-words.ts'
import { showDesigns } from './show-designs.ts'
import { tuneDesigns } from './tune-designs.ts'

export type DesignTuneWorld = {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly print: (text: string) => void
  readonly say: (text: string) => void
  readonly isTerminal: boolean
  readonly signal: AbortSignal
}

export async function runTuneDesigns(words: readonly string[], world: DesignTuneWorld): Promise<void> {
  const given = readDesignWords(words, world.env)
  if (existsSync(given.out) && !statSync(given.out).isDirectory())
    throw new NearsideError('bad-options', `--out names a folder, but ${given.out} is a file.`)
  const progress = progressLine(world.say, world.isTerminal)
  const { tasks, settings } = given
  const runsOf = (environment: Environment): DesignRun =>
    designRuns(environment, tasks, settings, world.signal)
  const result = await tuneDesigns(given, { progress, runsOf })
  const policies = policyFiles(result)
  writeTogether(given.out, {
    ...Object.fromEntries(policies.map(([name, policy]) => [name, `${JSON.stringify(policy, null, 2)}\n`])),
    'designs.json': `${JSON.stringify(result, null, 1)}\n`,
    'report.html': designsPage(result),
  })
  const paths = policies.map(([name]) => join(given.out, name)).join(', ')
  world.print(
    given.json
      ? `${JSON.stringify(result)}\n`
      : `${showDesigns(result)}\nWritten: ${paths}; the report is ${join(given.out, 'report.html')}.\n`,
  )
}

/** One environment has the name that every tuning's policy has; several have a file each. */
function policyFiles({ environments }: DesignsResult) {
  return environments.map(
    ({ environment, policy }) =>
      [environments.length === 1 ? 'policy.json' : `policy-${environment}.json`, policy] as const,
  )
}
