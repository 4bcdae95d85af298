import type { Reservation } from '@nearside/core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { durableObjectBudgetStore, type LedgerStub } from '../../workers/src/budget/durable-object-store.ts'
import { cap, day, hold, minute, newTenant, noon, usd } from './builders.ts'
import { conformance } from './conformance.ts'
import { type OpenedWorkerd, openWorkerd } from './workerd.ts'

conformance('Durable Object', openWorkerd)

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
}

/** A ledger whose reserve does in turn what it is told. */
function ledger(...turns: readonly (() => Promise<Reservation>)[]): LedgerStub & { asked(): number } {
  let asked = 0
  const unused = async (): Promise<never> => {
    throw new Error('is not used')
  }
  return {
    asked: () => asked,
    reserve: async () => {
      asked += 1
      return turns[asked - 1]!()
    },
    settle: unused,
    release: unused,
    renew: unused,
    read: unused,
    writeOff: unused,
  }
}

const storeOf = (stub: LedgerStub, timeoutMs = 1_000) =>
  durableObjectBudgetStore({ idFromName: (name) => name, get: () => stub }, { timeoutMs })

it('gives up on an object that does not answer', async () => {
  const silent = ledger(() => new Promise(() => {}))
  await expect(storeOf(silent, 20).reserve(hold())).rejects.toMatchObject({ code: 'store-failed' })
})

it('asks again once where the platform says that it may help', async () => {
  const lost = async (): Promise<never> => {
    throw Object.assign(new Error('lost'), { retryable: true })
  }
  const once = ledger(lost, async () => granted)
  expect(await storeOf(once).reserve(hold())).toEqual(granted)
  const twice = ledger(lost, lost, async () => granted)
  await expect(storeOf(twice).reserve(hold())).rejects.toMatchObject({ code: 'store-failed' })
  expect(twice.asked()).toBe(2)
})

it('does not ask an overloaded or a broken object again', async () => {
  for (const marks of [{ retryable: true, overloaded: true }, {}]) {
    const failing = ledger(async () => {
      throw Object.assign(new Error('hold request-1 of acme'), marks)
    })
    await expect(storeOf(failing).reserve(hold({ amount: usd }))).rejects.toMatchObject({
      code: 'store-failed',
      message: 'The budget ledger did not answer.',
    })
    expect(failing.asked()).toBe(1)
  }
})
