/**
 * `npm run eval -- designs`: who should plan, work and check, on three simulated environments.
 *
 * With `--executor URL` and `--supervisor URL` real models do the same tasks; their keys are EXECUTOR_KEY and SUPERVISOR_KEY.
 */
import { parseArgs } from 'node:util'
import { NearsideError } from '@nearside/core'
import { executorProfile, supervisorProfile } from '../../simulate/doubles/profile.ts'
import { environments } from '../../simulate/environments/all.ts'
import { designs } from './designs.ts'
import { type Measured, measureDesign } from './measure-design.ts'
import { type RunSettings, supervisorPrice } from './open-models.ts'
import { modelLines } from './show-models.ts'
import { tableOf, winnerLines } from './table-of.ts'
import { winnersOf } from './winners.ts'

export async function runDesigns(words: readonly string[]): Promise<boolean> {
  const { values } = parseArgs({
    args: [...words],
    options: {
      json: { type: 'boolean', default: false },
      tasks: { type: 'string', default: '100' },
      seed: { type: 'string', default: '1' },
      executor: { type: 'string' },
      supervisor: { type: 'string' },
      'executor-model': { type: 'string', default: 'executor-double' },
      'supervisor-model': { type: 'string', default: 'supervisor-double' },
    },
  })
  const [tasks, seed] = [Number(values.tasks), Number(values.seed)]
  if (!Number.isSafeInteger(tasks) || tasks < 1 || !Number.isSafeInteger(seed)) return false
  const settings: RunSettings = {
    seed,
    price: supervisorPrice,
    profiles: { executor: executorProfile, supervisor: supervisorProfile },
    executor: modelOf(values.executor, values['executor-model'], process.env.EXECUTOR_KEY),
    supervisor: modelOf(values.supervisor, values['supervisor-model'], process.env.SUPERVISOR_KEY),
  }
  const rows = await measureAll(tasks, settings, (line) => {
    if (process.stderr.isTTY) process.stderr.write(`${line}\n`)
  })
  const winners = winnersOf(rows)
  const simulation = settings.executor.url === null || settings.supervisor.url === null
  process.stdout.write(
    values.json
      ? `${JSON.stringify({ eval: 'designs', simulation, seed, assumptions: modelLines(settings), rows, figures: { winners } })}\n`
      : `${[...modelLines(settings), `Seed ${seed}, ${tasks} tasks in each environment.`, '', tableOf(rows), '', winnerLines(winners)].join('\n')}\n`,
  )
  return true
}

export async function measureAll(
  count: number,
  settings: RunSettings,
  say: (line: string) => void = () => {},
): Promise<readonly Measured[]> {
  const rows: Measured[] = []
  for (const environment of Object.values(environments)) {
    const tasks = environment.tasks(settings.seed, count)
    for (const design of designs) {
      const row = await measureDesign(environment, tasks, design, settings)
      say(`${row.environment}, ${row.design}: ${row.success.toFixed(3)}`)
      rows.push(row)
    }
  }
  return rows
}

function modelOf(url: string | undefined, model: string, key: string | undefined): RunSettings['executor'] {
  if (url !== undefined && !URL.canParse(url)) {
    throw new NearsideError('bad-options', `${url} is no URL; a model's goes up to and with its version.`)
  }
  return { url: url ?? null, model, key: key ?? 'none' }
}
