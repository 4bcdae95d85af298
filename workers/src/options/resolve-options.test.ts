import { isNearsideError, type PrivacyLevel } from '@nearside/core'
import { describe, expect, it } from 'vitest'
import { memoryBudgetStore } from '../budget/memory-store.ts'
import type { NearsideOptions } from './options.ts'
import { resolveOptions } from './resolve-options.ts'

const price = { since: '2026-01-01', prompt: 1_000, cachedPrompt: 1_000, output: 4_000, longContext: null }
const frontier = { url: 'https://api.example/v1', key: 'k', models: [{ model: 'large', price }] }
const local = { url: 'http://10.0.0.5:8788/v1', models: ['small'], zone: 'premises' as const }
const digest = 'ab'.repeat(32)
const keys = { [digest]: { tenant: 'acme' } }
const right = { keys, frontier }
const budgets = memoryBudgetStore()
const cap = { scope: 'account', window: 'day', limit: 1 } as const

/** The path that a set of options is refused with; undefined where it is not. */
function refusal(given: object): string | null | undefined {
  try {
    resolveOptions(given as NearsideOptions)
    return undefined
  } catch (error) {
    if (!isNearsideError(error) || error.code !== 'bad-options') throw error
    expect(error.message).toMatch(/\w/)
    return error.param
  }
}

it('says which option was meant', () => {
  expect(() => resolveOptions({ ...right, onrecord: () => {} } as NearsideOptions)).toThrow(
    'onrecord is not an option; did you mean onRecord?',
  )
  expect(() => resolveOptions({ ...right, deadlines: { total: 5 } } as unknown as NearsideOptions)).toThrow(
    'deadlines.total is not an option; did you mean totalMs?',
  )
})

it('takes an unset secret for the mistake that it is, and no key at all for a server that asks for none', () => {
  const unset = { url: frontier.url, models: frontier.models, key: undefined }
  expect(refusal({ keys, frontier: unset })).toBe('frontier.key')
  expect(refusal({ keys, local })).toBeUndefined()
})

it('takes no promise for options', () => {
  expect(() => resolveOptions(Promise.resolve(right) as unknown as NearsideOptions)).toThrow(/not a promise/)
})

type Case = readonly [path: string, options: Record<string, unknown>]

const unknown: readonly Case[] = [
  ['frontiers', { frontiers: [] }],
  ['Frontier', { Frontier: frontier }],
  ['frontier.apiKey', { frontier: { ...frontier, apiKey: 'k' } }],
  ['frontier.models[0].cost', { frontier: { ...frontier, models: [{ model: 'large', cost: 1 }] } }],
  [
    'frontier.embeddings[0].tools',
    { frontier: { ...frontier, embeddings: [{ model: 'text-embedding-3-small', tools: true }] } },
  ],
  ['local.secret', { local: { ...local, secret: 's' } }],
  ['policy.localFrom', { policy: { localFrom: 1 } }],
  ['deadlines.firstToken', { deadlines: { firstToken: 1 } }],
  ['retry.times', { retry: { times: 1 } }],
  ['breaker.after', { breaker: { after: 1 } }],
  ['keys[0].privcy', { keys: { [digest]: { tenant: 'acme', privcy: 'never-leave' } } }],
  ['caps[0].kinds', { caps: [{ ...cap, kinds: 'soft' }], budgets, onStoreError: 'refuse' }],
  ['onStoreError.alow', { budgets, onStoreError: { alow: 1 } }],
]

