/** Supervised sessions in a real Redis, through the real client and the bridge. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { memorySessionStore } from '../../workers/src/supervision/memory-session-store.ts'
import { redisSessionStore } from '../../workers/src/supervision/redis-session-store.ts'
import type { SessionStore } from '../../workers/src/supervision/session-store.ts'
import { type BridgedRedis, startBridgedRedis, token } from './opened-redis-store.ts'

let bridged: BridgedRedis
const stores: Record<'memory' | 'redis', SessionStore | null> = { memory: memorySessionStore(), redis: null }
beforeAll(async () => {
  bridged = await startBridgedRedis()
  stores.redis = redisSessionStore({ url: bridged.bridge.url, token, timeoutMs: 60_000 })
})
afterAll(() => bridged.close())

describe.each(['memory', 'redis'] as const)('the store of sessions in %s', (kind) => {
  const store = (): SessionStore => stores[kind]!

  it('keeps a session for its own tenant, until its end', async () => {
    const kept = { revision: 1, sealed: 'sealed:with\ncolons' }
    expect(await store().load('acme', 'a')).toBeNull()
    expect(await store().save('acme', 'a', kept, 60_000)).toBe(true)
    expect(await store().load('acme', 'a')).toEqual(kept)
    expect(await store().load('other', 'a')).toBeNull()
    expect(await store().save('acme', 'short', kept, 1)).toBe(true)
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(await store().load('acme', 'short')).toBeNull()
    expect(await store().save('acme', 'short', kept, 60_000)).toBe(true)
  })

  it('changes only what nobody has changed meanwhile', async () => {
    const save = (revision: number, sealed: string) => store().save('acme', 'b', { revision, sealed }, 60_000)
    expect(await save(2, 'too early')).toBe(false)
    expect(await save(1, 'first')).toBe(true)
    expect(await save(1, 'again')).toBe(false)
    const many = await Promise.all(Array.from({ length: 20 }, (_, at) => save(2, `writer ${at}`)))
    expect(many.filter((won) => won)).toHaveLength(1)
    expect(await store().load('acme', 'b')).toEqual({ revision: 2, sealed: `writer ${many.indexOf(true)}` })
    for (let revision = 3; revision < 15; revision++) expect(await save(revision, 'on')).toBe(true)
    expect((await store().load('acme', 'b'))?.revision).toBe(14)
  })
})
