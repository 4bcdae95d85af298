/** Kept answers in a real Redis, through the real client and the bridge. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { redisCacheStore } from '../../workers/src/cache/redis-cache-store.ts'
import { openSeal } from '../../workers/src/replay/seal.ts'
import { conformance } from '../cache/conformance.ts'
import { type BridgedRedis, startBridgedRedis, token } from './opened-redis-store.ts'
import { typeCommand } from './start-redis.ts'

conformance(
  'Redis',
  async () => {
    const { bridge, close } = await startBridgedRedis()
    return { store: redisCacheStore({ url: bridge.url, token, timeoutMs: 60_000 }), close }
  },
  { endsMs: 20 },
)

let bridged: BridgedRedis
beforeAll(async () => {
  bridged = await startBridgedRedis()
})
afterAll(() => bridged.close())

it('TRUST 22: shows neither question nor answer in what Redis holds', async () => {
  const store = redisCacheStore({ url: bridged.bridge.url, token, timeoutMs: 60_000 })
  const seal = await openSeal('a secret of thirty-two characters or more', 'canaries')
  const name = await seal.name('answer exact 0 canary-question')
  await store.save('canaries', name, await seal.close(name, 'canary-answer'), 60_000)
  const keys = await typeCommand(bridged.redis.port, 'KEYS *')
  expect(keys).toContain(`{canaries}:c:${name}`)
  const held = await typeCommand(bridged.redis.port, `GET {canaries}:c:${name}`)
  expect(keys + held).not.toMatch(/canary-/)
  expect(await seal.open(name, (await store.load('canaries', name)) ?? '')).toBe('canary-answer')
})

it('tells of a Redis that does not answer without the words of the command', async () => {
  const away = redisCacheStore({ url: 'http://127.0.0.1:1', token })
  const error = await away.load('acme', 'a').catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ code: 'store-failed' })
  expect(String((error as Error).cause)).not.toContain('acme')
})
