/**
 * Where one cache keeps its texts: a store behind a seal, a deadline and a generation. Whatever goes wrong is counted and means
 * that nothing is there: a cache may only ever save a call.
 */

import type { CachedCall, CacheTerms } from '../options/answer-cache.ts'
import { openSeals } from '../replay/seals.ts'
import { within } from '../within/within.ts'
import type { CacheStore } from './cache-store.ts'
import { openGenerations } from './generations.ts'

export type ShelfTerms = {
  readonly store: CacheStore
  readonly secret: string
  readonly keepMs: number
  readonly lookupMs: number
  readonly recheckMs: number
  readonly answerLimitChars: number
}

export type Shelf = {
  /** What a meaning is called now; null where the store does not say in time under which number names are made. */
  nameOf(call: CachedCall, meaning: string): Promise<string | null>
  /** What a meaning is called where nothing is kept. */
  flightOf(tenant: string, meaning: string): Promise<string>
  find(tenant: string, name: string | null): Promise<string | null>
  keep(tenant: string, name: string | null, text: string): Promise<void>
  purge(tenant: string): Promise<void>
}

/** Behind the answer nobody waits, but the platform ends what takes longer. */
const saveMs = 5_000

/** `kind` keeps two caches in one store apart. */
export function openShelf(kind: string, terms: ShelfTerms, { now, counted }: CacheTerms): Shelf {
  const { store, secret, keepMs, lookupMs, recheckMs, answerLimitChars } = terms
  const sealOf = openSeals(secret)
  const generations = openGenerations({ store, sealOf, now, keepMs, lookupMs, recheckMs })
  const failed = (): null => {
    counted.add({ outcome: 'store-failed' })
    return null
  }

  return {
    async nameOf({ account: { tenant }, waitUntil }, meaning) {
      const seal = await sealOf(tenant)
      try {
        const generation = await generations.of(tenant, waitUntil)
        // No idempotency key has a space, so none is named like an answer.
        return await seal.name(`answer ${kind} ${generation} ${meaning}`)
      } catch {
        return failed()
      }
    },
    flightOf: async (tenant, meaning) => (await sealOf(tenant)).name(`answer ${kind} ${meaning}`),
    async find(tenant, name) {
      if (name === null) return null
      try {
        const sealed = await within(() => store.load(tenant, name), lookupMs)
        return sealed === null ? null : await (await sealOf(tenant)).open(name, sealed)
      } catch {
        return failed()
      }
    },
    async keep(tenant, name, text) {
      if (name === null || text.length > answerLimitChars) return
      try {
        const sealed = await (await sealOf(tenant)).close(name, text)
        await within(() => store.save(tenant, name, sealed, keepMs), saveMs)
        counted.add({ outcome: 'kept' })
      } catch {
        counted.add({ outcome: 'not-kept' })
      }
    },
    purge: (tenant) => generations.next(tenant),
  }
}
