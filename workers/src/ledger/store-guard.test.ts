import {
  defaultBreakerLimits,
  type Hold,
  NearsideError,
  type Privacy,
  type Reservation,
} from '@nearside/core'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { BudgetStore } from '../budget/budget-store.ts'
import { memoryBudgetStore } from '../budget/memory-store.ts'
import { setCaps } from '../budget/set-caps.ts'
import { openMetrics } from '../metrics/metrics.ts'
import type { Budgets } from '../options/resolve-budgets.ts'
import { defaultDeadlines } from '../options/resolve-options.ts'
import { openStoreGuard, type StoreGuard } from './store-guard.ts'

const limit = 1_000
const caps = setCaps([{ scope: 'account', window: 'total', limit }], 0)
const privacy: Privacy = { level: 'public', providers: [] }
const hold = (id: string, amount = 100): Hold => ({ id, tenant: 'acme', caps, amount, leaseMs: 400_000 })

/** A call of the store that does not go as it should: it never comes back, with or without having been heard. */
type Trouble = 'lost' | 'answer lost' | 'fails'

/** A store in memory, each of whose calls may meet trouble, in turn. */
function troubled(...troubles: readonly (Trouble | null)[]) {
  const store = memoryBudgetStore()
  const waiting = [...troubles]
  const calls: { readonly verb: string; readonly at: number }[] = []
  const meet = async <T>(verb: string, call: () => Promise<T>): Promise<T> => {
    calls.push({ verb, at: Date.now() })
    const trouble = waiting.shift() ?? null
    if (trouble === 'fails') throw new Error('down')
    if (trouble === null) return call()
    if (trouble === 'answer lost') await call()
    return new Promise(() => {})
  }
  const watched: BudgetStore = {
    ...store,
    reserve: (given) => meet('reserve', () => store.reserve(given)),
    settle: (given, actual) => meet('settle', () => store.settle(given, actual)),
    release: (given) => meet('release', () => store.release(given)),
    read: (tenant, read) => meet('read', () => store.read(tenant, read)),
  }
  return {
    store: watched,
    calls,
    verbs: () => calls.map(({ verb }) => verb),
    trouble: (...more: readonly Trouble[]) => waiting.push(...more),
    balance: async () => (await store.read('acme', caps))[0],
    /** What comes of a reserve that was under way all along. */
    arrives: (late: Hold) => store.reserve(late),
  }
}

function guardOf(store: BudgetStore, onStoreError: Budgets['onStoreError'] = 'refuse'): StoreGuard {
  const options = { now: Date.now, breaker: defaultBreakerLimits, deadlines: defaultDeadlines }
  return openStoreGuard({ store, zone: 'premises', onStoreError }, options, openMetrics())
}

