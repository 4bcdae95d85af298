/**
 * `npm run eval -- designs`: who should plan, work and check, on three simulated environments.
 *
 * With `--executor URL` and `--supervisor URL` real models do the same tasks; their keys are EXECUTOR_KEY and SUPERVISOR_KEY.
 */
import { parseArgs } from 'node:util'
import { environments } from '../../simulate/environments/all.ts'
import { designs } from './designs.ts'
import { type Measured, measureDesign } from './measure-design.ts'
import type { RunSettings } from './open-models.ts'
import { modelFlags, runSettings } from './run-settings.ts'
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
      ...modelFlags,
    },
  })
  const [tasks, seed] = [Number(values.tasks), Number(values.seed)]
  if (!Number.isSafeInteger(tasks) || tasks < 1 || !Number.isSafeInteger(seed)) return false
  const settings = runSettings(seed, values, process.env)
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
