/**
 * Opens the Durable Object store in real workerd: the Worker is bundled as it would be for a deployment, and each verb
 * goes over HTTP into the Worker, and from there over RPC into the object.
 */
import { fileURLToPath } from 'node:url'
import { NearsideError, type NearsideErrorCode } from '@nearside/core'
import { build } from 'esbuild'
import { Miniflare } from 'miniflare'
import type { BudgetStore } from '../../workers/src/budget/budget-store.ts'
import { noon } from './builders.ts'
import type { OpenedStore } from './opened-store.ts'

export type OpenedWorkerd = OpenedStore & {
  /** Puts a tenant's object out of memory, as the platform does at any time. */
  evict(tenant: string): Promise<void>
  /** The number of rows in a tenant's tables. */
  rowsOf(tenant: string): Promise<number>
}

export async function openWorkerd(): Promise<OpenedWorkerd> {
  const miniflare = new Miniflare({
    workers: [
      {
        config: {
          name,
          compatibilityDate: '2026-10-20',
          manifest: {
            mainModule: 'worker.js',
            modules: { 'worker.js': { type: 'esm', contents: await bundle() } },
          },
          exports: { ClockedLedger: { type: 'durable-object', storage: 'sqlite' } },
          env: { LEDGER: { type: 'durable-object', worker: name, exportName: 'ClockedLedger' } },
        },
      },
    ],
    unsafeInspectDurableObjects: true,
  })
  const url = await miniflare.ready

  async function ask<T>(verb: string, ...args: readonly unknown[]): Promise<T> {
    const response = await fetch(url, { method: 'POST', body: JSON.stringify({ verb, args }) })
    const answer = (await response.json()) as { value: T; error?: { code: NearsideErrorCode } }
    if (answer.error) throw new NearsideError(answer.error.code, 'as the Worker said')
    return answer.value
  }

  const store: BudgetStore = {
    reserve: (hold) => ask('reserve', hold),
    settle: (hold, actual, usedTokens) => ask('settle', hold, actual, usedTokens),
    release: (hold) => ask('release', hold),
    renew: (hold, leaseMs) => ask('renew', hold, leaseMs),
    read: (tenant, caps) => ask('read', tenant, caps),
    writeOff: (hold) => ask('writeOff', hold),
  }
  await ask('setClock', noon)
  return {
    store,
    setClock: (now) => ask('setClock', now),
    evict: (tenant) => miniflare.unsafeEvictDurableObject(name, 'ClockedLedger', { name: tenant }),
    rowsOf: async (tenant) => {
      const storage = await miniflare.unsafeGetDurableObjectStorage(name, 'ClockedLedger', { name: tenant })
      const rows = await storage.exec<{ rows: number }>(
        'SELECT (SELECT count(*) FROM holds) + (SELECT count(*) FROM counters) AS rows',
      )
      return rows[0]?.rows ?? 0
    },
    close: () => miniflare.dispose(),
  }
}

const name = 'ledger'

async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('./ledger-worker.ts', import.meta.url))],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2023',
    conditions: ['source', 'workerd'],
    external: ['cloudflare:workers'],
  })
  return outputFiles[0]!.text
}
