/** Asks the platform's own stores, from inside workerd, what the test asks over HTTP. */
import { type CacheStore, cloudflareCacheStore, type KvNamespace, kvCacheStore } from '@nearside/workers'

export type StoreQuestion = {
  readonly kind: 'cloudflare' | 'kv'
  readonly tenant: string
  readonly name: string
  /** Null asks what is there. */
  readonly save: { readonly sealed: string; readonly keepMs: number } | null
}

export default {
  async fetch(request: Request, { ANSWERS }: { readonly ANSWERS: KvNamespace }): Promise<Response> {
    const { kind, tenant, name, save } = (await request.json()) as StoreQuestion
    const store: CacheStore = kind === 'kv' ? kvCacheStore(ANSWERS) : cloudflareCacheStore()
    if (save === null) return Response.json(await store.load(tenant, name))
    await store.save(tenant, name, save.sealed, save.keepMs)
    return Response.json(null)
  },
}
