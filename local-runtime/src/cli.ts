#!/usr/bin/env node
/**
 * `nearside-runtime`. The commands about models are in `commands`. `serve` is here: one line on standard output when
 * it serves, one line of JSON on standard error for each request and each event, free of prompts, answers and keys.
 * Exit code 1 means that something could not be done, 130 that it was stopped by hand, 141 that nobody reads what a
 * command writes.
 */
import { readFileSync } from 'node:fs'
import { constants } from 'node:os'
import { isNearsideError, NearsideError } from '@nearside/core'
import { commandHelp, isCommand, overview, runCommand } from './commands/all-commands.ts'
import { processOutput } from './commands/output.ts'
import { nodeFault } from './machine/node-fault.ts'
import { helpText, readCommand } from './read-command.ts'
import { resolveModel } from './resolve-model.ts'
import { type ServedRuntime, serveRuntime } from './serve.ts'
import { modelsFolder } from './store/places.ts'
import { markServed } from './store/serving.ts'

try {
  const args = process.argv.slice(2)
  const told = toldOnly(args)
  const fault = nodeFault(process.versions.node, manifest().engines.node)
  if (told !== null) process.stdout.write(told)
  else if (fault !== null) throw new NearsideError('bad-options', fault)
  else if (isCommand(args[0])) process.exitCode = await commandOf(args)
  else await serveAsAsked(args)
} catch (error) {
  const message = isNearsideError(error) ? error.message : String(error)
  process.stderr.write(`nearside-runtime: ${message}\n`)
  process.exit(1)
}

/** Help and version; null where something is to be done. */
function toldOnly(args: readonly string[]): string | null {
  const [first, second] = args
  if (first === '--version' || first === '-v') return `${manifest().version}\n`
  const name = first === 'help' ? second : first
  // Behind `--` everything is a prompt's.
  const own = args.includes('--') ? args.slice(0, args.indexOf('--')) : args
  const isAsked = first === 'help' || own.includes('--help') || own.includes('-h')
  if (!isAsked) return null
  if (name === 'serve') return helpText()
  return name !== undefined && isCommand(name) ? commandHelp(name) : overview()
}

function manifest(): { readonly version: string; readonly engines: { readonly node: string } } {
  return JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
}

async function serveAsAsked(args: readonly string[]): Promise<void> {
  const command = readCommand(args, process.env)
  if (command.type === 'help') process.stdout.write(helpText())
  else await serve(command.settings)
}

async function commandOf(args: readonly string[]): Promise<number> {
  // As in `run … | head`: what nobody reads need not be computed.
  onReaderGone(() => process.exit(128 + constants.signals.SIGPIPE))
  const stopping = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (stopping.signal.aborted) process.exit(128 + constants.signals[signal])
      stopping.abort(new Error(`stopped by ${signal}`))
    })
  }
  return runCommand(args, process.env, processOutput(), stopping.signal)
}

async function serve(settings: Parameters<typeof serveRuntime>[0] & object): Promise<void> {
  // A server outlives whoever read its log.
  onReaderGone(() => {})
  const folder = modelsFolder(null, process.env)
  const named = settings.model === undefined ? {} : { model: await resolveModel(settings.model, folder) }
  const runtime = await serveRuntime({
    ...settings,
    ...named,
    onRecord: (record) => log('request', record),
    onNotice: ({ event, ...told }) => log(event, told),
  })
  if (named.model !== undefined) await markServed(folder, named.model, runtime.url)
  const isDraining = drainOnSignals(runtime)
  reloadOnHangUp(runtime)
  log('loading', { url: runtime.url })
  const model = await runtime.ready.catch((error: unknown) => {
    if (isDraining()) return null
    throw error
  })
  if (model === null) return
  const { name, version, standsOn } = model
  log('ready', { url: runtime.url, model: name, version, standsOn })
  process.stdout.write(`nearside-runtime serves ${model.name} (${model.version}) at ${runtime.url}/v1\n`)
}

function onReaderGone(then: () => void): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error
      then()
    })
  }
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

/** Without a terminal the signal means what it means to daemons; a terminal that closes means the end, as ever. */
function reloadOnHangUp(runtime: ServedRuntime): void {
  if (process.stdin.isTTY || process.stderr.isTTY || process.platform === 'win32') return
  process.on('SIGHUP', () => {
    log('reloading', {})
    runtime.reload().then(
      ({ name, version, standsOn }) => log('reloaded', { model: name, version, standsOn }),
      (error: unknown) =>
        log('reload-failed', { why: isNearsideError(error) ? error.message : String(error) }),
    )
  })
}

function log(event: string, fields: object): void {
  process.stderr.write(`${JSON.stringify({ time: new Date().toISOString(), event, ...fields })}\n`)
}
