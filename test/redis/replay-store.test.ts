/** Claims on idempotency keys in a real Redis, through the real client and the bridge. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { redisReplayStore } from '../../workers/src/replay/redis-replay-store.ts'
import type { Claim, ReplayStore } from '../../workers/src/replay/replay-store.ts'
import { openSeal } from '../../workers/src/replay/seal.ts'
import { type BridgedRedis, startBridgedRedis, token } from './opened-redis-store.ts'
import { typeCommand } from './start-redis.ts'

let bridged: BridgedRedis
let store: ReplayStore
beforeAll(async () => {
  bridged = await startBridgedRedis()
  store = redisReplayStore({ url: bridged.bridge.url, token, timeoutMs: 60_000 })
})
afterAll(() => bridged.close())

let made = 0
const newClaim = (): Claim => {
  made += 1
  const name = String(made).padStart(64, '0')
  return { tenant: 'acme', name, digest: 'd'.repeat(64), owner: 'ns_1' }
}

it('lets one of fifty concurrent claims through', async () => {
  const claim = newClaim()
  const claims = Array.from({ length: 50 }, (_, n) => store.begin({ ...claim, owner: `ns_${n}` }, 60_000))
  const outcomes = (await Promise.all(claims)).map(({ outcome }) => outcome)
  expect(outcomes.filter((outcome) => outcome === 'claimed')).toHaveLength(1)
  expect(outcomes.filter((outcome) => outcome === 'in-flight')).toHaveLength(49)
})

it('gives the kept answer to a repeat, refuses another body, and keeps tenants apart', async () => {
  const claim = newClaim()
  const repeat = { ...claim, owner: 'ns_2' }
  const another = { ...repeat, digest: 'e'.repeat(64) }
  expect(await store.begin(claim, 60_000)).toEqual({ outcome: 'claimed' })
  expect(await store.begin(claim, 60_000)).toEqual({ outcome: 'claimed' })
  expect(await store.begin(another, 60_000)).toEqual({ outcome: 'other-body' })
  expect(await store.keep(repeat, 'not its own', 60_000)).toBe(false)
  expect(await store.keep(claim, '123', 60_000)).toBe(true)
  expect(await store.giveUp(claim)).toBe(false)
  expect(await store.begin(repeat, 60_000)).toEqual({ outcome: 'kept', answer: '123' })
  expect(await store.read(another)).toEqual({ outcome: 'other-body' })
  expect(await store.begin({ ...claim, tenant: 'other' }, 60_000)).toEqual({ outcome: 'claimed' })
})

it('frees a key that was given up or whose lease has ended, and remembers an answer too large', async () => {
  const claim = newClaim()
  await store.begin(claim, 60_000)
  expect(await store.giveUp(claim)).toBe(true)
  expect(await store.read(claim)).toEqual({ outcome: 'free' })
  await store.begin(claim, 1)
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(await store.keep(claim, 'late', 60_000)).toBe(false)
  expect(await store.begin({ ...claim, owner: 'ns_2' }, 60_000)).toEqual({ outcome: 'claimed' })
  expect(await store.keep({ ...claim, owner: 'ns_2' }, null, 60_000)).toBe(true)
  expect(await store.read(claim)).toEqual({ outcome: 'kept', answer: null })
})

it('shows neither key, body nor answer in what Redis holds', async () => {
  const seal = await openSeal('a secret of thirty-two characters or more', 'canaries')
  const name = await seal.name('canary-key')
  const claim = { tenant: 'canaries', name, digest: await seal.digest('canary-body'), owner: 'ns_1' }
  await store.begin(claim, 60_000)
  await store.keep(claim, await seal.close(name, 'canary-answer'), 60_000)
  const held = await typeCommand(bridged.redis.port, `HGETALL {canaries}:i:${name}`)
  expect(held).toContain(claim.digest)
  expect(held).not.toContain('canary')
  const keys = await typeCommand(bridged.redis.port, 'KEYS *')
  expect(keys).toContain(name)
  expect(keys).not.toContain('canary')
  const kept = await store.read(claim)
  expect(kept.outcome === 'kept' && (await seal.open(name, kept.answer ?? ''))).toBe('canary-answer')
})

it('tells of a Redis that does not answer without the words of the command', async () => {
  const away = redisReplayStore({ url: 'http://127.0.0.1:1', token })
  const error = await away.begin(newClaim(), 1_000).catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ code: 'store-failed' })
  expect(String((error as Error).cause)).not.toContain('acme')
})
