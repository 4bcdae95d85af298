/**
 * The number that all of a tenant's names are made with. Forgetting everything of a tenant is one write, whatever there is to
 * forget: under the next number nothing is found, and what is left ends by itself.
 *
 * The number is the time of the purge, so that it grows without being read before. It is kept as long as any answer made under
 * the number before it, and then missed by nobody. Other isolates learn of it within `recheckMs`.
 */

import { openRemembered } from '../remembered/remembered.ts'
import type { Seal } from '../replay/seal.ts'
import { within } from '../within/within.ts'
import type { CacheStore } from './cache-store.ts'

export type Generations = {
  of(tenant: string, waitUntil: (work: Promise<unknown>) => void): number | Promise<number>
  next(tenant: string): Promise<void>
}

export type GenerationTerms = {
  readonly store: CacheStore
  readonly sealOf: (tenant: string) => Promise<Seal>
  readonly now: () => number
  readonly keepMs: number
  readonly lookupMs: number
  readonly recheckMs: number
}

/** Settings of a purge may take longer than a lookup: nobody waits for an answer behind it. */
const purgeMs = 5_000
const mostOwn = 1_000

export function openGenerations(terms: GenerationTerms): Generations {
  const { store, sealOf, now, keepMs, lookupMs, recheckMs } = terms
  /** Made here, and so believed here at once. */
  const own = new Map<string, number>()

  async function stored(tenant: string): Promise<number> {
    const seal = await sealOf(tenant)
    const name = await seal.name('answers generation')
    const sealed = await within(() => store.load(tenant, name), lookupMs)
    return sealed === null ? 0 : Number(await seal.open(name, sealed))
  }
  const known = openRemembered({ look: stored, recheckMs, now })
  const newest = (tenant: string, found: number): number => Math.max(found, own.get(tenant) ?? 0)

  return {
    of(tenant, waitUntil) {
      const found = known.of(tenant, waitUntil)
      return typeof found === 'number' ? newest(tenant, found) : found.then((late) => newest(tenant, late))
    },
    async next(tenant) {
      const seal = await sealOf(tenant)
      const name = await seal.name('answers generation')
      const generation = Math.max(now(), (own.get(tenant) ?? 0) + 1)
      const sealed = await seal.close(name, String(generation))
      await within(() => store.save(tenant, name, sealed, keepMs), purgeMs)
      if (own.size >= mostOwn) own.clear()
      own.set(tenant, generation)
    },
  }
}
