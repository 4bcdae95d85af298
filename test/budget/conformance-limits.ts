/** What every budget store promises of limits: requests and tokens in any minute, and requests at the same time. */
import { type Hold, type LimitTerms, limitsOf, type Reservation } from '@nearside/core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { BudgetStore } from '../../workers/src/budget/budget-store.ts'
import { cap, hold as holdOf, minute, newTenant, noon, usd } from './builders.ts'
import type { OpenedStore } from './opened-store.ts'

/** Bundling the Worker and starting workerd, on a busy machine. */
const startMs = 60_000
const second = 1_000

export function limitsConformance(name: string, open: () => Promise<OpenedStore>): void {
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

  const limited = (terms: LimitTerms, tokens = 100, given: Partial<Hold> = {}): Hold =>
    holdOf({ tenant, amount: 0, caps: [], limitedBy: { limits: limitsOf(terms), tokens }, ...given })
  const ask = (terms: LimitTerms, tokens?: number, given?: Partial<Hold>): Promise<Reservation> =>
    store.reserve(limited(terms, tokens, given))

  describe(`${name}: limits`, () => {
    it('passes as many requests in any sixty seconds as the limit says, and tells when the next one passes', async () => {
      const terms = { requestsPerMinute: 3 }
      for (const at of [0, 0, 30 * second]) {
        await opened.setClock(noon + at)
        expect((await ask(terms)).granted).toBe(true)
      }
      await opened.setClock(noon + 59 * second)
      expect(await ask(terms)).toEqual({
        granted: false,
        reason: 'rate-limited',
        cap: null,
        denial: { scope: 'account', limit: 'requests', most: 3, asked: 1, passesInMs: 2 * second },
        rates: { requests: { limit: 3, remaining: 0, resetsInMs: 32 * second }, tokens: null },
      })
      await opened.setClock(noon + 61 * second - 1)
      expect((await ask(terms)).granted).toBe(false)
      await opened.setClock(noon + 61 * second)
      expect([(await ask(terms)).granted, (await ask(terms)).granted]).toEqual([true, true])
      expect((await ask(terms)).granted).toBe(false)
    })

    it('admits exactly as many of 100 concurrent requests as the limit says', async () => {
      const asked = await Promise.all(Array.from({ length: 100 }, () => ask({ requestsPerMinute: 40 })))
      expect(asked.filter(({ granted }) => granted)).toHaveLength(40)
    })

    it('takes the most tokens that an attempt may use, and corrects them to what it used', async () => {
      const terms = { tokensPerMinute: 1_000 }
      const first = limited(terms, 800)
      expect(await store.reserve(first)).toMatchObject({
        rates: { tokens: { limit: 1_000, remaining: 200, resetsInMs: 61 * second } },
      })
      expect(await ask(terms, 300)).toMatchObject({ denial: { limit: 'tokens', most: 1_000, asked: 300 } })
      await store.settle(first, 7, 50)
      expect(await ask(terms, 300)).toMatchObject({ granted: true, rates: { tokens: { remaining: 650 } } })
    })

    it('counts more tokens than were reserved where more were used', async () => {
      const terms = { tokensPerMinute: 1_000 }
      const first = limited(terms, 100)
      await store.reserve(first)
      await store.settle(first, 7, 5_000)
      expect(await ask(terms, 1)).toMatchObject({
        reason: 'rate-limited',
        rates: { tokens: { remaining: 0 } },
      })
    })

    it('corrects once, however often and in whatever order a hold is ended', async () => {
      const terms = { tokensPerMinute: 1_000, requestsPerMinute: 10 }
      const [first, second, third] = [limited(terms, 300), limited(terms, 300), limited(terms, 300)]
      for (const each of [first, second, third]) await store.reserve(each)
      for (let again = 0; again < 3; again += 1) await store.settle(first, 7, 100)
      await store.release(second)
      await store.settle(second, 7, 300)
      await store.release(second)
      await store.settle(third, 7)
      await store.release(third)
      expect(await ask(terms, 0)).toMatchObject({
        rates: { tokens: { remaining: 600 }, requests: { remaining: 7 } },
      })
    })

    it('corrects nothing any more when the minute has passed', async () => {
      const terms = { tokensPerMinute: 1_000, requestsPerMinute: 10 }
      const first = limited(terms, 300)
      await store.reserve(first)
      await opened.setClock(noon + 2 * minute)
      await ask(terms, 400)
      await store.settle(first, 7, 900)
      expect(await ask(terms, 0)).toMatchObject({
        rates: { tokens: { remaining: 600 }, requests: { remaining: 8 } },
      })
    })

    it('says that no waiting helps where an attempt is larger than its limit', async () => {
      expect(await ask({ tokensPerMinute: 100 }, 101)).toMatchObject({
        denial: { limit: 'tokens', asked: 101, passesInMs: null },
      })
      expect(await ask({ requestsPerMinute: 0 })).toMatchObject({
        denial: { limit: 'requests', passesInMs: null },
      })
    })

    it('names the limit that keeps the attempt out longest', async () => {
      const terms = { requestsPerMinute: 2, tokensPerMinute: 1_000 }
      await ask(terms, 100)
      await opened.setClock(noon + 10 * second)
      await ask(terms, 900)
      expect(await ask(terms, 950)).toMatchObject({
        denial: { limit: 'tokens', passesInMs: 61 * second },
      })
    })

    it('counts what is under way at the same time, until it ends or its lease does', async () => {
      const terms = { concurrent: 2 }
      const first = limited(terms)
      await store.reserve(first)
      await store.reserve(limited(terms, 100, { leaseMs: minute }))
      expect(await ask(terms)).toMatchObject({
        reason: 'rate-limited',
        denial: { scope: 'account', limit: 'concurrent', most: 2, passesInMs: null },
      })
      await store.settle(first, 7, 10)
      expect((await ask(terms)).granted).toBe(true)
      expect((await ask(terms)).granted).toBe(false)
      await opened.setClock(noon + minute)
      expect((await ask(terms)).granted).toBe(true)
      expect((await ask(terms)).granted).toBe(false)
    })

    it('keeps the place of a hold that is renewed, and frees that of one that is released', async () => {
      const terms = { concurrent: 1 }
      const first = limited(terms, 100, { leaseMs: minute })
      await store.reserve(first)
      await store.renew(first, 5 * minute)
      await opened.setClock(noon + 4 * minute)
      expect((await ask(terms)).granted).toBe(false)
      await store.release(first)
      expect((await ask(terms)).granted).toBe(true)
    })

    it('TRUST 9: a refused call uses up nothing, whether a cap, a rate or the calls under way refused it', async () => {
      const caps = [cap({ limit: 10 * usd })]
      const terms = { requestsPerMinute: 4, tokensPerMinute: 1_000, concurrent: 2 }
      await ask(terms, 100, { caps, amount: usd })
      for (let again = 0; again < 5; again += 1) {
        expect(await ask(terms, 100, { caps, amount: 11 * usd })).toMatchObject({ reason: 'exhausted' })
        expect(await ask(terms, 901, { caps, amount: usd })).toMatchObject({ denial: { limit: 'tokens' } })
      }
      const second = limited(terms, 100, { caps, amount: usd })
      expect(await store.reserve(second)).toMatchObject({
        rates: { requests: { remaining: 2 }, tokens: { remaining: 800 } },
        tightest: { reserved: 2 * usd },
      })
      for (let again = 0; again < 5; again += 1) {
        expect(await ask(terms, 100, { caps, amount: usd })).toMatchObject({
          denial: { limit: 'concurrent' },
        })
      }
      await store.settle(second, usd, 100)
      expect(await ask(terms, 100, { caps, amount: usd })).toMatchObject({
        rates: { requests: { remaining: 1 }, tokens: { remaining: 700 } },
      })
      expect(await store.read(tenant, caps)).toMatchObject([{ reserved: 2 * usd, settled: usd, charges: 1 }])
    })

    it('gives a repeated hold the answer it got, counted once, and refuses one with other limits', async () => {
      const terms = { requestsPerMinute: 2, concurrent: 1 }
      const first = limited(terms)
      for (const repeated of [false, true, true]) {
        expect(await store.reserve(first)).toMatchObject({
          granted: true,
          repeated,
          rates: { requests: { remaining: 1 } },
        })
      }
      const { limitedBy, ...without } = first
      expect(await store.reserve(without)).toMatchObject({ reason: 'conflict' })
      expect(await store.reserve({ ...first, limitedBy: { ...limitedBy!, tokens: 7 } })).toMatchObject({
        reason: 'conflict',
      })
    })

    it('ends a hold for whoever does not know its limits, such as an operator', async () => {
      const terms = { concurrent: 1, requestsPerMinute: 5 }
      const first = limited(terms)
      await store.reserve(first)
      const { limitedBy: _, ...without } = first
      expect(await store.release(without)).toEqual({ outcome: 'released' })
      expect(await ask(terms)).toMatchObject({ granted: true, rates: { requests: { remaining: 4 } } })
    })

    it('counts each scope and each tenant for itself, and goes on counting when a limit is changed', async () => {
      await ask({ requestsPerMinute: 1 })
      expect((await ask({ scope: 'key:b', requestsPerMinute: 1 })).granted).toBe(true)
      expect((await ask({ requestsPerMinute: 1 }, 1, { tenant: newTenant() })).granted).toBe(true)
      expect(await ask({ requestsPerMinute: 3 })).toMatchObject({ rates: { requests: { remaining: 1 } } })
    })
  })
}
