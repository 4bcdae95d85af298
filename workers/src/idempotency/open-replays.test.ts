/** Answers that are kept for repeats, while the secret that they are kept under is changed. */
import { Hono } from 'hono'
import { expect, it } from 'vitest'
import { nearside } from '../middleware.ts'
import type { IdempotencyOptions } from '../options/options.ts'
import { memoryReplayStore } from '../replay/memory-replay-store.ts'
import type { ReplayStore } from '../replay/replay-store.ts'

const before = 'a secret of thirty-two characters or more'
const now = 'another secret, of no fewer characters'

/** Gateways before one store and one upstream, each with secrets of its own. */
function open(store: ReplayStore = memoryReplayStore(), answering: () => Promise<void> = async () => {}) {
  const asked: string[] = []
  const gateway = (secrets: Pick<IdempotencyOptions, 'secret' | 'previousSecret'>) => {
    const app = new Hono().use(
      nearside({
        account: ({ req }) => ({ tenant: req.header('x-team') ?? 'acme' }),
        edge: false,
        local: { url: 'http://node.example/v1', models: ['small'] },
        idempotency: { store, ...secrets, zone: 'premises', waitMs: 0 },
        fetch: async (_, init) => {
          asked.push(String(init?.body))
          await answering()
          const message = { role: 'assistant', content: `Answer ${asked.length}.` }
          return Response.json({ model: 'm', choices: [{ index: 0, message, finish_reason: 'stop' }] })
        },
      }),
    )
    return async (content: string, team = 'acme') => {
      const response = await app.request('/v1/chat/completions', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': 'order-1', 'x-team': team },
        body: JSON.stringify({ model: 'small', messages: [{ role: 'user', content }] }),
      })
      const { choices, error } = await response.json()
      // What is kept rides behind the answer.
      await new Promise((resolve) => setTimeout(resolve, 5))
      return [
        response.status,
        choices?.[0].message.content ?? error.code,
        response.headers.get('x-nearside-replayed'),
      ]
    }
  }
  return { asked, gateway }
}

it('TRUST 11: asks nobody twice for a key whose answer was kept under the secret before', async () => {
  const { asked, gateway } = open()
  const old = gateway({ secret: before })
  const changed = gateway({ secret: now, previousSecret: before })
  expect(await old('Pay.')).toEqual([200, 'Answer 1.', null])
  expect(await changed('Pay.')).toEqual([200, 'Answer 1.', 'true'])
  expect(await changed('Pay twice.')).toEqual([422, 'idempotency_key_reused', null])
  expect(asked).toHaveLength(1)
  // Of another account there is nothing under this key.
  expect(await changed('Pay.', 'globex')).toEqual([200, 'Answer 2.', null])
  expect(await changed('Pay.', 'globex')).toEqual([200, 'Answer 2.', 'true'])
})

it('keeps under the new secret alone', async () => {
  const { asked, gateway } = open()
  const changed = gateway({ secret: now, previousSecret: before })
  expect(await changed('Pay.')).toEqual([200, 'Answer 1.', null])
  expect(await gateway({ secret: now })('Pay.')).toEqual([200, 'Answer 1.', 'true'])
  expect(asked).toHaveLength(1)
})

it('tells a repeat to come back while the first request is under way under the secret before', async () => {
  const { promise, resolve: finish } = Promise.withResolvers<void>()
  const { asked, gateway } = open(memoryReplayStore(), () => promise)
  const first = gateway({ secret: before })('Pay.')
  await expect.poll(() => asked.length).toBe(1)
  const changed = gateway({ secret: now, previousSecret: before })
  expect(await changed('Pay.')).toEqual([409, 'idempotency_key_in_flight', null])
  finish()
  expect(await first).toEqual([200, 'Answer 1.', null])
  expect(await changed('Pay.')).toEqual([200, 'Answer 1.', 'true'])
  expect(asked).toHaveLength(1)
})

it('refuses before anything goes upstream where the store does not say what stands under the secret before', async () => {
  const store = memoryReplayStore()
  const read: ReplayStore['read'] = async () => {
    throw new Error('away')
  }
  const { asked, gateway } = open({
    ...store,
    begin: store.begin,
    keep: store.keep,
    giveUp: store.giveUp,
    read,
  })
  const [status] = await gateway({ secret: now, previousSecret: before })('Pay.')
  expect([status, asked]).toEqual([500, []])
})
