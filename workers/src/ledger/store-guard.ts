/**
 * The budget store, so that it can only be slow or down for as long as the operator allows.
 *
 * Each call has a deadline and, since every verb is idempotent by the hold's id, one repetition of ours. After
 * several failures in a row the store is left alone for a while, and one call finds out whether it is back. While
 * it does not answer, the operator's choice holds: refuse, or let through a bounded amount of this isolate's. That
 * amount comes back as the charges reach the store after all.
 */
import {
  afterOutcome,
  type Balance,
  type Cap,
  type Health,
  type Hold,
  type NanoUsd,
  NearsideError,
  type Privacy,
  type Reservation,
  standing,
  unknownHealth,
} from '@nearside/core'
import { passGate } from '../gate/gate.ts'
import type { Metrics } from '../metrics/metrics.ts'
import type { Budgets, Options } from '../options/resolve-options.ts'

export type GuardedReservation = Reservation | { readonly granted: true; readonly unrecorded: true }

export type StoreGuard = {
  reserve(hold: Hold, privacy: Privacy): Promise<GuardedReservation>
  settle(hold: Hold, amount: NanoUsd): Promise<void>
  release(hold: Hold): Promise<void>
  renew(hold: Hold): Promise<void>
  read(tenant: string, caps: readonly Cap[]): Promise<readonly Balance[]>
  /** Whether the last call was answered. */
  readonly answers: boolean
}

/** Work behind the answer may take longer than work in front of it, but not for ever. */
const settleMs = 2_400

export function openStoreGuard(budgets: Budgets, options: Options, metrics: Metrics): StoreGuard {
  const { store } = budgets
  const { now, breaker, deadlines } = options
  let health: Health = unknownHealth
  let unrecorded = 0

  async function ask<T>(verb: string, call: () => Promise<T>, limitMs: number): Promise<T> {
    if (standing(health, breaker, now()) === 'resting') {
      metrics.storeFailures.add({ verb, why: 'resting' })
      throw new NearsideError('store-failed', 'The budget store does not answer.', { retryAfterMs: 1_000 })
    }
    health = afterOutcome(health, { type: 'call-begun' }, breaker, now())
    const begunAt = now()
    try {
      const answer = await within(call(), limitMs)
      health = afterOutcome(health, { type: 'answer-complete' }, breaker, now())
      metrics.storeMs.observe({ verb }, now() - begunAt)
      return answer
    } catch (error) {
      health = afterOutcome(health, { type: 'call-failed' }, breaker, now())
      metrics.storeFailures.add({ verb, why: 'failed' })
      throw new NearsideError('store-failed', 'The budget store does not answer.', {
        cause: error,
        retryAfterMs: 1_000,
      })
    }
  }

  const twice = async <T>(verb: string, call: () => Promise<T>, limitMs: number): Promise<T> => {
    try {
      return await ask(verb, call, limitMs)
    } catch {
      return ask(verb, call, limitMs)
    }
  }

  return {
    async reserve(hold, privacy) {
      passGate(privacy, budgets.zone)
      try {
        return await twice('reserve', () => store.reserve(hold), deadlines.storeMs / 2)
      } catch (error) {
        if (budgets.onStoreError === 'refuse') throw error
        if (unrecorded + hold.amount > budgets.onStoreError.allow) throw error
        unrecorded += hold.amount
        return { granted: true, unrecorded: true }
      }
    },
    async settle(hold, amount) {
      const { outcome } = await twice('settle', () => store.settle(hold, amount), settleMs)
      if (outcome === 'unreserved') unrecorded = Math.max(0, unrecorded - hold.amount)
    },
    async release(hold) {
      const { outcome } = await twice('release', () => store.release(hold), settleMs)
      if (outcome === 'unknown') unrecorded = Math.max(0, unrecorded - hold.amount)
    },
    async renew(hold) {
      await ask('renew', () => store.renew(hold, hold.leaseMs), settleMs)
    },
    read: (tenant, caps) => ask('read', () => store.read(tenant, caps), deadlines.storeMs),
    get answers() {
      return standing(health, breaker, now()) === 'ready'
    },
  }
}

async function within<T>(work: Promise<T>, limitMs: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | null = null
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${limitMs} ms`)), limitMs)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
