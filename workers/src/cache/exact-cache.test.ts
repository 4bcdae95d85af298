/** The exact cache at its port: what reaches a store, and what becomes of a request when the store misbehaves. */
import { readChatRequest, type Zone } from '@nearside/core'
import { describe, expect, it } from 'vitest'
import { openMetrics } from '../metrics/metrics.ts'
import type { AskedThrough, CachedCall } from '../options/answer-cache.ts'
import type { RequestRecord } from '../record/record.ts'
import type { CacheStore } from './cache-store.ts'
import { exactCache } from './exact-cache.ts'
import { memoryCacheStore } from './memory-cache-store.ts'
import type { ExactCacheOptions } from './resolve-exact-cache.ts'

const secret = 'a secret of thirty-two characters or more'

type Given = Partial<ExactCacheOptions> & { readonly store?: CacheStore }

function opened(given: Given = {}) {
  const clock = { at: 1_000_000 }
  const metrics = openMetrics()
  const terms = { now: () => clock.at, finishes: false, counted: metrics.cache }
  const cache = exactCache({ store: memoryCacheStore({ now: () => clock.at }), secret, ...given })
  const records: RequestRecord[] = []
  const behind: Promise<unknown>[] = []
  const answers = cache.carry([cache.open(terms)], terms)
  const clientGone = new AbortController().signal

  function call(content: string, more: Partial<CachedCall> = {}): CachedCall {
    return {
      id: 'ns_1',
      account: { tenant: 'acme' },
      request: readChatRequest({ model: 'm', messages: [{ role: 'user', content }] }),
      wishes: {
        ask: { kind: 'auto' },
        privacy: { level: 'public', providers: [] },
        latencyMs: null,
        quality: null,
        strategy: null,
      },
      at: clock.at,
      clientGone,
      alarm: { clear() {} },
      waitUntil: (work) => behind.push(work),
      ...more,
    }
  }
  let served = 0
  async function ask(given: CachedCall, more: Partial<AskedThrough> = {}): Promise<string | null> {
    const response = await answers.through(
      {
        call: given,
        url: 'https://api.acme.com/v1/chat/completions',
        header: undefined,
        privacy: () => given.wishes.privacy,
        tell: (record) => records.push(record),
        ...more,
      },
      async () => {
        served += 1
        await new Promise((resolve) => setTimeout(resolve, 5))
        return answer()
      },
    )
    await response.text()
    await Promise.all(behind.splice(0))
    return response.headers.get('x-nearside-cache')
  }
  return { clock, answers, call, ask, records, metrics, served: () => served }
}

function answer(): Response {
  const message = { role: 'assistant', content: 'canary-answer' }
  const body = {
    id: 'x',
    object: 'chat.completion',
    model: 'm',
    choices: [{ index: 0, message, finish_reason: 'stop' }],
  }
  return Response.json(body, {
    headers: { 'x-nearside-tier': 'frontier', 'x-nearside-model': 'm', 'x-nearside-decision': 'ns_0' },
  })
}

/** A store that remembers all that it was told. */
function watched(given: Partial<CacheStore> = {}): CacheStore & { readonly told: string[] } {
  const inner = memoryCacheStore()
  const told: string[] = []
  return {
    zone: 'gateway',
    told,
    async load(tenant, name) {
      told.push(tenant, name)
      return inner.load(tenant, name)
    },
    async save(tenant, name, sealed, keepMs) {
      told.push(tenant, name, sealed)
      return inner.save(tenant, name, sealed, keepMs)
    },
    ...given,
  }
}

it('TRUST 22: tells a store nothing of question and answer', async () => {
  const store = watched()
  const { ask, call } = opened({ store })
  expect([await ask(call('canary-question')), await ask(call('canary-question'))]).toEqual(['miss', 'hit'])
  expect(store.told.join('\n')).not.toContain('canary')
  for (const word of store.told) if (word.length > 64) expect(atob(word)).not.toContain('canary')
})

it('TRUST 23: opens no entry that was moved under another name or to another tenant', async () => {
  const entries = new Map<string, string>()
  const anything: CacheStore = {
    zone: 'gateway',
    // Whatever is asked for, one and the same entry is given.
    load: async (_tenant, name) =>
      entries.get(name) ?? [...entries.values()].findLast((text) => text.length > 200) ?? null,
    async save(_tenant, name, sealed) {
      entries.set(name, sealed)
    },
  }
  const { ask, call, answers, metrics } = opened({ store: anything, recheckMs: 0 })
  await answers.purge('acme')
  await answers.purge('other')
  await ask(call('one'))
  expect(await ask(call('two'))).toBe('miss')
  expect(await ask(call('one', { account: { tenant: 'other' } }))).toBe('miss')
  expect(metrics.registry.text()).toContain('nearside_cache_total{outcome="store-failed"}')
})

