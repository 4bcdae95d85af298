import type { Reservation } from '@nearside/core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { BudgetStore } from '../../workers/src/budget/budget-store.ts'
import { durableObjectBudgetStore, type LedgerStub } from '../../workers/src/budget/durable-object-store.ts'
import { cap, day, hold, minute, newTenant, noon, usd } from './builders.ts'
import { conformance } from './conformance.ts'
import { limitsConformance } from './conformance-limits.ts'
import { type OpenedWorkerd, openWorkerd } from './workerd.ts'

conformance('Durable Object', openWorkerd)
limitsConformance('Durable Object', openWorkerd)

let workerd: OpenedWorkerd
beforeAll(async () => {
  workerd = await openWorkerd()
}, 60_000)
afterAll(() => workerd.close())

it('keeps the books when the object is put out of memory', async () => {
  const tenant = newTenant()
  const kept = hold({ tenant })
  await workerd.store.reserve(kept)
  await workerd.evict(tenant)
  expect(await workerd.store.reserve(kept)).toMatchObject({ granted: true, repeated: true })
  expect(await workerd.store.settle(kept, 7)).toMatchObject({ outcome: 'settled' })
  await workerd.evict(tenant)
  expect(await workerd.store.read(tenant, [cap()])).toMatchObject([{ settled: 7, reserved: 0 }])
})

it('deletes rows that nobody needs any more', async () => {
  const tenant = newTenant()
  await workerd.setClock(noon)
  for (let call = 0; call < 10; call += 1) {
    const settled = hold({ tenant })
    await workerd.store.reserve(settled)
    await workerd.store.settle(settled, 7)
  }
  expect(await workerd.rowsOf(tenant)).toBe(11)
  await workerd.setClock(noon + 15 * minute)
  await workerd.store.reserve(hold({ tenant, leaseMs: minute }))
  expect(await workerd.rowsOf(tenant)).toBe(2)
  await workerd.setClock(noon + 3 * day)
  await workerd.store.reserve(hold({ tenant }))
  // Yesterday's sums are gone; the hold that lapsed stays, for a late settle.
  expect(await workerd.rowsOf(tenant)).toBe(3)
})

const granted: Reservation = {
  granted: true,
  repeated: false,
  leaseEndsAt: 0,
  tightest: null,
  softPassed: [],
  rates: null,
}

/** A store over a ledger whose reserve does what it is told, and how often it was asked. */
function storeOver(reserve: () => Promise<Reservation>): { store: BudgetStore; asked(): number } {
  let asked = 0
  const unused = async (): Promise<never> => {
    throw new Error('is not used')
  }
  const stub: LedgerStub = {
    async reserve() {
      asked += 1
      return reserve()
    },
    settle: unused,
    release: unused,
    renew: unused,
    read: unused,
    writeOff: unused,
  }
  const store = durableObjectBudgetStore({ idFromName: (name) => name, get: () => stub })
  return { store, asked: () => asked }
}

it('makes each call once: who asks decides whether it is made again', async () => {
  const answered = storeOver(async () => granted)
  expect(await answered.store.reserve(hold())).toEqual(granted)
  for (const marks of [{ retryable: true }, { retryable: true, overloaded: true }, {}]) {
    const failing = storeOver(async () => {
      throw Object.assign(new Error('hold request-1 of acme'), marks)
    })
    await expect(failing.store.reserve(hold({ amount: usd }))).rejects.toMatchObject({
      code: 'store-failed',
      message: 'The budget ledger did not answer.',
      retryAfterMs: 'overloaded' in marks ? 1_000 : null,
    })
    expect(failing.asked()).toBe(1)
  }
})
