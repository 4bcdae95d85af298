/**
 * The budget store, so that it can only be slow or down for as long as the operator allows. Deadlines and repetitions
 * are here and nowhere else: a store makes each call once.
 *
 * Each verb is idempotent by the hold's id, so a call that failed is made once more. In front of an answer both fit into
 * the operator's deadline, and after several failures in a row the store is left alone for a while, until one call finds
 * out whether it is back. Behind an answer a charge must not be lost to a store that was away for a moment: it is told
 * whether or not the store rests, and told again after a pause.
 *
 * A reserve that is given up on may have been heard all the same. So its hold is given back behind the answer, which
 * leaves a tombstone where the reserve is still on its way; or the operator lets it through unrecorded, from a bounded
 * amount of this isolate's. That amount comes back when the hold is closed in the store, whatever the store knew of it.
 */
import {
  afterOutcome,
  type Balance,
  type Cap,
  type Health,
  type Hold,
  isNearsideError,
  type NanoUsd,
  NearsideError,
  type Privacy,
  type Release,
  type Reservation,
  type Settlement,
  standing,
  unknownHealth,
} from '@nearside/core'
import { passGate } from '../gate/gate.ts'
import type { Metrics } from '../metrics/metrics.ts'
import type { Budgets } from '../options/resolve-budgets.ts'
import type { Options } from '../options/resolve-options.ts'
import { within } from '../within/within.ts'

export type GuardedReservation = Reservation | { readonly granted: true; readonly unrecorded: true }

export type StoreGuard = {
  /** `waitUntil` keeps the isolate alive for giving back what was given up on. */
  reserve(
    hold: Hold,
    privacy: Privacy,
    waitUntil: (work: Promise<unknown>) => void,
  ): Promise<GuardedReservation>
  settle(hold: Hold, amount: NanoUsd, usedTokens?: number | null): Promise<void>
  release(hold: Hold): Promise<void>
  read(tenant: string, caps: readonly Cap[]): Promise<readonly Balance[]>
  /** Asks what is kept beside the books, with half of a reserve's time: the reserve comes after it. */
  beside<T>(verb: string, call: () => Promise<T>): Promise<T>
  /** Whether the last call was answered. */
  readonly answers: boolean
}

/** Behind an answer: two tries and the pause between them are five seconds together, or more where the operator gives the store more. */
const behindAnswer = { tryMs: 2_000, pauseMs: 1_000 }

export function openStoreGuard(
  { store, zone, onStoreError }: Budgets,
  { now, breaker, deadlines }: Pick<Options, 'now' | 'breaker' | 'deadlines'>,
  metrics: Pick<Metrics, 'storeFailures' | 'storeMs' | 'holds' | 'overruns'>,
  hear: (tenant: string, balance: Balance) => void = () => {},
): StoreGuard {
  let health: Health = unknownHealth
  /** Holds that the store may not know of, until they are closed. */
  const letThrough = new Map<string, NanoUsd>()
  let unrecorded = 0

  async function ask<T>(verb: string, call: () => Promise<T>, limitMs: number): Promise<T> {
    health = afterOutcome(health, { type: 'call-begun' }, breaker, now())
    const begunAt = now()
    try {
      const answer = await within(call, limitMs)
      health = afterOutcome(health, { type: 'answer-complete' }, breaker, now())
      metrics.storeMs.observe({ verb }, now() - begunAt)
      return answer
    } catch (error) {
      health = afterOutcome(health, { type: 'call-failed' }, breaker, now())
      metrics.storeFailures.add({ verb, why: 'failed' })
      throw doesNotAnswer(error)
    }
  }

  const rests = (verb: string): boolean => {
    if (standing(health, breaker, now()) !== 'resting') return false
    metrics.storeFailures.add({ verb, why: 'resting' })
    return true
  }

  /** A call that failed is made again at once in the time that is left; one that was not answered has none left. */
  async function askInFront<T>(verb: string, call: () => Promise<T>): Promise<T> {
    const endsAt = now() + deadlines.storeMs
    try {
      return await ask(verb, call, deadlines.storeMs)
    } catch (error) {
      const leftMs = endsAt - now()
      if (leftMs <= 0 || asksToWait(error) || rests(verb)) throw error
      return ask(verb, call, leftMs)
    }
  }

  async function askBehind<T>(verb: string, call: () => Promise<T>): Promise<T> {
    const tryMs = Math.max(behindAnswer.tryMs, deadlines.storeMs)
    try {
      return await ask(verb, call, tryMs)
    } catch {
      await new Promise((resolve) => setTimeout(resolve, behindAnswer.pauseMs))
      return ask(verb, call, tryMs)
    }
  }

  async function close(verb: string, hold: Hold, call: () => Promise<Settlement | Release>): Promise<void> {
    const amount = letThrough.get(hold.id) ?? 0
    letThrough.delete(hold.id)
    try {
      const told = await askBehind(verb, call)
      metrics.holds.add({ outcome: told.outcome })
      if ('overrun' in told && told.overrun > 0) metrics.overruns.add({}, told.overrun)
    } catch (error) {
      metrics.holds.add({ outcome: 'untold' })
      throw error
    }
    unrecorded -= amount
  }

  function release(hold: Hold): Promise<void> {
    return close('release', hold, () => store.release(hold))
  }

  return {
    async reserve(hold, privacy, waitUntil) {
      passGate(privacy, zone)
      const asked = !rests('reserve')
      try {
        if (!asked) throw doesNotAnswer(null)
        const reservation = await askInFront('reserve', () => store.reserve(hold))
        if (reservation.granted) metrics.holds.add({ outcome: 'made' })
        const said = reservation.granted ? reservation.tightest : reservation.cap
        if (said !== null) hear(hold.tenant, said)
        return reservation
      } catch (error) {
        if (onStoreError !== 'refuse' && unrecorded + hold.amount <= onStoreError.allow) {
          unrecorded += hold.amount
          letThrough.set(hold.id, hold.amount)
          return { granted: true, unrecorded: true }
        }
        // What does not reach the store lapses, and lapsed money counts as spent.
        if (asked) waitUntil(release(hold).catch(() => {}))
        throw error
      }
    },
    settle: (hold, amount, usedTokens = null) =>
      close('settle', hold, () => store.settle(hold, amount, usedTokens)),
    release,
    async read(tenant, caps) {
      if (rests('read')) throw doesNotAnswer(null)
      const balances = await askInFront('read', () => store.read(tenant, caps))
      for (const balance of balances) hear(tenant, balance)
      return balances
    },
    async beside(verb, call) {
      if (rests(verb)) throw doesNotAnswer(null)
      return ask(verb, call, deadlines.storeMs / 2)
    },
    get answers() {
      return standing(health, breaker, now()) === 'ready'
    },
  }
}

function doesNotAnswer(cause: unknown): NearsideError {
  return new NearsideError('store-failed', 'The budget store does not answer.', {
    cause,
    retryAfterMs: 1_000,
  })
}

/** A store may say itself when it can be asked again: it has too much to do. */
function asksToWait(error: unknown): boolean {
  const cause = isNearsideError(error) ? error.cause : null
  return isNearsideError(cause) && cause.retryAfterMs !== null
}
