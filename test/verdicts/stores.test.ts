import type { VerdictStore } from '@nearside/workers'
import { expect, it } from 'vitest'
import { durableObjectVerdictStore } from '../../workers/src/verdicts/durable-object-verdict-store.ts'
import { memoryVerdictStore } from '../../workers/src/verdicts/memory-verdict-store.ts'
import { bundleWorker, startWorker } from '../harness/worker.ts'
import type { BookQuestion } from './book-worker.ts'
import { conformance, type OpenedVerdictStore, terms, verdict } from './conformance.ts'

conformance('memory', async () => ({ store: memoryVerdictStore(), close: async () => {} }))

async function openInWorkerd(): Promise<OpenedVerdictStore> {
  const bundle = await bundleWorker(new URL('./book-worker.ts', import.meta.url))
  const worker = await startWorker({ bundle, durableObjects: { BOOKS: 'VerdictBook' } })
  const ask = async (question: BookQuestion): Promise<never> => {
    const answer = await fetch(worker.url, { method: 'POST', body: JSON.stringify(question) })
    return (await answer.json()) as never
  }
  const store: VerdictStore = {
    add: (...args) => ask({ verb: 'add', args }),
    change: (...args) => ask({ verb: 'change', args }),
    read: (...args) => ask({ verb: 'read', args }),
    moves: (...args) => ask({ verb: 'moves', args }),
  }
  return { store, close: worker.close }
}

conformance('a Durable Object', openInWorkerd)

it('an object that does not answer is a fault of the store', async () => {
  const store = durableObjectVerdictStore({
    idFromName: (name) => name,
    get: () => {
      throw new Error('overloaded: canaryObject')
    },
  })
  await expect(store.add('judge', 'code', verdict('tie'), 0, terms)).rejects.toMatchObject({
    code: 'store-failed',
    message: expect.not.stringContaining('canaryObject'),
  })
})
