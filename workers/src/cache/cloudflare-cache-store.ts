/**
 * Answers in Cloudflare's Cache API: free and near, of one data centre each, and without effect on workers.dev, where requests
 * say `x-nearside-cache: unavailable`.
 *
 * The platform keeps responses under addresses. These are of a host that cannot exist, so nobody can ask for them; a name is an
 * HMAC already, and the tenant is in it.
 */
import type { CacheStore } from './cache-store.ts'

/** As much of the platform's cache as is used. */
export type PlatformCache = {
  match(address: string): Promise<Response | undefined>
  put(address: string, response: Response): Promise<void>
}

export type CloudflareCacheOptions = {
  /** A cache of one's own, as `await caches.open(name)` gives it. @default caches.default, asked for when it is first used */
  readonly cache?: PlatformCache
}

export function cloudflareCacheStore({ cache }: CloudflareCacheOptions = {}): CacheStore {
  const opened = (): PlatformCache => {
    const platform = cache ?? platformCache()
    if (platform === null) throw new Error('This platform has no caches.default.')
    return platform
  }
  return {
    zone: 'provider:cloudflare',
    async load(tenant, name) {
      const found = await opened().match(addressOf(tenant, name))
      return found === undefined ? null : await found.text()
    },
    async save(tenant, name, sealed, keepMs) {
      const seconds = Math.max(1, Math.ceil(keepMs / 1_000))
      const headers = { 'content-type': 'text/plain', 'cache-control': `max-age=${seconds}` }
      await opened().put(addressOf(tenant, name), new Response(sealed, { headers }))
    },
    available: (host) => (cache ?? platformCache()) !== null && !/(?:^|\.)workers\.dev$/i.test(host),
  }
}

function platformCache(): PlatformCache | null {
  const { caches } = globalThis as { readonly caches?: { readonly default?: PlatformCache } }
  return caches?.default ?? null
}

function addressOf(tenant: string, name: string): string {
  return `https://cache.nearside.invalid/${encodeURIComponent(tenant)}/${encodeURIComponent(name)}`
}