describe('a store that misbehaves', () => {
  const never = (): Promise<never> => new Promise(() => {})
  const fails = async (): Promise<never> => {
    throw new Error('canary-error')
  }
  const nonsense = async (): Promise<string> => 'no base64, and no answer'

  it.each([
    ['hangs', never],
    ['fails', fails],
    ['talks nonsense', nonsense],
  ])('is a miss where it %s, and is counted', async (_, load) => {
    const { ask, call, metrics, served } = opened({ store: watched({ load }), lookupMs: 20 })
    expect([await ask(call('q')), await ask(call('q'))]).toEqual(['miss', 'miss'])
    expect(served()).toBe(2)
    expect(metrics.registry.text()).toMatch(/nearside_cache_total\{outcome="store-failed"\} [1-9]/)
  })

  it('costs an answer nothing where it does not keep it', async () => {
    const { ask, call, metrics } = opened({ store: watched({ save: fails }) })
    expect(await ask(call('q'))).toBe('miss')
    expect(metrics.registry.text()).toContain('nearside_cache_total{outcome="not-kept"} 1')
  })
})

it('is unavailable where its store has no effect, and still lets equals share', async () => {
  const { ask, call, served } = opened({ store: watched({ available: () => false }) })
  expect(await Promise.all([ask(call('q')), ask(call('q'))])).toEqual(['unavailable', 'hit'])
  expect(served()).toBe(1)
})

it.each([
  ['gateway', 'never-leave', 'bypass'],
  ['gateway', 'sensitive', 'bypass'],
  ['provider:x', 'contractual', 'bypass'],
  ['premises', 'never-leave', 'hit'],
  ['premises', 'sensitive', 'hit'],
  ['premises', 'contractual', 'hit'],
] as const)('TRUST 25: in the zone %s, what is %s meets a %s', async (zone, level, outcome) => {
  const store = watched()
  const { ask, call } = opened({ store, zone: zone as Zone })
  const wishes = { ...call('q').wishes, privacy: { level, providers: [] } }
  await ask(call('q', { wishes }))
  expect(await ask(call('q', { wishes }))).toBe(outcome)
  if (outcome === 'bypass') expect(store.told).toEqual([])
})

it('TRUST 25: keeps nothing of a text that turned out to be private on its way', async () => {
  const { ask, call } = opened()
  const privacy = () => ({ level: 'sensitive' as const, providers: [] })
  expect([await ask(call('q'), { privacy }), await ask(call('q'))]).toEqual(['miss', 'miss'])
})

it('forgets all of a tenant by one write, and finds what came after it', async () => {
  const store = watched()
  const { ask, call, answers } = opened({ store })
  await ask(call('q'))
  const before = store.told.length
  await answers.purge('acme')
  expect(store.told.length - before).toBe(3)
  expect([await ask(call('q')), await ask(call('q'))]).toEqual(['miss', 'hit'])
})

it('learns of another isolate’s purge within the stated time', async () => {
  const shared = memoryCacheStore({ now: () => 0 })
  const here = opened({ store: shared, recheckMs: 10_000 })
  const there = opened({ store: shared, recheckMs: 10_000 })
  await here.ask(here.call('q'))
  await there.answers.purge('acme')
  here.clock.at += 10_000
  expect(await here.ask(here.call('q'))).toBe('miss')
})

it('keeps no answer longer than it may be, however long the store would', async () => {
  const endless = memoryCacheStore({ now: () => 0 })
  const { ask, call, clock } = opened({ store: endless, keepMs: 60_000, recheckMs: 3_600_000 })
  await ask(call('q'))
  clock.at += 59_999
  expect(await ask(call('q'))).toBe('hit')
  clock.at += 1
  expect(await ask(call('q'))).toBe('miss')
})

it('writes of a hit that nothing was asked and nothing charged', async () => {
  const { ask, call, records } = opened()
  await ask(call('q'))
  await ask(call('q'))
  expect(records).toHaveLength(1)
  expect(records[0]).toMatchObject({
    replayOf: 'ns_0',
    charge: null,
    outcome: 'answered',
    served: { target: 'cache', tier: 'edge', model: 'm' },
    plan: { reason: 'cached' },
  })
  expect(JSON.stringify(records)).not.toContain('canary')
})

it.each([
  [{ secret: 'short' }, 'cache.secret'],
  [{ store: {} as CacheStore }, 'cache.store'],
  [{ keepMs: 0 }, 'cache.keepMs'],
  [{ keepMs: 1e12 }, 'cache.keepMs'],
  [{ lookupMs: 1.5 }, 'cache.lookupMs'],
  [{ whenSampling: 'sometimes' as 'store' }, 'cache.whenSampling'],
  [{ sensitive: 'yes' as 'store' }, 'cache.sensitive'],
  [{ zone: 'moon' as Zone }, 'cache.zone'],
  [{ mostWaiting: -1 }, 'cache.mostWaiting'],
  [{ keepSeconds: 1 } as object, 'cache.keepSeconds'],
])('refuses %j, naming %s', (given, param) => {
  expect(() => exactCache({ store: memoryCacheStore(), secret, ...given })).toThrow(
    expect.objectContaining({ code: 'bad-options', param }),
  )
})
