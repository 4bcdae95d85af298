/**
 * Answers in a Workers KV namespace: shared by all data centres, each of which may be up to a minute behind.
 *
 * KV ends nothing sooner than a minute, so the entry's own end, which is sealed with it, is what holds.
 */
import type { CacheStore } from './cache-store.ts'

/** As much of a KV binding as is used. */
export type KvNamespace = {
  get(key: string): Promise<string | null>
  put(key: string, value: string, options: { readonly expirationTtl: number }): Promise<void>
}

const shortestSeconds = 60

export function kvCacheStore(namespace: KvNamespace): CacheStore {
  return {
    zone: 'provider:cloudflare',
    load: (tenant, name) => namespace.get(keyOf(tenant, name)),
    save: (tenant, name, sealed, keepMs) =>
      namespace.put(keyOf(tenant, name), sealed, {
        expirationTtl: Math.max(shortestSeconds, Math.ceil(keepMs / 1_000)),
      }),
  }
}

function keyOf(tenant: string, name: string): string {
  return `nearside:${tenant}:${name}`
}
