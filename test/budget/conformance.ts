/**
 * What every budget store promises. One suite, run against each of them: whoever writes another store runs this.
 */
import type { Cap, Hold } from '@nearside/core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { BudgetStore } from '../../workers/src/budget/budget-store.ts'
import { setCaps } from '../../workers/src/budget/set-caps.ts'
import { cap, day, hold as holdOf, hour, minute, newTenant, noon, usd } from './builders.ts'
import type { OpenedStore } from './opened-store.ts'

/** Bundling the Worker and starting workerd, on a busy machine. */
const startMs = 60_000

export function conformance(name: string, open: () => Promise<OpenedStore>): void {
  let opened: OpenedStore
  let store: BudgetStore
  let tenant: string

  beforeAll(async () => {
    opened = await open()
    store = opened.store
  }, startMs)
  afterAll(() => opened.close())
  beforeEach(async () => {
    tenant = newTenant()
    await opened.setClock(noon)
  })

  const hold = (given: Partial<Hold> = {}): Hold => holdOf({ tenant, ...given })
  const balance = async (of: Cap = cap()) => (await store.read(tenant, [of]))[0]!
  const refusal = async (of: Hold) => {
    const reservation = await store.reserve(of)
    if (reservation.granted) throw new Error('was granted')
    return reservation
  }

  describe(`${name}: reserving`, () => {
    it('sets the amount aside and tells what the tightest hard cap has left', async () => {
      const caps = [cap({ limit: 9 * usd }), cap({ scope: 'key:a', limit: 4 * usd })]
      const reservation = await store.reserve(hold({ caps, amount: usd }))
      expect(reservation).toMatchObject({
        granted: true,
        repeated: false,
        leaseEndsAt: noon + 10 * minute,
        tightest: { scope: 'key:a', limit: 4 * usd, reserved: usd, settled: 0, remaining: 3 * usd },
        softPassed: [],
      })
      expect(await balance(caps[0])).toMatchObject({ reserved: usd, remaining: 8 * usd, charges: 0 })
    })

    it('TRUST 2: sets aside under key, user, team and model caps together or under none', async () => {
      const scopes = ['key:a', 'user:b', 'team:c', 'model:gpt-4o']
      const caps = scopes.map((scope, index) => cap({ scope, limit: (5 - index) * usd }))
      expect((await store.reserve(hold({ caps, amount: 2 * usd }))).granted).toBe(true)
      expect(await refusal(hold({ caps, amount: usd }))).toMatchObject({ cap: { scope: 'model:gpt-4o' } })
      for (const balance of await store.read(tenant, caps)) expect(balance.reserved).toBe(2 * usd)
    })

    it('admits exactly as many of 200 concurrent calls as the cap pays for', async () => {
      const reservations = await Promise.all(
        Array.from({ length: 200 }, () => store.reserve(hold({ amount: usd / 10 }))),
      )
      expect(reservations.filter(({ granted }) => granted)).toHaveLength(50)
      expect(await balance()).toMatchObject({ reserved: 5 * usd, remaining: 0 })
    })

    it('says in-flight when open holds are in the way, and exhausted when the money is spent', async () => {
      const first = hold({ amount: 3 * usd })
      await store.reserve(first)
      expect(await refusal(hold({ amount: 3 * usd }))).toMatchObject({
        reason: 'in-flight',
        cap: { scope: 'account', window: 'day', settled: 0, reserved: 3 * usd, remaining: 2 * usd },
      })
      await store.settle(first, 3 * usd)
      expect(await refusal(hold({ amount: 3 * usd }))).toMatchObject({
        reason: 'exhausted',
        cap: { settled: 3 * usd, reserved: 0, resetsAt: noon + 12 * hour },
      })
    })

    it('decides to the last nano-dollar what fits, and whether it is the holds that are in the way', async () => {
      const caps = [cap({ limit: 10 })]
      const charged = hold({ caps, amount: 2 })
      await store.reserve(charged)
      await store.settle(charged, 2)
      await store.reserve(hold({ caps, amount: 3 }))
      expect(await refusal(hold({ caps, amount: 9 }))).toMatchObject({ reason: 'exhausted' })
      expect(await refusal(hold({ caps, amount: 8 }))).toMatchObject({ reason: 'in-flight' })
      expect(await refusal(hold({ caps, amount: 6 }))).toMatchObject({ reason: 'in-flight' })
      expect(await store.reserve(hold({ caps, amount: 5 }))).toMatchObject({ granted: true })
      expect(await refusal(hold({ caps, amount: 1 }))).toMatchObject({ reason: 'in-flight' })
    })

    it('names the cap that keeps the call out longest', async () => {
      const held = cap({ scope: 'held', limit: usd })
      const hourly = cap({ scope: 'hourly', window: 'hour', limit: usd })
      const daily = cap({ scope: 'daily', limit: usd })
      const total = cap({ scope: 'total', window: 'total', limit: usd })
      await store.reserve(hold({ caps: [held] }))
      for (const of of [hourly, daily, total]) await store.settle(hold({ caps: [of] }), usd)

      expect(await refusal(hold({ caps: [held, hourly] }))).toMatchObject({
        reason: 'exhausted',
        cap: { scope: 'hourly' },
      })
      expect(await refusal(hold({ caps: [daily, hourly] }))).toMatchObject({ cap: { scope: 'daily' } })
      expect(await refusal(hold({ caps: [daily, total, held] }))).toMatchObject({
        cap: { scope: 'total', resetsAt: null },
      })
      expect(await refusal(hold({ caps: [held] }))).toMatchObject({
        reason: 'in-flight',
        cap: { scope: 'held' },
      })
    })

    it('lets soft caps pass and reports the ones it went past', async () => {
      const soft = cap({ scope: 'team', kind: 'soft', limit: usd })
      const within = await store.reserve(hold({ caps: [soft], amount: usd }))
      expect(within).toMatchObject({ granted: true, tightest: null, softPassed: [] })
      const past = await store.reserve(hold({ caps: [soft], amount: 1 }))
      expect(past).toMatchObject({
        granted: true,
        softPassed: [{ scope: 'team', kind: 'soft', reserved: usd + 1 }],
      })
    })

    it('counts once where a soft and a hard cap share a scope and a window', async () => {
      const caps = [cap({ kind: 'soft', limit: usd }), cap({ limit: 3 * usd })]
      const both = hold({ caps, amount: 2 * usd })
      expect(await store.reserve(both)).toMatchObject({ granted: true, softPassed: [{ reserved: 2 * usd }] })
      await store.settle(both, usd)
      expect(await balance()).toMatchObject({ settled: usd, reserved: 0, charges: 1 })
    })

    it('TRUST 9: refused calls use nothing up', async () => {
      const caps = [cap({ scope: 'wide', limit: 100 * usd }), cap({ scope: 'narrow', limit: usd })]
      for (let call = 0; call < 20; call += 1) await refusal(hold({ caps, amount: 2 * usd }))
      for (const balance of await store.read(tenant, caps)) {
        expect(balance).toMatchObject({ settled: 0, reserved: 0, expired: 0, charges: 0 })
      }
      expect((await store.reserve(hold({ caps, amount: usd }))).granted).toBe(true)
    })

    it('TRUST 9: a cap of zero refuses all, even a call that costs nothing', async () => {
      for (const amount of [0, 1, usd]) {
        expect(await refusal(hold({ caps: [cap({ limit: 0 })], amount }))).toMatchObject({
          reason: 'exhausted',
        })
      }
    })

    it('TRUST 9: a raised cap applies at once and goes on counting', async () => {
      await store.reserve(hold({ caps: [cap({ limit: usd })], amount: usd }))
      await refusal(hold({ caps: [cap({ limit: usd })], amount: usd }))
      const raised = await store.reserve(hold({ caps: [cap({ limit: 2 * usd })], amount: usd }))
      expect(raised).toMatchObject({ granted: true, tightest: { reserved: 2 * usd, remaining: 0 } })
    })

    it('TRUST 9: a cap set by a clock that is a day off stands in the same window', async () => {
      const terms = [{ scope: 'account', window: 'day', limit: usd, timeZone: 'Europe/Berlin' }] as const
      await store.reserve(hold({ caps: setCaps(terms, noon - day), amount: usd }))
      expect(await refusal(hold({ caps: setCaps(terms, noon + day), amount: 1 }))).toMatchObject({
        cap: { reserved: usd, resetsAt: Date.UTC(2026, 10, 21, 23) },
      })
    })

    it('keeps tenants apart', async () => {
      await store.reserve(hold({ amount: 5 * usd }))
      expect((await store.reserve(hold({ tenant: newTenant(), amount: 5 * usd }))).granted).toBe(true)
    })

    it('TRUST 8: counts to the last nano-dollar of nine million dollars', async () => {
      const caps = [cap({ window: 'total', limit: Number.MAX_SAFE_INTEGER })]
      const first = hold({ caps, amount: Number.MAX_SAFE_INTEGER - 1 })
      await store.reserve(first)
      await store.settle(first, Number.MAX_SAFE_INTEGER - 1)
      expect(await balance(caps[0])).toMatchObject({ settled: 9_007_199_254_740_990, remaining: 1 })
      expect((await store.reserve(hold({ caps, amount: 1 }))).granted).toBe(true)
      await refusal(hold({ caps, amount: 1 }))
    })

    it('refuses what would leave the exact numbers, even under a soft cap', async () => {
      const caps = [cap({ kind: 'soft', limit: Number.MAX_SAFE_INTEGER })]
      await store.reserve(hold({ caps, amount: Number.MAX_SAFE_INTEGER }))
      await refusal(hold({ caps, amount: 1 }))
    })

    it('refuses a hold that could not be counted or stored', async () => {
      for (const wrong of [
        { amount: 0.5 },
        { amount: -1 },
        { id: 'a{b}' },
        { tenant: 'a/b' },
        { leaseMs: 0 },
      ]) {
        await expect(store.reserve(hold(wrong))).rejects.toMatchObject({ code: 'bad-options' })
      }
      await expect(store.settle(hold(), -1)).rejects.toMatchObject({ code: 'bad-options' })
      await expect(store.renew(hold(), 1.5)).rejects.toMatchObject({ code: 'bad-options' })
      await expect(store.read('a/b', [])).rejects.toMatchObject({ code: 'bad-options' })
    })
  })

  describe(`${name}: repeating`, () => {
    it('TRUST 3: one hold sent six times at once makes one hold', async () => {
      const same = hold()
      const answers = await Promise.all(Array.from({ length: 6 }, () => store.reserve(same)))
      expect(answers.every(({ granted }) => granted)).toBe(true)
      expect(answers.filter((answer) => answer.granted && answer.repeated)).toHaveLength(5)
      expect(answers.map((answer) => answer.granted && answer.tightest?.reserved)).toEqual(Array(6).fill(usd))
      expect(await balance()).toMatchObject({ reserved: usd })
    })

    it('TRUST 3: one hold settled six times is one charge, and the first one', async () => {
      const same = hold()
      await store.reserve(same)
      const answers = await Promise.all([7, 7, 7, 7, 7, 9].map((actual) => store.settle(same, actual)))
      expect(answers.filter(({ outcome }) => outcome === 'settled')).toHaveLength(1)
      expect(answers.filter(({ outcome, charged }) => outcome === 'repeated' && charged === 7)).toHaveLength(
        5,
      )
      expect(await balance()).toMatchObject({ settled: 7, reserved: 0, charges: 1 })
    })

    it('TRUST 3: a settle that arrives before its reserve charges once and leaves no hold', async () => {
      const overtaken = hold()
      expect(await store.settle(overtaken, 7)).toEqual({ outcome: 'unreserved', charged: 7, overrun: 7 })
      expect(await refusal(overtaken)).toMatchObject({ reason: 'closed', cap: null })
      expect(await store.settle(overtaken, 7)).toMatchObject({ outcome: 'repeated', charged: 7 })
      expect(await balance()).toMatchObject({ settled: 7, reserved: 0, charges: 1 })
    })

    it('refuses the id of an open hold with another amount or other caps, and of a closed one always', async () => {
      const first = hold()
      await store.reserve(first)
      expect(await refusal({ ...first, amount: 2 * usd })).toMatchObject({ reason: 'conflict' })
      expect(await refusal({ ...first, caps: [cap({ scope: 'other' })] })).toMatchObject({
        reason: 'conflict',
      })
      await store.release(first)
      expect(await refusal(first)).toMatchObject({ reason: 'closed' })
    })

    it('tells of a repeated hold what the caps say now, with what has lapsed meanwhile', async () => {
      const kept = hold()
      await store.reserve(hold({ leaseMs: minute }))
      await store.reserve(kept)
      await opened.setClock(noon + minute)
      expect(await store.reserve(kept)).toMatchObject({ tightest: { reserved: usd, expired: usd } })
    })

    it('remembers a closed hold for a quarter of an hour', async () => {
      const settled = hold()
      await store.reserve(settled)
      await store.settle(settled, 7)
      await opened.setClock(noon + 15 * minute - 1)
      expect(await store.settle(settled, 7)).toMatchObject({ outcome: 'repeated' })
      await opened.setClock(noon + 15 * minute)
      expect(await store.settle(settled, 7)).toMatchObject({ outcome: 'unreserved' })
    })
  })

  describe(`${name}: settling and releasing`, () => {
    it('TRUST 7: an explicit zero is a charge of nothing', async () => {
      const free = hold()
      await store.reserve(free)
      expect(await store.settle(free, 0)).toEqual({ outcome: 'settled', charged: 0, overrun: 0 })
      expect(await balance()).toMatchObject({ settled: 0, reserved: 0, charges: 1 })
    })

    it('TRUST 7: a charge above the hold is made in full, and the overrun is summed', async () => {
      const dear = hold()
      await store.reserve(dear)
      expect(await store.settle(dear, 7 * usd)).toEqual({
        outcome: 'settled',
        charged: 7 * usd,
        overrun: 6 * usd,
      })
      expect(await balance()).toMatchObject({ settled: 7 * usd, overrun: 6 * usd, remaining: 0 })
      expect(await refusal(hold({ amount: 1 }))).toMatchObject({ reason: 'exhausted' })
    })

    it('charges what was never reserved, and marks it', async () => {
      expect(await store.settle(hold(), usd)).toEqual({ outcome: 'unreserved', charged: usd, overrun: usd })
      expect(await balance()).toMatchObject({ settled: usd, charges: 1, overrun: usd })
    })

    it('finds the windows that admitted a hold, though it is handed over with other caps', async () => {
      const [first, second, third] = [hold(), hold(), hold({ leaseMs: minute })]
      for (const each of [first, second, third]) await store.reserve(each)
      const other = { caps: [cap({ scope: 'key:new' })] }
      expect(await store.settle({ ...first, ...other }, 7)).toMatchObject({ outcome: 'settled' })
      expect(await store.release({ ...second, ...other })).toEqual({ outcome: 'released' })
      expect(await store.renew({ ...third, ...other }, 2 * minute)).toMatchObject({ renewed: true })
      expect(await balance()).toMatchObject({ settled: 7, reserved: usd })
      await opened.setClock(noon + 2 * minute)
      expect(await store.writeOff({ ...third, ...other })).toEqual({ outcome: 'written-off' })
      expect(await balance()).toMatchObject({ settled: 7, reserved: 0, expired: 0 })
    })

    it('frees the money of a released hold, once', async () => {
      const refused = hold({ amount: 5 * usd })
      await store.reserve(refused)
      expect(await store.release(refused)).toEqual({ outcome: 'released' })
      expect(await store.release(refused)).toEqual({ outcome: 'repeated' })
      expect(await balance()).toMatchObject({ reserved: 0, remaining: 5 * usd, charges: 0 })
    })

    it('believes a usage report more than an early release', async () => {
      const released = hold()
      await store.reserve(released)
      await store.release(released)
      expect(await store.settle(released, 7)).toEqual({ outcome: 'late', charged: 7, overrun: 0 })
      expect(await store.release(released)).toEqual({ outcome: 'charged' })
      expect(await balance()).toMatchObject({ settled: 7, reserved: 0, charges: 1 })
    })

    it('makes no hold for a reserve that arrives after its release', async () => {
      const abandoned = hold()
      expect(await store.release(abandoned)).toEqual({ outcome: 'unknown' })
      expect(await refusal(abandoned)).toMatchObject({ reason: 'closed' })
      expect(await balance()).toMatchObject({ reserved: 0 })
      expect(await store.settle(abandoned, 7)).toMatchObject({ outcome: 'unreserved' })
      expect(await balance()).toMatchObject({ settled: 7 })
    })
  })

  describe(`${name}: lapsing`, () => {
    const lapsed = async (given: Partial<Hold> = {}): Promise<Hold> => {
      const lost = hold({ leaseMs: minute, ...given })
      await store.reserve(lost)
      await opened.setClock(noon + minute)
      return lost
    }

    it('TRUST 4: a hold that nobody settles lapses at its time, and its money still counts', async () => {
      await store.reserve(hold({ amount: 5 * usd, leaseMs: minute }))
      await opened.setClock(noon + minute - 1)
      expect(await balance()).toMatchObject({ reserved: 5 * usd, expired: 0 })
      expect(await refusal(hold({ amount: usd }))).toMatchObject({ reason: 'in-flight' })
      await opened.setClock(noon + minute)
      expect(await balance()).toMatchObject({ reserved: 0, expired: 5 * usd, remaining: 0 })
      expect(await refusal(hold({ amount: usd }))).toMatchObject({
        reason: 'exhausted',
        cap: { expired: 5 * usd },
      })
    })

    it('lets lapsed money be spent again where the operator chose so', async () => {
      const forgiving = cap({ countsExpired: false })
      await lapsed({ caps: [forgiving], amount: 5 * usd })
      expect((await store.reserve(hold({ caps: [forgiving], amount: 5 * usd }))).granted).toBe(true)
      expect(await balance(forgiving)).toMatchObject({ reserved: 5 * usd, expired: 5 * usd, remaining: 0 })
    })

    it('TRUST 4: a late settle is charged in full, once, and clears what had expired', async () => {
      const lost = await lapsed()
      expect(await store.settle(lost, 7)).toEqual({ outcome: 'late', charged: 7, overrun: 0 })
      expect(await store.settle(lost, 7)).toMatchObject({ outcome: 'repeated', charged: 7 })
      expect(await balance()).toMatchObject({ settled: 7, reserved: 0, expired: 0, charges: 1 })
    })

    it('frees lapsed money when its release arrives late', async () => {
      expect(await store.release(await lapsed())).toEqual({ outcome: 'late' })
      expect(await balance()).toMatchObject({ reserved: 0, expired: 0, remaining: 5 * usd })
    })

    it('does not make a lapsed hold anew', async () => {
      expect(await refusal(await lapsed())).toMatchObject({ reason: 'closed' })
      expect(await balance()).toMatchObject({ reserved: 0, expired: usd })
    })

    it('TRUST 4: a long stream renews its hold, and no renewal shortens a lease', async () => {
      const stream = hold({ leaseMs: minute })
      await store.reserve(stream)
      await opened.setClock(noon + 50_000)
      expect(await store.renew(stream, minute)).toEqual({ renewed: true, leaseEndsAt: noon + 110_000 })
      expect(await store.renew(stream, 1)).toEqual({ renewed: true, leaseEndsAt: noon + 110_000 })
      await opened.setClock(noon + 110_000 - 1)
      expect(await store.settle(stream, 7)).toMatchObject({ outcome: 'settled' })
      expect(await store.renew(stream, minute)).toEqual({ renewed: false, reason: 'closed' })
    })

    it('does not renew what has lapsed or never was', async () => {
      expect(await store.renew(await lapsed(), minute)).toEqual({ renewed: false, reason: 'lapsed' })
      expect(await store.renew(hold(), minute)).toEqual({ renewed: false, reason: 'unknown' })
      expect(await balance()).toMatchObject({ expired: usd })
    })

    it('lets an operator write off lapsed money, and nothing else', async () => {
      const open = hold({ leaseMs: 10 * minute })
      await store.reserve(open)
      expect(await store.writeOff(open)).toEqual({ outcome: 'open' })
      const lost = await lapsed()
      expect(await store.writeOff(lost)).toEqual({ outcome: 'written-off' })
      expect(await store.writeOff(lost)).toEqual({ outcome: 'repeated' })
      expect(await balance()).toMatchObject({ reserved: usd, expired: 0 })
      expect(await store.settle(lost, 7)).toMatchObject({ outcome: 'late', charged: 7 })
      expect(await store.writeOff(lost)).toEqual({ outcome: 'closed' })
      expect(await store.writeOff(hold())).toEqual({ outcome: 'unknown' })
      expect(await balance()).toMatchObject({ settled: 7, reserved: usd, expired: 0 })
    })

    it('clears up more lapsed holds than one sweep takes before it refuses', async () => {
      const forgiving = [cap({ limit: 300, countsExpired: false })]
      await Promise.all(
        Array.from({ length: 300 }, () =>
          store.reserve(hold({ caps: forgiving, amount: 1, leaseMs: minute })),
        ),
      )
      await opened.setClock(noon + minute)
      expect((await store.reserve(hold({ caps: forgiving, amount: 300 }))).granted).toBe(true)
      expect(await balance(forgiving[0])).toMatchObject({ reserved: 300, expired: 300 })
    })
  })

  describe(`${name}: windows`, () => {
    const midnight = noon + 12 * hour

    it('TRUST 5: a charge goes to the window that admitted the call, and no counter turns negative', async () => {
      await opened.setClock(midnight - 1)
      const across = hold({ amount: 3 * usd })
      await store.reserve(across)
      await opened.setClock(midnight)
      expect(await balance()).toMatchObject({ settled: 0, reserved: 0, remaining: 5 * usd })
      await store.settle(across, 2 * usd)
      expect(await balance()).toMatchObject({ settled: 0, reserved: 0, charges: 0, resetsAt: midnight + day })
      await opened.setClock(midnight - 1)
      expect(await balance()).toMatchObject({ settled: 2 * usd, reserved: 0, charges: 1, resetsAt: midnight })
    })

    it('tells a repeated hold of the window that admitted it', async () => {
      await opened.setClock(midnight - 1)
      const across = hold()
      const first = await store.reserve(across)
      await opened.setClock(midnight)
      expect(await store.reserve(across)).toEqual({ ...first, repeated: true })
    })

    it('TRUST 5: a hold that lapses in the next window expires in its own', async () => {
      await opened.setClock(midnight - 1)
      await store.reserve(hold({ leaseMs: minute }))
      await opened.setClock(midnight + minute)
      expect(await balance()).toMatchObject({ reserved: 0, expired: 0 })
      await opened.setClock(midnight - 1)
      expect(await balance()).toMatchObject({ reserved: 0, expired: usd })
    })

    it('TRUST 5: a charge for a window that the books have forgotten disturbs no other', async () => {
      const stream = hold({ leaseMs: day })
      await store.reserve(stream)
      for (let days = 1; days <= 5; days += 1) {
        await opened.setClock(noon + days * (day - 1))
        await store.renew(stream, day)
        await store.reserve(hold({ caps: [cap({ scope: 'other' })], leaseMs: minute }))
      }
      expect(await store.settle(stream, usd)).toMatchObject({ outcome: 'settled' })
      expect(await balance()).toMatchObject({ settled: 0, reserved: 0, expired: 0 })
    })

    it('counts hours, days, months and the total apart', async () => {
      const caps = (['hour', 'day', 'month', 'total'] as const).map((window) => cap({ window }))
      await store.settle(hold({ caps }), usd)
      const settledAt = async (now: number) => {
        await opened.setClock(now)
        return (await store.read(tenant, caps)).map(({ settled }) => settled / usd)
      }
      expect(await settledAt(noon + hour - 1)).toEqual([1, 1, 1, 1])
      expect(await settledAt(noon + hour)).toEqual([0, 1, 1, 1])
      expect(await settledAt(midnight)).toEqual([0, 0, 1, 1])
      expect(await settledAt(Date.UTC(2026, 11, 1))).toEqual([0, 0, 0, 1])
    })

    it.each([
      ['a day of 23 hours', 'Europe/Berlin', Date.UTC(2027, 2, 27, 23), 23 * hour],
      ['a day of 25 hours', 'Europe/Berlin', Date.UTC(2027, 9, 30, 22), 25 * hour],
      ['a zone half an hour off', 'Asia/Kolkata', Date.UTC(2027, 0, 4, 18, 30), day],
    ])('counts %s as one window', async (_, timeZone, startsAt, lengthMs) => {
      const [daily] = setCaps([{ scope: 'account', window: 'day', limit: usd, timeZone }], noon)
      await opened.setClock(startsAt)
      await store.settle(hold({ caps: [daily!] }), usd)
      expect(await balance(daily)).toMatchObject({ settled: usd, resetsAt: startsAt + lengthMs })
      await opened.setClock(startsAt + lengthMs - 1)
      expect(await balance(daily)).toMatchObject({ settled: usd })
      await opened.setClock(startsAt + lengthMs)
      expect(await balance(daily)).toMatchObject({ settled: 0 })
      await opened.setClock(startsAt - 1)
      expect(await balance(daily)).toMatchObject({ settled: 0, resetsAt: startsAt })
    })
  })
}
