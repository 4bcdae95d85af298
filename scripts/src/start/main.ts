/**
 * `npm start`: the built Worker in workerd and local-runtime beside it, on this machine alone, with nothing else
 * needed: no key, no Redis, no download, unless `--pull` asks for one.
 */
import { isNearsideError, NearsideError } from '@nearside/core'
import { processOutput } from '@nearside/local-runtime'
import { readFlags } from '../read-flags.ts'
import { banner } from './banner.ts'
import { pullForStart, readPull } from './pull-model.ts'
import { type Started, start } from './start.ts'

const help = `npm start -- [--port 8787] [--runtime-port 8788] [--pull[=MODEL]]

  The gateway in workerd and local-runtime beside it, on this machine alone. --pull fetches a small real model in place
  of the demonstration. Variables switch on what is off (wrangler.toml lists and explains them); with NEARSIDE_LOCAL_URL
  the gateway uses that server, and local-runtime is not started.
`

if (process.argv.slice(2).some((word) => word === '--help' || word === '-h')) {
  process.stdout.write(help)
  process.exit(0)
}
try {
  const { pull, rest } = readPull(process.argv.slice(2))
  const flags = readFlags(rest, { port: 8787, 'runtime-port': 8788 }, ['pull'])
  const ports = { gateway: flags.port, runtime: flags['runtime-port'] }
  if (pull !== null && process.env.NEARSIDE_LOCAL_URL !== undefined) {
    throw new NearsideError(
      'bad-options',
      '--pull serves a model here, and NEARSIDE_LOCAL_URL names another server: leave one of them out.',
    )
  }
  const started = await start(ports, process.env, async () =>
    pull === null ? null : pullUnlessStopped(pull),
  )
  endOnSignals(started)
  process.stdout.write(banner(started))
} catch (error) {
  process.stderr.write(`nearside: ${isNearsideError(error) ? error.message : String(error)}\n`)
  process.exit(1)
}

/** Ctrl-C while a model comes ends everything; what has come is kept. */
async function pullUnlessStopped(name: string): Promise<string | null> {
  const stopping = new AbortController()
  const stop = (): void => stopping.abort(new Error('stopped; what came so far is kept'))
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
  try {
    return await pullForStart(name, process.env, processOutput(), stopping.signal)
  } finally {
    process.off('SIGINT', stop)
    process.off('SIGTERM', stop)
  }
}

/** The first signal ends both in order; the second is for whoever cannot wait. */
function endOnSignals(started: Started): void {
  let told = false
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (told) process.exit(1)
      told = true
      process.stdout.write(
        `\nEnding ${started.runtimeUrl === null ? 'it' : 'both'}. Once more ends at once.\n`,
      )
      started.close().then(
        () => process.exit(0),
        () => process.exit(1),
      )
    })
  }
}
