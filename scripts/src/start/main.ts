/**
 * `npm start`: the built Worker in workerd and local-runtime beside it, on this machine alone, with nothing else
 * needed: no key, no Redis, no download.
 */
import { isNearsideError } from '@nearside/core'
import { readFlags } from '../read-flags.ts'
import { banner } from './banner.ts'
import { type Started, start } from './start.ts'

try {
  const flags = readFlags(process.argv.slice(2), { port: 8787, 'runtime-port': 8788 })
  const started = await start({ gateway: flags.port, runtime: flags['runtime-port'] }, process.env)
  endOnSignals(started)
  process.stdout.write(banner(started))
} catch (error) {
  process.stderr.write(`nearside: ${isNearsideError(error) ? error.message : String(error)}\n`)
  process.exit(1)
}

/** The first signal lets running answers finish; the second is for whoever cannot wait. */
function endOnSignals(started: Started): void {
  let told = false
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (told) process.exit(1)
      told = true
      process.stdout.write('\nEnding; running answers may finish. Once more ends at once.\n')
      started.close().then(
        () => process.exit(0),
        () => process.exit(1),
      )
    })
  }
}
