#!/usr/bin/env node
/**
 * `nearside-runtime serve`: one line on standard output when it serves, one line of JSON on standard error for
 * each request and each event, free of prompts, answers and keys. Exit code 1 means that it could not start.
 */
import { constants } from 'node:os'
import { isNearsideError } from '@nearside/core'
import { helpText, readCommand } from './read-command.ts'
import { type ServedRuntime, serveRuntime } from './serve.ts'

try {
  const command = readCommand(process.argv.slice(2), process.env)
  if (command.type === 'help') process.stdout.write(helpText())
  else await serve(command.settings)
} catch (error) {
  const message = isNearsideError(error) ? error.message : String(error)
  process.stderr.write(`nearside-runtime: ${message}\n`)
  process.exit(1)
}

async function serve(settings: Parameters<typeof serveRuntime>[0] & object): Promise<void> {
  const runtime = await serveRuntime({ ...settings, onRecord: (record) => log('request', record) })
  const isDraining = drainOnSignals(runtime)
  log('loading', { url: runtime.url })
  const model = await runtime.ready.catch((error: unknown) => {
    if (isDraining()) return null
    throw error
  })
  if (model === null) return
  log('ready', { url: runtime.url, model: model.name, version: model.version })
  process.stdout.write(`nearside-runtime serves ${model.name} (${model.version}) at ${runtime.url}/v1\n`)
}

/** The first signal lets running answers finish; the second is for whoever cannot wait. */
function drainOnSignals(runtime: ServedRuntime): () => boolean {
  let told = false
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (told) process.exit(128 + constants.signals[signal])
      told = true
      log('draining', { signal })
      runtime.close().then(
        () => process.exit(0),
        () => process.exit(1),
      )
    })
  }
  return () => told
}

function log(event: string, fields: object): void {
  process.stderr.write(`${JSON.stringify({ time: new Date().toISOString(), event, ...fields })}\n`)
}
