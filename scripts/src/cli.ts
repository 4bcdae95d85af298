#!/usr/bin/env node
/** `nearside …`: what operators run. Each command is a module of its own. */
import { isNearsideError, NearsideError } from '@nearside/core'
import { cascade, consistency, mapReduce, resolveOptions } from '@nearside/workers'
import { type EnvironmentStore, gatewayVariables, readEnvironment } from '@nearside/workers/env'
import { runBudget } from './budget/run-budget.ts'
import { runKeys } from './keys/run-keys.ts'
import { readFlags } from './read-flags.ts'
import { startBridge } from './redis-bridge/bridge.ts'
import { trainSensitivity } from './sensitivity/train-sensitivity.ts'
import { ownStores } from './serve/own-stores.ts'
import { serve } from './serve/serve.ts'

const help = `nearside COMMAND

  serve [--host 127.0.0.1] [--port 8787] [--policy FILE]   the gateway on Node, set up by the same variables as the Worker;
                       the policy's file is read again when it changes, or on SIGHUP
  check                                    says whether these variables are right, before there is traffic
  redis-bridge [--redis redis://127.0.0.1:6379] [--host 127.0.0.1] [--port 8079]
                                           Upstash's REST protocol for a plain Redis; UPSTASH_REDIS_REST_TOKEN is the
                                           token it asks for, REDIS_URL an address with a password in it
  keys create --account NAME [--hour-usd N] [--day-usd N] [--month-usd N] [--total-usd N] [--soft]
              [--scopes team:web] [--models A,B] [--tiers edge,local] [--expires 90d] [--privacy LEVEL] [--label TEXT] [--json]
                                           makes an API key with NEARSIDE_KEY_SECRET, and shows it once
  keys list [--account NAME] [--json]      the keys that there are, without the keys themselves
  keys rotate ID [--grace 24h] [--json]    a new key in the place of an old one, which ends after the grace
  keys revoke ID [--json]                  ends a key
  budget set TENANT SCOPE [--hour-usd N] [--day-usd N] [--month-usd N] [--total-usd N] [--soft] [--zone Europe/Berlin]
             [--remove] [--json]           caps of account, key:ID, model:NAME, team:NAME …, while gateways run
  budget import FILE [--dry-run] [--json]  caps out of a CSV or JSON file: tenant, scope, window, usd, kind, zone
  budget reset TENANT SCOPE [--yes] [--json]
                                           begins anew what a scope has spent
  budget show TENANT [--json]              what each scope has spent and holds, in the windows that run, with a bar where a cap was set
  budget watch TENANT                      the same, kept up to date until Ctrl-C
  budget write-off TENANT [ID...|--all] [--yes] [--json]
                                           lists holds that lapsed unsettled; with --yes clears their money
  pack init [FILE]                         begins a file of questions and answers, intents.yaml
  pack build FILE [--out DIR] [--json]     builds the pack that a gateway answers from, and says how good it is
  train-sensitivity --data DIR --out FILE [--folds 5]
                                           trains the text heads (names, addresses, unsafe requests) and prints their
                                           figures, out of fold, as JSON
  train --data DIR --out FILE [--card FILE] [--folds 5] [--leave-out SOURCE|all]
                                           learns the classifier from public data and prints how good it is, as JSON
  calibrate --records FILE [--quality 95] [--model FILE]
                                           fits calibration and threshold to an operator's own verdicts, in percent
  tune --tasks FILE --max-spend USD [--gateway URL] | --outcomes FILE | --data DIR [--set mmlu]
       [--quality 0.95] [--absolute] [--max-cost USD] [--p95 MS] [--max-joules J] [--out tuned] [--json]
                                           finds the strategies that suit each kind of task, and writes the policy that meets
                                           these objectives, their frontier and a page to read (docs/tune.md)
  tune --environment form|search|document|all [--tasks 100] [--seed 1] [--runs-share 0.33] [--out tuned] [--json]
       [--executor URL --supervisor URL] [--executor-model NAME --supervisor-model NAME]
                                           finds who should plan, work and check in simulated environments, without trying
                                           everything; keys of real models are EXECUTOR_KEY and SUPERVISOR_KEY
  replay --records FILE --policy A.json [--policy B.json] [--strict] [--json]
                                           decides recorded requests again, by one policy or two: what would have gone
                                           where, what it would have cost and spent, and what is unknown
  advise [--records FILE] [--answers FILE.json] [--requests-per-day N] [--easy-share N] [--confined-share N]
         [--latency-ms N] … [--json]       whether a model of your own is worth it for this traffic, with the arithmetic;
                                           asks for what is missing where somebody is there to ask
  help

keys and budget work on the store that UPSTASH_REDIS_REST_URL and UPSTASH_REDIS_REST_TOKEN name, or else REDIS_URL.
The variables are listed and explained in wrangler.toml.
`

try {
  await run(process.argv.slice(2))
} catch (error) {
  process.stderr.write(`nearside: ${isNearsideError(error) ? error.message : String(error)}\n`)
  process.exit(1)
}

async function run([command = 'help', ...words]: readonly string[]): Promise<void> {
  switch (command) {
    case 'serve': {
      const flags = readFlags(words, { host: '127.0.0.1', port: 8787, policy: '' })
      const policy = flags.policy === '' ? null : flags.policy
      const say = (line: string): void => void process.stderr.write(`nearside: ${line}\n`)
      const served = await serve({ ...flags, policy, say, env: process.env })
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
      const read = readEnvironment(variables, own)
      const options = resolveOptions({
        ...read,
        strategies: [cascade(), consistency(), mapReduce(), ...(read.strategies ?? [])],
      })
      for (const { name, tier, model, zone, price } of options.targets) {
        process.stdout.write(
          `${tier.padEnd(9)} ${name.padEnd(12)} ${model} in ${zone}${price === null ? '' : ', priced'}\n`,
        )
      }
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
    case 'help':
    case '--help':
      process.stdout.write(help)
      return
    default:
      throw new NearsideError('bad-options', `There is no command ${command}.\n\n${help}`)
  }
}

/** A Worker's budgets are kept by Cloudflare, where not every request may be counted. */
function exceptOnWorker(
  variables: Parameters<typeof readEnvironment>[0],
  store: EnvironmentStore['store'],
): string {
  try {
    readEnvironment(variables, { store, zone: 'provider:cloudflare' })
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
