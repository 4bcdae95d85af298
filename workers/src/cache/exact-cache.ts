/**
 * Answers kept for the same request: the same tenant, model, messages, tools and everything else that an answer may depend on.
 *
 * An answer is found by an HMAC of all that and opens for its own tenant alone. Two requests that ask the same at the same time
 * in one isolate make one call.
 *
 * @example
 * nearside({ cache: exactCache({ store: cloudflareCacheStore(), secret: env.SEAL_SECRET }), … })
 */
import { canonicalRequest, mayGo, notFromCache, type Privacy } from '@nearside/core'
import type { AnswerCache, CachedCall, CacheLayer, CacheTerms, KeptEntry } from '../options/answer-cache.ts'
import { openSeals } from '../replay/seals.ts'
import { within } from '../within/within.ts'
import { openAnswerCache } from './answer-cache.ts'
import { openGenerations } from './generations.ts'
import { type ExactCache, type ExactCacheOptions, resolveExactCache } from './resolve-exact-cache.ts'

export type { ExactCacheOptions } from './resolve-exact-cache.ts'

/** Behind the answer nobody waits, but the platform ends what takes longer. */
const saveMs = 5_000

export function exactCache(given: ExactCacheOptions): AnswerCache {
  const settings = resolveExactCache(given, 'cache')
  const { mostWaiting, waitMs } = settings
  return {
    kind: 'exact',
    open: (terms) => openExactLayer(settings, terms),
    carry: (layers, terms) => openAnswerCache(layers, terms, { mostWaiting, waitMs }),
  }
}

function openExactLayer(settings: ExactCache, { now, counted }: CacheTerms): CacheLayer {
  const { store, secret, keepMs, lookupMs, recheckMs } = settings
  const sealOf = openSeals(secret)
  const generations = openGenerations({ store, sealOf, now, keepMs, lookupMs, recheckMs })
  const failed = (): null => {
    counted.add({ outcome: 'store-failed' })
    return null
  }

  /** Null where the store does not say in time under which number names are made. */
  async function nameOf(call: CachedCall, meaning: string): Promise<string | null> {
    const { tenant } = call.account
    const seal = await sealOf(tenant)
    try {
      const generation = await generations.of(tenant, call.waitUntil)
      // No idempotency key has a space, so none is named like an answer.
      return await seal.name(`answer exact ${generation} ${meaning}`)
    } catch {
      return failed()
    }
  }

  return {
    kind: 'exact',
    keepMs,
    mayKeep: (privacy) => mayKeep(settings, privacy),
    purge: (tenant) => generations.next(tenant),
    async view(call, host) {
      const meaning = meaningOf(call, settings)
      if (meaning === null) return null
      const { tenant } = call.account
      const available = store.available?.(host) ?? true
      if (!available) {
        const flight = await (await sealOf(tenant)).name(`answer exact ${meaning}`)
        return { available, flight, find: async () => null, keep: async () => {} }
      }
      const name = await nameOf(call, meaning)
      return {
        available,
        flight: name,
        async find() {
          if (name === null) return null
          try {
            const sealed = await within(() => store.load(tenant, name), lookupMs)
            if (sealed === null) return null
            // It was sealed by this gateway under this name, so nobody else can have written it.
            return JSON.parse(await (await sealOf(tenant)).open(name, sealed)) as KeptEntry
          } catch {
            return failed()
          }
        },
        async keep(entry) {
          const text = JSON.stringify(entry)
          if (name === null || text.length > settings.answerLimitChars) return
          try {
            const sealed = await (await sealOf(tenant)).close(name, text)
            await within(() => store.save(tenant, name, sealed, keepMs), saveMs)
            counted.add({ outcome: 'kept' })
          } catch {
            counted.add({ outcome: 'not-kept' })
          }
        },
      }
    },
  }
}

/** All that the answer depends on; null where no kept answer may serve the request, and none may be kept of it. */
function meaningOf({ request, wishes }: CachedCall, settings: ExactCache): string | null {
  if (!mayKeep(settings, wishes.privacy)) return null
  const other = notFromCache(request)
  if (other === 'acts' || (other === 'samples' && settings.whenSampling === 'bypass')) return null
  const { ask, privacy, quality, strategy, mayUse = null } = wishes
  const asked = canonicalRequest(request.body)
  if (asked.length > settings.promptLimitChars) return null
  return JSON.stringify([ask, privacy.level, privacy.providers, quality, strategy, mayUse, asked])
}

/** Stricter than the gate: a memory of the gateway is no place to keep what may not leave, and a sensitive text needs a word. */
export function mayKeep(
  { zone, sensitive }: Pick<ExactCache, 'zone' | 'sensitive'>,
  privacy: Privacy,
): boolean {
  if (zone === 'premises') return true
  if (privacy.level === 'never-leave') return false
  if (privacy.level === 'sensitive') return sensitive === 'store'
  return mayGo(privacy, zone)
}
