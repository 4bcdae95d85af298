/** `nearside replay`: recorded traffic against tomorrow's policy. */
import { parseArgs } from 'node:util'
import { NearsideError } from '@nearside/core'
import { flagFault } from '../flag-fault.ts'
import { openPolicy } from './policies.ts'
import { replay } from './replay.ts'
import { replayText } from './show-replay.ts'
import { totalsOf } from './totals.ts'

const usage = 'nearside replay --records FILE --policy A.json [--policy B.json] [--strict] [--json]'

export async function runReplay(words: readonly string[], print: (text: string) => void): Promise<void> {
  const { records, policies, strict, json } = readWords(words)
  const report = await replay({
    records,
    policies: policies.map((path) => openPolicy(path, '--policy')),
    strict,
  })
  if (!json) return print(replayText(report))
  const { recorded, policies: replayed } = report
  const whole = {
    ...report,
    recorded: { ...recorded, totals: totalsOf(recorded.tasks) },
    policies: replayed.map((policy) => ({ ...policy, totals: totalsOf(policy.tasks) })),
  }
  // Whole nano-dollars as text: a sum may be beyond what a JSON reader's numbers hold.
  print(`${JSON.stringify(whole, (_, value) => (typeof value === 'bigint' ? String(value) : value))}\n`)
}

function readWords(words: readonly string[]) {
  const { values } = parsed(words)
  const { records, policy: policies = [], strict, json } = values
  if (records === undefined) throw wrong('--records names the file of records, one a line', '--records')
  if (policies.length < 1 || policies.length > 2)
    throw wrong(`--policy is given once or twice, but was given ${policies.length} times`, '--policy')
  return { records, policies, strict, json }
}

function parsed(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      options: {
        records: { type: 'string' },
        policy: { type: 'string', multiple: true },
        strict: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
      },
    })
  } catch (cause) {
    throw wrong(flagFault(cause), 'replay', cause)
  }
}

function wrong(what: string, param: string, cause?: unknown): NearsideError {
  return new NearsideError('bad-options', `${what.replace(/\.$/, '')}.\n${usage}`, { param, cause })
}