describe('the guarded budget store', () => {
  let behind: Promise<unknown>[]
  const waitUntil = (work: Promise<unknown>): void => void behind.push(work)
  const failsLater = (work: Promise<unknown>): Promise<unknown> =>
    expect(work).rejects.toMatchObject({ code: 'store-failed' })

  beforeEach(() => {
    vi.useFakeTimers()
    behind = []
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('TRUST 6: gives back a hold that the store made and whose answer came too late', async () => {
    const { store, verbs, balance } = troubled('answer lost')
    const refused = failsLater(guardOf(store).reserve(hold('a'), privacy, waitUntil))
    await vi.advanceTimersByTimeAsync(defaultDeadlines.storeMs)
    await refused
    await Promise.all(behind)
    expect(verbs()).toEqual(['reserve', 'release'])
    expect(await balance()).toMatchObject({ reserved: 0, expired: 0, settled: 0 })
  })

  it('TRUST 6: makes none of a hold that arrives after it was given up', async () => {
    const { store, arrives, balance } = troubled('lost')
    const refused = failsLater(guardOf(store).reserve(hold('a'), privacy, waitUntil))
    await vi.advanceTimersByTimeAsync(defaultDeadlines.storeMs)
    await refused
    await Promise.all(behind)
    expect(await arrives(hold('a'))).toMatchObject({ granted: false, reason: 'closed' })
    expect(await balance()).toMatchObject({ reserved: 0 })
  })

  it('makes a reserve that failed once more, at once and as the same hold', async () => {
    const { store, calls, balance } = troubled('fails')
    expect(await guardOf(store).reserve(hold('a'), privacy, waitUntil)).toMatchObject({ granted: true })
    expect(calls.map(({ verb }) => verb)).toEqual(['reserve', 'reserve'])
    expect(calls[1]?.at).toBe(calls[0]?.at)
    expect(await balance()).toMatchObject({ reserved: 100 })
  })

  it('has one deadline for a reserve, whichever of its tries is slow', async () => {
    const { store } = troubled('fails', 'lost')
    const refused = failsLater(guardOf(store).reserve(hold('a'), privacy, waitUntil))
    const begunAt = Date.now()
    await vi.advanceTimersByTimeAsync(defaultDeadlines.storeMs)
    await refused
    expect(Date.now() - begunAt).toBe(defaultDeadlines.storeMs)
  })

  it('does not ask a store again that says when to', async () => {
    const { store } = troubled()
    let asked = 0
    const busy: BudgetStore = {
      ...store,
      async reserve(): Promise<Reservation> {
        asked++
        throw new NearsideError('store-failed', 'Busy.', { retryAfterMs: 1_000 })
      },
    }
    await failsLater(guardOf(busy).reserve(hold('a'), privacy, waitUntil))
    expect(asked).toBe(1)
  })

  /** A store that was down for so long that it is left alone. */
  async function resting(onStoreError: Budgets['onStoreError'] = 'refuse') {
    const opened = troubled(...Array<Trouble>(12).fill('fails'))
    const guard = guardOf(opened.store, onStoreError)
    while (guard.answers) await guard.read('acme', caps).catch(() => {})
    opened.calls.length = 0
    return { ...opened, guard }
  }

  it('TRUST 6: leaves a store that rests alone: no reserve, and nothing to give back', async () => {
    const { guard, verbs } = await resting()
    await failsLater(guard.reserve(hold('a'), privacy, waitUntil))
    expect(verbs()).toEqual([])
    expect(behind).toEqual([])
  })

  it('TRUST 6: tells a charge to a store that rests', async () => {
    const opened = troubled()
    const guard = guardOf(opened.store)
    await guard.reserve(hold('a'), privacy, waitUntil)
    opened.trouble(...Array<Trouble>(5).fill('fails'))
    while (guard.answers) await guard.read('acme', caps).catch(() => {})
    await guard.settle(hold('a'), 70)
    expect(await opened.balance()).toMatchObject({ settled: 70, reserved: 0 })
  })

  it('TRUST 6: tells a charge again after a second, all within five', async () => {
    for (const verb of ['settle', 'release'] as const) {
      const opened = troubled(null, 'fails')
      const guard = guardOf(opened.store)
      await guard.reserve(hold('a'), privacy, waitUntil)
      const closed = guard[verb](hold('a'), 70)
      await vi.advanceTimersByTimeAsync(5_000)
      await closed
      const [, first, second] = opened.calls
      expect((second?.at ?? 0) - (first?.at ?? 0)).toBe(1_000)
      expect(await opened.balance()).toMatchObject({ settled: verb === 'settle' ? 70 : 0, reserved: 0 })
    }
  })

  it('TRUST 6: gives a charge up after five seconds', async () => {
    const { store } = troubled('lost', 'lost')
    const begunAt = Date.now()
    const lost = failsLater(guardOf(store).settle(hold('a'), 70))
    await vi.advanceTimersByTimeAsync(5_000)
    await lost
    expect(Date.now() - begunAt).toBe(5_000)
  })

  describe('where a bounded amount is let through', () => {
    const allow = { allow: 150 }
    const through = { granted: true, unrecorded: true }

    it.each(['lost', 'answer lost'] as const)(
      'TRUST 6: takes the amount back once the hold is closed, whether or not the reserve was heard: %s',
      async (trouble) => {
        for (const verb of ['settle', 'release'] as const) {
          const opened = troubled(trouble)
          const guard = guardOf(opened.store, allow)
          const first = guard.reserve(hold('a'), privacy, waitUntil)
          await vi.advanceTimersByTimeAsync(defaultDeadlines.storeMs)
          expect(await first).toEqual(through)
          await guard[verb](hold('a'), 100)

          opened.trouble('lost')
          const second = guard.reserve(hold('b'), privacy, waitUntil)
          await vi.advanceTimersByTimeAsync(defaultDeadlines.storeMs)
          expect(await second).toEqual(through)
          expect(behind).toEqual([])
        }
      },
    )

    it('TRUST 6: takes nothing back for a hold that the store had recorded', async () => {
      const opened = troubled(null, 'lost')
      const guard = guardOf(opened.store, allow)
      await guard.reserve(hold('recorded'), privacy, waitUntil)
      const first = guard.reserve(hold('a'), privacy, waitUntil)
      await vi.advanceTimersByTimeAsync(defaultDeadlines.storeMs)
      await first
      await guard.settle(hold('recorded'), 100)

      opened.trouble('lost')
      const second = failsLater(guard.reserve(hold('b'), privacy, waitUntil))
      await vi.advanceTimersByTimeAsync(defaultDeadlines.storeMs)
      await second
    })

    it('TRUST 6: keeps what the store was never told of', async () => {
      const { guard } = await resting(allow)
      expect(await guard.reserve(hold('a'), privacy, waitUntil)).toEqual(through)
      const lost = failsLater(guard.settle(hold('a'), 100))
      await vi.advanceTimersByTimeAsync(5_000)
      await lost
      await failsLater(guard.reserve(hold('b'), privacy, waitUntil))
    })
  })
})
