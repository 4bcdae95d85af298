/** Responses in a real Redis, through the real client and the bridge. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openKeptResponses } from '../../workers/src/conversation/kept-responses.ts'
import { redisResponseStore } from '../../workers/src/replay/redis-response-store.ts'
import type { ResponseStore } from '../../workers/src/replay/response-store.ts'
import { type BridgedRedis, startBridgedRedis, token } from './opened-redis-store.ts'
import { typeCommand } from './start-redis.ts'

const secret = 'a secret of thirty-two characters or more'
const terms = { secret, zone: 'premises', keepMs: 60_000 } as const
const kept = {
  response: { id: 'resp_ns_1', object: 'response', output: [{ text: 'canary-answer' }] },
  items: [{ role: 'user', content: 'canary-prompt' }],
  level: 'public',
} as const

let bridged: BridgedRedis
let store: ResponseStore
beforeAll(async () => {
  bridged = await startBridgedRedis()
  store = redisResponseStore({ url: bridged.bridge.url, token, timeoutMs: 60_000 })
})
afterAll(() => bridged.close())

it('keeps a response until its end, for its own tenant', async () => {
  await store.save('acme', 'a', 'sealed', 60_000)
  expect(await store.load('acme', 'a')).toBe('sealed')
  expect([await store.load('other', 'a'), await store.remove('other', 'a')]).toEqual([null, false])
  expect([await store.remove('acme', 'a'), await store.remove('acme', 'a')]).toEqual([true, false])
  await store.save('acme', 'b', 'sealed', 1)
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(await store.load('acme', 'b')).toBeNull()
})

it('TRUST 22: shows neither id, prompt nor answer in what Redis holds', async () => {
  const responses = openKeptResponses({ ...terms, store }, 1_000)
  expect(await responses.save('canaries', 'resp_ns_canary', kept)).toBe(true)
  expect(await responses.load('canaries', 'resp_ns_canary')).toEqual(kept)
  const keys = await typeCommand(bridged.redis.port, 'KEYS {canaries}:r:*')
  const [key = ''] = /\{canaries\}:r:[0-9a-f]{64}/.exec(keys) ?? []
  expect(key).not.toBe('')
  expect(keys + (await typeCommand(bridged.redis.port, `GET ${key}`))).not.toContain('canary-')
  expect(keys).not.toContain('resp_')
})

it('TRUST 23: gives one tenant’s response to no other, whatever it is asked for', async () => {
  const responses = openKeptResponses({ ...terms, store }, 1_000)
  await responses.save('acme', 'resp_ns_1', kept)
  expect(await responses.load('other', 'resp_ns_1')).toBeNull()
  expect(await responses.remove('other', 'resp_ns_1')).toBe(false)
  await expect(
    responses.carriedOn('other', 'resp_ns_1', { level: 'public', providers: [] }, 'previous_response_id'),
  ).rejects.toMatchObject({
    code: 'bad-request',
    param: 'previous_response_id',
  })
  for (const id of ['', '*', 'resp_*', '../resp_ns_1', 'resp_ns_1}', 'resp_\n']) {
    expect(await responses.load('acme', id)).toBeNull()
  }
})

it('keeps no conversation that is too long to be carried on', async () => {
  const responses = openKeptResponses({ ...terms, store }, 1_000)
  const items = [{ role: 'user', content: 'x'.repeat(1_000_000) }]
  expect(await responses.save('acme', 'resp_ns_2', { ...kept, items })).toBe(false)
  expect(await responses.load('acme', 'resp_ns_2')).toBeNull()
})

it('answers that nothing is kept where Redis is away, and tells of a lookup without the words of the command', async () => {
  const nowhere = redisResponseStore({ url: 'http://127.0.0.1:1', token })
  const away = openKeptResponses({ ...terms, store: nowhere }, 1_000)
  expect(await away.save('acme', 'resp_ns_1', kept)).toBe(false)
  const error = await away.load('acme', 'resp_ns_1').catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ code: 'store-failed' })
  expect(String((error as Error).cause)).not.toContain('acme')
})
