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
import { openAnswerCache } from './answer-cache.ts'
import { type ExactCache, type ExactCacheOptions, resolveExactCache } from './resolve-exact-cache.ts'
import { openShelf } from './shelf.ts'

export type { ExactCacheOptions } from './resolve-exact-cache.ts'

export function exactCache(given: ExactCacheOptions): AnswerCache {
  const settings = resolveExactCache(given, 'cache')
  const { mostWaiting, waitMs } = settings
  return {
    kind: 'exact',
    open: (terms) => openExactLayer(settings, terms),
    carry: (layers, terms) => openAnswerCache(layers, terms, { mostWaiting, waitMs }),
  }
}

function openExactLayer(settings: ExactCache, terms: CacheTerms): CacheLayer {
  const { store, keepMs } = settings
  const shelf = openShelf('exact', settings, terms)
  return {
    kind: 'exact',
    keepMs,
    mayKeep: (privacy) => mayKeep(settings, privacy),
    purge: shelf.purge,
    async view(call, host) {
      const meaning = meaningOf(call, settings)
      if (meaning === null) return null
      const { tenant } = call.account
      const available = store.available?.(host) ?? true
      const name = available ? await shelf.nameOf(call, meaning) : null
      return {
        available,
        flight: available ? name : await shelf.flightOf(tenant, meaning),
        async find() {
          const text = await shelf.find(tenant, name)
          // It was sealed by this gateway under this name, so nobody else can have written it.
          return text === null ? null : (JSON.parse(text) as KeptEntry)
        },
        keep: (entry) => shelf.keep(tenant, name, JSON.stringify(entry)),
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
function mayKeep({ zone, sensitive }: Pick<ExactCache, 'zone' | 'sensitive'>, privacy: Privacy): boolean {
  if (zone === 'premises') return true
  if (privacy.level === 'never-leave') return false
  if (privacy.level === 'sensitive') return sensitive === 'store'
  return mayGo(privacy, zone)
}
