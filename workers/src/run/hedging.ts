/**
 * Hedging: a stream whose node has been silent for longer than nineteen of twenty of its answers have lately been is asked
 * of a second node too, and the first that begins to answer wins; the other is told to stop.
 *
 * Only of nodes without a price: a second call that costs is a bill for being impatient. Only of streams, since how long a
 * whole answer takes says how long it is. Both calls pass the gate as every call does, and a client who leaves stops both.
 */
import { NearsideError, type Target } from '@nearside/core'
import type { Call } from '../call/call.ts'
import type { Desk } from '../desk/desk.ts'
import { checkKeys } from '../options/checks.ts'
import type { HedgingOffer } from '../options/options.ts'
import type { Purse } from '../purse/purse.ts'
import { type Asked, askTarget, type Turn } from './ask-target.ts'
import { openBranch } from './branch.ts'
import { giveUp } from './near-answer.ts'
import type { AskedOf, AskHedged } from './run-steps.ts'
import { splitAlarm } from './split-alarm.ts'

export type HedgingOptions = {
  /** A second node is never asked sooner, in milliseconds. @default 50 */
  readonly leastMs?: number
}

/**
 * @example
 * nearside({ hedging: hedging(), local: [first, second], … })
 */
export function hedging(given: HedgingOptions = {}): HedgingOffer {
  checkKeys(given, { leastMs: true }, 'hedging')
  const { leastMs = 50 } = given
  if (!Number.isSafeInteger(leastMs) || leastMs < 1 || leastMs > 60_000)
    throw new NearsideError('bad-options', 'hedging.leastMs is a whole number from 1 to 60000', {
      param: 'hedging.leastMs',
    })
  const run: AskHedged = (call, nodes, turn, purse, desk) => askBoth(call, nodes, turn, purse, desk, leastMs)
  return { run }
}

async function askBoth(
  call: Call,
  [first, second]: readonly [Target, Target],
  turn: Turn,
  purse: Purse,
  desk: Desk,
  leastMs: number,
): Promise<AskedOf> {
  const usualMs = desk.firstTokenP95Ms(first.name)
  if (usualMs === null || !call.request.stream) {
    return { asked: await askTarget(call, first, turn, purse, desk), by: first }
  }
  const alarms = splitAlarm(call.alarm, desk.options.now)
  const one = openBranch(call, alarms(), call.request)
  const ours = askTarget(one.call, first, turn, purse, desk)
  const silence = alarms()
  const isSilent = new Promise<'silent'>((resolve) => {
    silence.set(desk.options.now() + Math.max(leastMs, usualMs), () => resolve('silent'))
  })
  const begun = await Promise.race([ours, isSilent])
  silence.rest()
  if (begun !== 'silent') return { asked: begun, by: first }

  const other = openBranch(call, alarms(), call.request)
  const theirs = askTarget(other.call, second, turn, purse, desk)
  const winner = await firstToBegin(ours, theirs)
  if (winner === 'theirs') {
    one.stop()
    discard(ours, first, desk)
    return { asked: await theirs, by: second }
  }
  other.stop()
  discard(theirs, second, desk)
  return { asked: await ours, by: first }
}

/** Whichever begins first; where neither does, the one that was asked first says why. */
async function firstToBegin(ours: Promise<Asked>, theirs: Promise<Asked>): Promise<'ours' | 'theirs'> {
  const begins = async <T>(asked: Promise<Asked>, name: T): Promise<T> => {
    if ((await asked).outcome === 'begun') return name
    throw new NearsideError('tier-failed', 'The node did not begin to answer.')
  }
  return Promise.any([begins(ours, 'ours' as const), begins(theirs, 'theirs' as const)]).catch(
    () => 'ours' as const,
  )
}

/** It may have begun at the same moment: then its node is told as well. */
function discard(asked: Promise<Asked>, target: Target, desk: Desk): void {
  asked.then(
    (late) => {
      if (late.outcome === 'begun') giveUp({ target, asked: late, begun: late.begun }, desk)
    },
    () => {},
  )
}