const wrong: readonly Case[] = [
  ['limits', { limits: {}, budgets, onStoreError: 'refuse' }],
  ['limits.perMinute', { limits: { perMinute: 3 }, budgets, onStoreError: 'refuse' }],
  ['limits.concurrent', { limits: { concurrent: 0.5 }, budgets, onStoreError: 'refuse' }],
  ['budgets', { limits: { concurrent: 3 } }],
  ['keys[0].limits', { keys: { [digest]: { tenant: 'acme', limits: { concurrent: 3 } } } }],
  [
    'keys[0].limits.scope',
    {
      keys: { [digest]: { tenant: 'acme', limits: { scope: '{', concurrent: 3 } } },
      budgets,
      onStoreError: 'refuse',
    },
  ],
  ['frontier.embeddings', { frontier: { ...frontier, embeddings: 'text-embedding-3-small' } }],
  ['frontier.embeddings[0]', { frontier: { ...frontier, embeddings: [5] } }],
  ['frontier.embeddings[0].price', { frontier: { ...frontier, embeddings: ['no-price'] } }],
  ['frontier.models', { frontier: { ...frontier, models: [], embeddings: [] } }],
  ['unpricedLimit', { unpricedLimit: { limits: 3 } }],
  ['account', { keys: undefined }],
  ['account', { open: 'loopback' }],
  ['account', { keys: undefined, account: 'acme' }],
  ['open', { keys: undefined, open: 'world' }],
  ['open', { keys: undefined, open: true }],
  ['openAccount', { openAccount: { tenant: 'acme' } }],
  ['openAccount.tenant', { keys: undefined, open: 'loopback', openAccount: { tenant: 'a b' } }],
  ['keys', { keys: {} }],
  ['keys', { keys: [] }],
  ['keys[0]', { keys: { 'sk-secret': { tenant: 'acme' } } }],
  ['keys[0]', { keys: { [digest.slice(2)]: { tenant: 'acme' } } }],
  ['keys[1]', { keys: { [digest]: { tenant: 'acme' }, [digest.toUpperCase()]: { tenant: 'other' } } }],
  ['keys[0]', { keys: { [digest]: null } }],
  ['keys[0]', { keys: { [digest]: 'acme' } }],
  ['keys[0].tenant', { keys: { [digest]: {} } }],
  ['keys[0].tenant', { keys: { [digest]: { tenant: 'acme|day' } } }],
  ['keys[0].privacy', { keys: { [digest]: { tenant: 'acme', privacy: 'private' } } }],
  ['keys[0].providers', { keys: { [digest]: { tenant: 'acme', providers: 'api.example' } } }],
  ['keys[0].caps', { keys: { [digest]: { tenant: 'acme', caps: [cap] } } }],
  [
    'keys[0].caps[0].window',
    {
      keys: { [digest]: { tenant: 'acme', caps: [{ ...cap, window: 'week' }] } },
      budgets,
      onStoreError: 'refuse',
    },
  ],
  ['frontier', { frontier: undefined, edge: false }],
  ['frontier', { frontier: null }],
  ['frontier', { frontier: 'https://api.example/v1' }],
  ['frontier[1]', { frontier: [frontier, null] }],
  ['frontier.name', { frontier: { ...frontier, name: 'my frontier' } }],
  ['name', { frontier: { ...frontier, name: 'local' }, local }],
  ['frontier.url', { frontier: { ...frontier, url: undefined } }],
  ['frontier.url', { frontier: { ...frontier, url: 'api.example/v1' } }],
  ['frontier.url', { frontier: { ...frontier, url: 'file:///etc' } }],
  ['frontier.url', { frontier: { ...frontier, url: 'https://user@api.example/v1' } }],
  ['frontier.url', { frontier: { ...frontier, url: 'https://:pass@api.example/v1' } }],
  ['frontier.url', { frontier: { ...frontier, url: 'https://api.example/v1?key=k' } }],
  ['frontier.url', { frontier: { ...frontier, url: 'https://api.example/v1#x' } }],
  ['frontier.key', { frontier: { ...frontier, key: 'k\r\nx-evil: 1' } }],
  ['frontier.key', { frontier: { ...frontier, key: '' } }],
  ['frontier.key', { frontier: { ...frontier, key: 5 } }],
  ['frontier.zone', { frontier: { ...frontier, zone: 'cloud' } }],
  ['local.zone', { local: { ...local, zone: 'gateway' } }],
  ['local.zone', { local: { ...local, zone: 'Premises' } }],
  ['frontier.limitField', { frontier: { ...frontier, limitField: 'max' } }],
  ['frontier.models', { frontier: { ...frontier, models: [] } }],
  ['frontier.models', { frontier: { ...frontier, models: 'large' } }],
  ['frontier.models[0]', { frontier: { ...frontier, models: [null] } }],
  ['frontier.models[0].model', { frontier: { ...frontier, models: [''] } }],
  ['frontier.models[0].model', { frontier: { ...frontier, models: ['with space'] } }],
  ['frontier.models[0].model', { frontier: { ...frontier, models: [{ model: 'm\r\nx-evil: 1', price }] } }],
  ['frontier.models[0].price', { frontier: { ...frontier, models: ['no-such-model'] } }],
  ['frontier.models[0].price', { frontier: { ...frontier, models: [{ model: 'm', price: 'gratis' }] } }],
  [
    'frontier.models[0].price',
    { frontier: { ...frontier, models: [{ model: 'm', price: { ...price, output: 0.5 } }] } },
  ],
  [
    'frontier.models[0].price',
    { frontier: { ...frontier, models: [{ model: 'm', price: { ...price, prompt: -1 } }] } },
  ],
  [
    'frontier.models[0].price',
    { frontier: { ...frontier, models: [{ model: 'm', price: { ...price, longContext: { above: 1 } } }] } },
  ],
  [
    'frontier.models[0].price.longContext',
    { frontier: { ...frontier, models: [{ model: 'm', price: { ...price, longContext: undefined } }] } },
  ],
  [
    'frontier.models[0].contextTokens',
    { frontier: { ...frontier, models: [{ model: 'm', price, contextTokens: 0 }] } },
  ],
  ['frontier.models[0].tools', { frontier: { ...frontier, models: [{ model: 'm', price, tools: 'yes' }] } }],
  ['edge', { edge: true }],
  ['edge[0]', { edge: [{ name: 'x' }] }],
  ['aliases', { aliases: [] }],
  ['aliases', { aliases: { 'gpt 4': 'auto' } }],
  ['aliases.gpt-4o', { aliases: { 'gpt-4o': 'atuo' } }],
  ['aliases.gpt-4o', { aliases: { 'gpt-4o': 'local' } }],
  ['aliases.b', { aliases: { a: 'auto', b: 'a' } }],
  ['aliases.a', { aliases: { a: 5 } }],
  ['prices', { prices: { large: 1 } }],
  ['policy', { policy: 'direct' }],
  ['policy.strategy', { policy: { strategy: 'cascade' } }],
  ['policy.whenSpent', { policy: { whenSpent: 'allow' } }],
  ['policy.frontierFrom', { policy: { frontierFrom: 2 } }],
  ['policy.qualityFloor', { policy: { qualityFloor: Number.NaN } }],
  ['policy.outputTokens', { policy: { outputTokens: 0 } }],
  ['difficulty', { difficulty: 0.5 }],
  ['budgets', { caps: [cap] }],
  ['budgets', { budgets: {}, onStoreError: 'refuse' }],
  ['budgets', { budgets: 'memory', onStoreError: 'refuse' }],
  ['budgetsZone', { budgets, onStoreError: 'refuse', budgetsZone: 'redis' }],
  ['caps', { budgets, onStoreError: 'refuse', caps: cap }],
  ['caps[0].window', { budgets, onStoreError: 'refuse', caps: [{ ...cap, window: 'week' }] }],
  ['caps[0].limit', { budgets, onStoreError: 'refuse', caps: [{ ...cap, limit: 0.5 }] }],
  ['caps[0].timeZone', { budgets, onStoreError: 'refuse', caps: [{ ...cap, timeZone: 'Mars/Olympus' }] }],
  ['onStoreError', { budgets, caps: [cap] }],
  ['onStoreError', { budgets, onStoreError: 'allow' }],
  ['onStoreError', { budgets, onStoreError: null }],
  ['onStoreError.allow', { budgets, onStoreError: { allow: -1 } }],
  ['onStoreError.allow', { budgets, onStoreError: { allow: 0.5 } }],
  ['onHangUp', { onHangUp: 'stop' }],
  ['rewrite', { rewrite: true }],
  ['deadlines', { deadlines: 5 }],
  ['deadlines.totalMs', { deadlines: { totalMs: 0 } }],
  ['deadlines.totalMs', { deadlines: { totalMs: '5000' } }],
  ['deadlines.idleMs', { deadlines: { idleMs: Number.POSITIVE_INFINITY } }],
  ['deadlines.totalMs', { deadlines: { totalMs: 86_400_000 } }],
  ['deadlines.bodyMs', { deadlines: { bodyMs: 2 ** 31 } }],
  ['retry.attempts', { retry: { attempts: 0 } }],
  ['breaker.failures', { breaker: { failures: 1.5 } }],
  ['bodyLimitBytes', { bodyLimitBytes: 0 }],
  ['bodyLimitBytes', { bodyLimitBytes: '8MiB' }],
  ['bodyLimitBytes', { bodyLimitBytes: 2 ** 40 }],
  ['edgeMaySee', { edgeMaySee: 'false' }],
  ['edgeMaySee', { edgeMaySee: 0 }],
  ['onRecord', { onRecord: [] }],
  ['onFault', { onFault: true }],
  ['fetch', { fetch: 'undici' }],
  ['now', { now: 0 }],
  ['random', { random: 0.5 }],
]

