#!/usr/bin/env node
/** `nearside …`: what operators run. Each command is a module of its own. */
import { readFileSync } from 'node:fs'
import { isNearsideError, NearsideError } from '@nearside/core'
import { type EnvironmentStore, gatewayVariables, readEnvironment } from '@nearside/workers/env'
import { runBudget } from './budget/run-budget.ts'
import { helpOf, helpText, meant } from './help.ts'
import { runKeys } from './keys/run-keys.ts'
import { readFlags } from './read-flags.ts'
import { startBridge } from './redis-bridge/bridge.ts'
import { trainSensitivity } from './sensitivity/train-sensitivity.ts'
import { emptyPaths } from './serve/empty-paths.ts'
import { ownStores } from './serve/own-stores.ts'
import { resolveVariables } from './serve/resolve-variables.ts'
import { serve, shippedHeads } from './serve/serve.ts'

try {
  const words = process.argv.slice(2)
  const told = toldOnly(words)
  if (told === null) await run(words)
  else process.stdout.write(told)
} catch (error) {
  process.stderr.write(`nearside: ${isNearsideError(error) ? error.message : String(error)}\n`)
  process.exit(1)
}

/** Help and version; null where something is to be done. */
function toldOnly([first, ...rest]: readonly string[]): string | null {
  if (first === '--version' || first === '-v') return `${packageVersion()}\n`
  if (first === undefined || first === '--help' || first === '-h') return helpText()
  if (first === 'help') return helpOf(rest[0]) ?? helpText()
  return rest.includes('--help') || rest.includes('-h') ? helpOf(first) : null
}

function packageVersion(): string {
  const { version }: { readonly version: string } = JSON.parse(
    readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
  )
  return version
}

async function run([command = '', ...words]: readonly string[]): Promise<void> {
  switch (command) {
    case 'serve': {
      const flags = readFlags(words, { host: '127.0.0.1', port: 8787, policy: '', privacy: '' })
      const policy = flags.policy === '' ? null : flags.policy
      const privacy = flags.privacy === '' ? null : flags.privacy
      const say = (line: string): void => void process.stderr.write(`nearside: ${line}\n`)
      const served = await serve({ ...flags, policy, privacy, say, env: process.env })
      process.stdout.write(`nearside serves ${served.url}/v1\n`)
      closeOnSignal(served)
      return
    }
    case 'redis-bridge': {
      const redis = process.env.REDIS_URL ?? 'redis://127.0.0.1:6379'
      const flags = readFlags(words, { redis, host: '127.0.0.1', port: 8079 })
      const bridge = await startBridge({ ...flags, token: process.env.UPSTASH_REDIS_REST_TOKEN ?? '' })
      process.stdout.write(`nearside bridges ${bridge.url}\n`)
      closeOnSignal(bridge)
      return
    }
    case 'keys':
      return runKeys(words, { env: process.env, print: (text) => process.stdout.write(text), now: Date.now })
    case 'budget':
      return runBudget(words, {
        env: process.env,
        print: (text) => process.stdout.write(text),
        isTerminal: process.stdout.isTTY === true,
        // What is not a watch ends by itself, and Ctrl-C ends it as ever.
        signal: words[0] === 'watch' ? interrupted() : new AbortController().signal,
      })
    case 'pack': {
      const { runPack } = await import('./intents/run-pack.ts')
      return runPack(words, {
        print: (text) => process.stdout.write(text),
        say: (line) => process.stderr.write(`${line}\n`),
      })
    }
    case 'train': {
      const flags = readFlags(words, { data: '', out: '', card: '', folds: 5, 'leave-out': '' })
      if (flags.data === '') throw new NearsideError('bad-options', '--data names the folder of public data.')
      const { train } = await import('./train/train.ts')
      const figures = train({
        data: flags.data,
        out: flags.out || null,
        card: flags.card || null,
        folds: flags.folds,
        leaveOut: flags['leave-out'] || null,
        say: (line) => process.stderr.write(`${line}\n`),
      })
      process.stdout.write(`${JSON.stringify(figures)}\n`)
      return
    }
    case 'calibrate': {
      const flags = readFlags(words, { records: '', quality: 95, model: '' })
      if (flags.records === '')
        throw new NearsideError('bad-options', '--records names the file of verdicts.')
      const { calibrate } = await import('./calibrate/calibrate.ts')
      const { loadModel } = await import('./eval/load-model.ts')
      const model = flags.model === '' ? undefined : flags.model
      const found = calibrate(flags.records, () => loadModel(model), flags.quality / 100)
      process.stdout.write(`${JSON.stringify(found)}\n`)
      return
    }
    case 'tune': {
      const { runTune } = await import('./tune/run-tune.ts')
      const met = await runTune(words, {
        env: process.env,
        print: (text) => process.stdout.write(text),
        say: (text) => process.stderr.write(text),
        isTerminal: process.stderr.isTTY === true,
        now: Date.now,
        // What asks nobody has nothing to keep, and Ctrl-C ends it as ever.
        signal: words.some((word) => /^--(?:tasks|environment)\b/.test(word))
          ? interrupted()
          : new AbortController().signal,
      })
      // A script learns that an objective was missed; what was found is written all the same.
      if (!met) process.exitCode = 2
      return
    }
    case 'replay': {
      const { runReplay } = await import('./replay/run-replay.ts')
      return runReplay(words, (text) => process.stdout.write(text))
    }
    case 'advise': {
      const { adviseHere } = await import('./advise/advise-here.ts')
      return adviseHere(words)
    }
    case 'check': {
      readFlags(words, {})
      const variables = gatewayVariables(process.env)
      const own = ownStores()
      const { read, options } = resolveVariables(variables, own)
      for (const { name, tier, model, zone, price } of options.targets) {
        process.stdout.write(
          `${tier.padEnd(9)} ${name.padEnd(12)} ${model} in ${zone}${price === null ? '' : ', priced'}\n`,
        )
      }
      for (const sentence of emptyPaths(read)) process.stdout.write(`Look at it: ${sentence}.\n`)
      process.stdout.write(`The variables are right${exceptOnWorker(variables, own.store)}.\n`)
      return
    }
    case 'train-sensitivity': {
      const flags = readFlags(words, { data: '', out: '', folds: 5 })
      if (flags.data === '' || flags.out === '' || !(flags.folds >= 2)) {
        throw new NearsideError(
          'bad-options',
          'train-sensitivity needs --data DIR, --out FILE and --folds of 2 or more',
        )
      }
      const say = (line: string): void => void process.stderr.write(`${line}\n`)
      process.stdout.write(`${JSON.stringify(trainSensitivity({ ...flags, say }), null, 2)}\n`)
      return
    }
    default: {
      const near = meant(command)
      const hint = near === null ? '`nearside help` lists them' : `did you mean ${near}?`
      throw new NearsideError('bad-options', `There is no command ${command}: ${hint}`)
    }
  }
}

/** A Worker's budgets are kept by Cloudflare, where not every request may be counted. */
function exceptOnWorker(
  variables: Parameters<typeof readEnvironment>[0],
  store: EnvironmentStore['store'],
): string {
  try {
    readEnvironment(variables, { store, zone: 'provider:cloudflare' }, shippedHeads)
    return ''
  } catch (error) {
    if (!isNearsideError(error)) throw error
    return ` for \`nearside serve\`, but a Worker would refuse them: ${error.message.replace(/\.$/, '')}`
  }
}

function interrupted(): AbortSignal {
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
  return stop.signal
}

function closeOnSignal(running: { close(): Promise<void> }): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void running.close().then(() => process.exit(0)))
  }
}
