/** Verdicts in a real Redis, through the real client and the bridge: what every store promises, and what only this one meets. */
import { setTimeout as pause } from 'node:timers/promises'
import { Redis } from '@upstash/redis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { memoryVerdictStore } from '../../workers/src/verdicts/memory-verdict-store.ts'
import { redisVerdictStore } from '../../workers/src/verdicts/redis-verdict-store.ts'
import type { VerdictStore } from '../../workers/src/verdicts/verdict-store.ts'
import { random } from '../budget/random.ts'
import { anyVerdict, conformance, moveOf, terms, verdict } from '../verdicts/conformance.ts'
import { type Front, startFront } from './front.ts'
import { type BridgedRedis, startBridgedRedis, token } from './opened-redis-store.ts'
import { typeCommand } from './start-redis.ts'

let bridged: BridgedRedis
let front: Front
let store: VerdictStore
beforeAll(async () => {
  bridged = await startBridgedRedis()
  front = await startFront(bridged.bridge.url)
  store = redisVerdictStore({ url: front.url, token, timeoutMs: 60_000 })
})
afterAll(async () => {
  await front.close()
  await bridged.close()
})
const page = '<h1>canaryPage</h1>'
const type = (line: string): Promise<string> => typeCommand(bridged.redis.port, line)

conformance('Redis', async () => {
  const own = await startBridgedRedis()
  const options = { url: own.bridge.url, token, timeoutMs: 60_000 }
  return { store: redisVerdictStore(options), close: () => own.close() }
})

conformance('Redis, by Upstash’s own client', async () => {
  const own = await startBridgedRedis()
  const client = new Redis({ url: own.bridge.url, token, retry: { retries: 0 } })
  return { store: redisVerdictStore({ client }), close: () => own.close() }
})

it.each([1, 2, 3])('counts alike in Lua and in TypeScript, whatever happens (seed %i)', async (seed) => {
  const chance = random(seed)
  const book = `alike-${seed}`
  const memory = memoryVerdictStore()
  const epochs = { code: 0, math: 0 }
  for (let step = 0; step < 300; step++) {
    const kind = chance.pick(['code', 'math'] as const)
    const [epoch, below] = [epochs[kind] - Number(chance.chance(0.1)), chance.chance(0.5)]
    const asked = chance.below(20)
    const given = anyVerdict(chance)
    const own = { ...terms, window: chance.pick([5, 20, 200]) }
    const offset = (chance.below(401) - 200) / 1_000
    const ask = (each: VerdictStore): Promise<unknown> => {
      if (asked === 0) {
        const change = { from: { epoch, below }, to: { offset } }
        return each.change(book, kind, change, moveOf(kind, 0, offset))
      }
      if (asked === 1) return each.change(book, kind, { from: { epoch, below }, to: { below: !below } }, null)
      if (asked === 2) return each.moves(book)
      return each.add(book, kind, given, epoch, own)
    }
    const expected = await ask(memory)
    expect(await ask(store), `step ${step}`).toEqual(expected)
    if (asked === 0 && expected === true) epochs[kind]++
  }
  const byKind = (all: Awaited<ReturnType<VerdictStore['read']>>) =>
    Object.fromEntries(all.map((each) => [each.kind, each]))
  expect(byKind(await store.read(book, terms.keepMs))).toEqual(byKind(await memory.read(book, terms.keepMs)))
})

describe('a book in Redis', () => {
  it('takes one round trip for a verdict, says nothing of a text, and ends by itself', async () => {
    const before = front.requests
    await store.add('ends', 'code', verdict('worse'), 0, { ...terms, keepMs: 200 })
    expect(front.requests).toBe(before + 1)
    expect(await type('EXISTS {ends}:v {ends}:v:code')).toBe(':2\r\n')
    await pause(300)
    expect(await type('EXISTS {ends}:v {ends}:v:code')).toBe(':0\r\n')
    await store.add('named', 'why is the sky blue?', verdict('tie'), 0, terms)
    await store.add('named', 'long'.repeat(17), verdict('tie'), 0, terms)
    expect(await store.read('named', terms.keepMs)).toMatchObject([
      { kind: 'other', counts: { verdicts: 2 } },
    ])
    expect(front.bodies.join()).not.toContain('sky')
  })

  it('begins anew where a full server has dropped a part of it, or somebody has written over it', async () => {
    const add = () => store.add('damaged', 'code', verdict('worse'), 0, terms)
    await add()
    await add()
    await type('DEL {damaged}:v:code')
    expect((await add()).counts.verdicts).toBe(1)
    await type('RPUSH {damaged}:v:code nonsense')
    expect((await add()).counts.verdicts).toBe(1)
    await type('HSET {damaged}:v code nonsense')
    await type('HSET {damaged}:v math "1 2 3"')
    expect(await store.read('damaged', terms.keepMs)).toEqual([])
    expect((await add()).counts).toEqual({ verdicts: 1, good: 0, near: 18, reference: 24 })
    expect(await store.read('damaged', terms.keepMs)).toHaveLength(1)
  })

  it.each<readonly [string, unknown]>([
    ['a page', page],
    ['nothing', null],
    ['half an answer', 'code counted 0 0 0'],
    ['another kind', 'math counted 0 0 0 1 0 18 24'],
    ['words for numbers', 'code counted 0 0 0 one 0 18 24'],
    ['more good ones than there are', 'code counted 0 0 0 1 2 18 24'],
    ['numbers without end', `code counted 0 0 0 ${'9'.repeat(40)} 0 18 24`],
    ['an offset beyond all', 'code counted 0 99999999 0 1 0 18 24'],
    ['more words', 'code counted 0 0 0 1 0 18 24 more'],
    ['a list of that', [['code counted 0 0 0 1 0 18 24']]],
    ['a sentence for a name', ['why? 0 0 0 1 0 18 24']],
    ['more kinds than there may be', Array.from({ length: 102 }, (_, at) => `kind-${at} 0 0 0 1 0 18 24`)],
  ])('believes no answer that is %s', async (_, result) => {
    const text = result === page ? page : JSON.stringify({ result })
    front.does({ type: 'page', status: 200, text })
    try {
      const failed = { code: 'store-failed', message: expect.not.stringContaining('canaryPage') }
      await expect(store.add('j', 'code', verdict('tie'), 0, terms)).rejects.toMatchObject(failed)
      await expect(store.read('j', 1_000)).rejects.toMatchObject(failed)
      const change = { from: { epoch: 0, below: false }, to: { below: true } }
      await expect(store.change('j', 'code', change, null)).rejects.toMatchObject(failed)
      await expect(store.moves('j')).rejects.toMatchObject(failed)
    } finally {
      front.does({ type: 'pass' })
    }
  })
})