describe('options', () => {
  it('may be as little as who is served and by whom', () => {
    const options = resolveOptions(right)
    expect(options.targets.map(({ name, zone }) => [name, zone])).toEqual([
      ['edge', 'gateway'],
      ['frontier', 'provider:api.example'],
    ])
    expect(options.endpoints.get('frontier')?.url).toBe('https://api.example/v1/chat/completions')
  })

  it.each(unknown)('TRUST 31: with a name that is none are refused with its path: %s', (path, options) => {
    expect(refusal({ ...right, ...options })).toBe(path)
  })

  it.each(wrong)(
    'TRUST 31: with a value that cannot be are refused with its path: %s, %o',
    (path, options) => {
      expect(refusal({ ...right, ...options })).toBe(path)
    },
  )

  it('TRUST 31: that are none at all are refused', () => {
    for (const options of [null, undefined, 5, 'options', []])
      expect(refusal(options as unknown as object)).toBe('options')
  })

  it('TRUST 22: never repeat a key that stands where it should not', () => {
    const secret = 'sk-secret'
    for (const given of [
      { ...right, keys: { [secret]: { tenant: 'acme' } } },
      { ...right, frontier: { ...frontier, key: `${secret} ` } },
      { ...right, frontier: { ...frontier, url: `https://u:${secret}@api.example` } },
    ]) {
      expect(() => resolveOptions(given)).toThrow(
        expect.toSatisfy((error: Error) => !error.message.includes(secret)),
      )
    }
  })

  it('TRUST 20: make the address of an upstream from its origin and path alone', () => {
    const urlOf = (url: string): string | undefined =>
      resolveOptions({ ...right, frontier: { ...frontier, url } }).endpoints.get('frontier')?.url
    expect(urlOf('https://api.example')).toBe('https://api.example/chat/completions')
    expect(urlOf('https://api.example/v1/')).toBe('https://api.example/v1/chat/completions')
    expect(urlOf('https://api.example/v1?')).toBe('https://api.example/v1/chat/completions')
    expect(urlOf('HTTPS://API.example:443/a/../v1//')).toBe('https://api.example/v1/chat/completions')
  })

  it('may let a tier be called by another name, if it is there', () => {
    expect(
      resolveOptions({
        ...right,
        local,
        aliases: { cheap: 'local', 'gpt-4o': 'auto', big: 'large', sum: 'edge' },
      }).aliases.size,
    ).toBe(4)
  })

  describe('with prices that have dates', () => {
    const rates = (since: string, prompt: number) => ({ ...price, since, prompt })
    const prices = new Map([
      [
        'dated',
        { contextTokens: 8_000, prices: [rates('2026-01-01', 1_000), rates('2026-03-01', 2_000)] as const },
      ],
    ])
    const dated = { keys, prices, frontier: { ...frontier, models: ['dated'] }, edge: false as const }
    const clock = (start: string | 0) => {
      let at = start === 0 ? 0 : Date.parse(start)
      return {
        now: () => at,
        set: (time: string) => {
          at = Date.parse(time)
        },
      }
    }

    it('price a call as of its day, however long the gateway has been running', () => {
      const time = clock('2026-02-28T23:59:59Z')
      const options = resolveOptions({ ...dated, now: time.now })
      expect(options.targets[0]?.price?.prompt).toBe(1_000)
      time.set('2026-03-01T00:00:00Z')
      expect(options.targets[0]?.price?.prompt).toBe(2_000)
      expect(options.targets).toBe(options.targets)
    })

    it('price it as of its day also where they were read while the clock stood at zero', () => {
      const time = clock(0)
      const options = resolveOptions({ ...dated, now: time.now })
      time.set('2026-02-01T00:00:00Z')
      expect(options.targets[0]?.price?.prompt).toBe(1_000)
    })

    it('TRUST 31: serve nothing at a price that does not hold yet', () => {
      const time = clock(0)
      const options = resolveOptions({ ...dated, now: time.now })
      time.set('2025-12-31T00:00:00Z')
      expect(() => options.targets).toThrow('unknown is not free')
    })
  })

  it('give each call to a fetch of the host’s headers of its own', async () => {
    const seen: Headers[] = []
    const own: typeof fetch = async (_input, init) => {
      const { headers } = init as { headers: Headers }
      headers.set('x-team', 'red')
      seen.push(headers)
      return Response.json({})
    }
    const options = resolveOptions({ ...right, fetch: own })
    const headers = options.endpoints.get('frontier')?.headers.whole ?? new Headers()
    for (let i = 0; i < 2; i++) await options.fetch('https://api.example', { headers })
    expect(seen[0]).not.toBe(seen[1])
    expect([headers.has('x-team'), seen[1]?.get('authorization')]).toEqual([false, 'Bearer k'])
  })

  it('may say whose the requests of an open gateway are', () => {
    const level: PrivacyLevel = 'never-leave'
    const { admission } = resolveOptions({
      local,
      open: 'loopback',
      openAccount: { tenant: 'here', privacy: level },
    })
    expect(admission).toEqual({ kind: 'loopback', account: { tenant: 'here', privacy: level } })
  })
})
