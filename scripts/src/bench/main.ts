/**
 * `npm run bench -- NAME [--json] [--rounds N] [--seconds N]`
 *
 * Prints a table for people; with `--json`, nothing on standard output but one JSON object. Ends with 1 when what
 * was measured cannot be trusted.
 */
import { parseArgs } from 'node:util'
import { type Bench, describeMachine } from './bench.ts'

const benches: { readonly [name: string]: () => Promise<Bench> } = {
  decide: async () => (await import('./decide/decide.ts')).benchDecide,
  designs: async () => (await import('./designs/designs.ts')).benchDesigns,
  edge: async () => (await import('./edge/edge.ts')).benchEdge,
  gateway: async () => (await import('./gateway/gateway.ts')).benchGateway,
  ledger: async () => (await import('./ledger/ledger.ts')).benchLedger,
  local: async () => (await import('./local/local.ts')).benchLocal,
  replay: async () => (await import('./replay/replay.ts')).benchReplay,
}

const usage = `npm run bench -- NAME [--json] [--rounds N] [--seconds N]\n  local: [--dimensions 3b|small] [--keep]\n  designs: [--tasks 30] [--seed 1], each round with the next seed\nNAME is one of: ${Object.keys(benches).join(', ')}`

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      rounds: { type: 'string', default: '7' },
      seconds: { type: 'string', default: '1' },
      dimensions: { type: 'string', default: '3b' },
      tasks: { type: 'string', default: '30' },
      seed: { type: 'string', default: '1' },
      keep: { type: 'boolean', default: false },
    },
  })
  const name = positionals[0] ?? ''
  const load = Object.hasOwn(benches, name) ? benches[name] : undefined
  const rounds = Number(values.rounds)
  const seconds = Number(values.seconds)
  if (load === undefined || positionals.length > 1)
    return refuse(`no bench is called '${positionals.join(' ')}'`)
  if (!Number.isInteger(rounds) || rounds < 1)
    return refuse(`--rounds is a whole number from 1, but was ${values.rounds}`)
  if (!(seconds > 0 && seconds <= 60))
    return refuse(`--seconds lies between 0 and 60, but was ${values.seconds}`)
  const tasks = Number(values.tasks)
  if (!Number.isInteger(tasks) || tasks < 12)
    return refuse(`--tasks is a whole number from 12, but was ${values.tasks}`)
  const seed = Number(values.seed)
  if (!Number.isSafeInteger(seed) || seed < 0)
    return refuse(`--seed is a whole number from 0, but was ${values.seed}`)
  const { dimensions, keep } = values
  if (dimensions !== '3b' && dimensions !== 'small')
    return refuse(`--dimensions is 3b or small, but was ${dimensions}`)

  const bench = await load()
  const machine = describeMachine()
  const say = (line: string): void => {
    if (values.json) process.stderr.write(`${line}\n`)
    else process.stdout.write(`${line}\n`)
  }
  const { rows, figures, failures } = await bench({ rounds, seconds, tasks, seed, dimensions, keep, say })
  if (values.json)
    process.stdout.write(`${JSON.stringify({ bench: name, machine, rows, figures, failures })}\n`)
  for (const failure of failures) process.stderr.write(`bench ${name}: ${failure}\n`)
  return failures.length === 0 ? 0 : 1
}

function refuse(why: string): number {
  process.stderr.write(`${why}\n\n${usage}\n`)
  return 2
}

try {
  process.exitCode = await main()
} catch (error) {
  process.exitCode = isUsageError(error) ? refuse(error.message) : fail(error)
}
// What was printed is written out first; then the end, which takes every child with it.
process.stdout.write('', () => process.exit())

function isUsageError(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')
}

function fail(error: unknown): number {
  process.stderr.write(`bench: ${error instanceof Error ? (error.stack ?? error.message) : error}\n`)
  return 1
}
