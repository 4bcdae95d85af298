import { describe, expect, it } from 'vitest'
import { cloudflareCacheStore } from '../../workers/src/cache/cloudflare-cache-store.ts'
import { memoryCacheStore } from '../../workers/src/cache/memory-cache-store.ts'
import { bundleWorker, startWorker } from '../harness/worker.ts'
import { conformance, type OpenedCacheStore } from './conformance.ts'
import type { StoreQuestion } from './stores-worker.ts'

conformance('memory', async () => ({ store: memoryCacheStore(), close: async () => {} }), { endsMs: 20 })

async function openInWorkerd(kind: StoreQuestion['kind']): Promise<OpenedCacheStore> {
  const bundle = await bundleWorker(new URL('./stores-worker.ts', import.meta.url))
  const worker = await startWorker({ bundle, namespaces: ['ANSWERS'] })
  const ask = async (asked: Omit<StoreQuestion, 'kind'>): Promise<string | null> => {
    const answer = await fetch(worker.url, { method: 'POST', body: JSON.stringify({ kind, ...asked }) })
    return (await answer.json()) as string | null
  }
  return {
    store: {
      load: (tenant, name) => ask({ tenant, name, save: null }),
      async save(tenant, name, sealed, keepMs) {
        await ask({ tenant, name, save: { sealed, keepMs } })
      },
    },
    close: worker.close,
  }
}

conformance('Cloudflare’s Cache API', () => openInWorkerd('cloudflare'), { endsMs: 1_000 })
// KV ends nothing sooner than a minute: the entry's own end, sealed with it, is what holds.
conformance('Workers KV', () => openInWorkerd('kv'), { endsMs: null })

describe('Cloudflare’s Cache API', () => {
  const cache = { match: async () => undefined, put: async () => {} }

  it('says that it has no effect on workers.dev, and nowhere where there is none', () => {
    const store = cloudflareCacheStore({ cache })
    const hosts = ['acme.workers.dev', 'x.acme.WORKERS.dev', 'workers.dev', 'api.acme.com', 'notworkers.dev']
    expect(hosts.map((host) => store.available?.(host))).toEqual([false, false, false, true, true])
    expect(cloudflareCacheStore().available?.('api.acme.com')).toBe(false)
  })

  it('TRUST 22: puts neither tenant nor name where anybody could ask for them', async () => {
    const addresses: string[] = []
    const store = cloudflareCacheStore({
      cache: {
        async match(address) {
          addresses.push(address)
          return undefined
        },
        async put() {},
      },
    })
    await store.load('../../evil?', 'name/..')
    const [address = ''] = addresses
    expect(new URL(address).hostname).toBe('cache.nearside.invalid')
    expect(new URL(address).pathname.split('/')).toHaveLength(3)
  })
})
