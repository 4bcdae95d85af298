import { isNearsideError } from '@nearside/core'
import { describe, expect, it } from 'vitest'
import { memoryBudgetStore } from '../budget/memory-store.ts'
import { resolveOptions } from '../options/resolve-options.ts'
import { gatewayVariables, inVariables, readEnvironment } from './read-environment.ts'

const digest = 'cd'.repeat(32)
const right = { NEARSIDE_KEYS: `acme=${digest}`, OPENAI_API_KEY: 'sk-test' }
const store = { store: memoryBudgetStore(), zone: 'provider:cloudflare' } as const

const optionsOf = (env: Record<string, unknown>, host: typeof store | null = store) =>
  resolveOptions(readEnvironment(env, host))

/** The name that an environment is refused with; undefined where it is not. */
function refusal(env: Record<string, unknown>, host: typeof store | null = store): string | null | undefined {
  try {
    optionsOf(env, host)
    return undefined
  } catch (error) {
    if (!isNearsideError(error) || error.code !== 'bad-options') throw error
    return inVariables(error).param
  }
}

const prices = JSON.stringify({ large: { prices: [{ since: '2026-01-01', prompt: 1, output: 4 }] } })

describe('the environment', () => {
  it("may be as little as a key and OpenAI's own", () => {
    const { admission, endpoints } = optionsOf(right)
    expect(admission).toMatchObject({ kind: 'keys', keys: [{ account: { tenant: 'acme' } }] })
    expect(endpoints.get('frontier')?.url).toBe('https://api.openai.com/v1/chat/completions')
  })

  it('says which variable was meant, and which words one takes', () => {
    const said = (env: Record<string, string>) => () => optionsOf({ ...right, ...env })
    expect(said({ NEARSIDE_KEY: 'x' })).toThrow('NEARSIDE_KEY is not a setting; did you mean NEARSIDE_KEYS?')
    expect(said({ NEARSIDE_PORT: '1' })).toThrow(
      'NEARSIDE_PORT is not a setting; wrangler.toml and docs/reference.md list them all.',
    )
    expect(said({ NEARSIDE_DETECT: 'yes' })).toThrow('NEARSIDE_DETECT is off or rules or learned.')
    expect(said({ NEARSIDE_PRIVACY: 'x' })).toThrow(
      'NEARSIDE_PRIVACY is public or sensitive or contractual or never-leave.',
    )
    // A sink is checked when it is made, which is before anybody words the options' faults.
    expect(() => readEnvironment({ ...right, NEARSIDE_OTLP_URL: 'collector' }, null)).toThrow(
      'NEARSIDE_OTLP_URL',
    )
    expect(() => readEnvironment({ ...right, NEARSIDE_ALIASES: 5 }, null)).toThrow(
      'NEARSIDE_ALIASES is a text.',
    )
  })

  it('may limit what each account asks for, where a store counts it', () => {
    const limits = { NEARSIDE_LIMIT_REQUESTS_MINUTE: '60', NEARSIDE_LIMIT_CONCURRENT: '8' }
    const options = optionsOf({ ...right, ...limits, NEARSIDE_ON_STORE_ERROR: 'refuse' })
    expect(options.limits).toEqual({ requestsPerMinute: 60, concurrent: 8 })
    expect(options.budgets).not.toBeNull()
    expect(refusal({ ...right, ...limits })).toBe('NEARSIDE_ON_STORE_ERROR')
    expect(refusal({ ...right, ...limits, NEARSIDE_ON_STORE_ERROR: 'refuse' }, null)).toBe('BUDGET_LEDGER')
    for (const given of ['0', '-1', '1.5', 'many']) {
      expect(refusal({ ...right, NEARSIDE_LIMIT_TOKENS_MINUTE: given })).toBe('NEARSIDE_LIMIT_TOKENS_MINUTE')
    }
  })

  it('may name several local servers, which are a fleet behind one secret', () => {
    const local = { NEARSIDE_OPEN: 'loopback', NEARSIDE_LOCAL_SECRET: 's' } as const
    const { targets, endpoints } = optionsOf({
      ...local,
      NEARSIDE_LOCAL_URL: 'http://10.0.0.5/v1, http://10.0.0.6/v1',
    })
    const names = targets.filter(({ tier }) => tier === 'local').map(({ name }) => name)
    expect(names).toEqual(['local-1', 'local-2'])
    for (const name of names) {
      expect(endpoints.get(name)?.headers.whole.get('authorization')).toBe('Bearer s')
    }
  })

  it('may be full', () => {
    const options = optionsOf({
      NEARSIDE_KEYS: ` acme=${digest.toUpperCase()} , other=${'ef'.repeat(32)},`,
      NEARSIDE_FRONTIER_URL: 'https://api.example/v1',
      NEARSIDE_FRONTIER_KEY: 'k',
      NEARSIDE_FRONTIER_MODELS: 'large, gpt-5-mini',
      NEARSIDE_PRICES: prices,
      NEARSIDE_LOCAL_URL: 'http://10.0.0.5:8788/v1',
      NEARSIDE_LOCAL_SECRET: 's',
      NEARSIDE_LOCAL_MODELS: 'small',
      NEARSIDE_LOCAL_CONTEXT_TOKENS: '32768',
      NEARSIDE_LOCAL_TAKES: 'tools',
      NEARSIDE_LOCAL_ZONE: 'premises',
      NEARSIDE_ALIASES: 'gpt-4o=auto,cheap=local',
      NEARSIDE_PRIVACY: 'contractual',
      NEARSIDE_PROVIDERS: 'api.example,cloudflare',
      NEARSIDE_EDGE_MAY_SEE: 'false',
      NEARSIDE_BUDGET_DAY_USD: '$5',
      NEARSIDE_BUDGET_MONTH_USD: '100.50',
      NEARSIDE_ON_STORE_ERROR: '$0.50',
      NEARSIDE_WHEN_SPENT: 'nearer',
      NEARSIDE_ON_HANG_UP: 'finish',
    })
    expect(options).toMatchObject({
      edgeMaySee: false,
      onHangUp: 'finish',
      policy: { whenSpent: 'nearer' },
      caps: [
        { window: 'day', limit: 5e9 },
        { window: 'month', limit: 100.5e9 },
      ],
      budgets: { zone: 'provider:cloudflare', onStoreError: { allow: 5e8 } },
    })
    expect(options.targets.map(({ name, zone }) => [name, zone])).toEqual([
      ['edge', 'gateway'],
      ['local', 'premises'],
      ['frontier', 'provider:api.example'],
      ['frontier/2', 'provider:api.example'],
    ])
    expect(options.targets[1]).toMatchObject({ contextTokens: 32_768, tools: true, images: false })
    expect(options.admission).toMatchObject({
      keys: [
        { account: { tenant: 'acme', privacy: 'contractual', providers: ['api.example', 'cloudflare'] } },
        { account: { tenant: 'other' } },
      ],
    })
  })

  it.each([
    ['NEARSIDE_KEYS', { NEARSIDE_KEYS: undefined }],
    ['NEARSIDE_KEYS', { NEARSIDE_KEYS: '  ' }],
    ['NEARSIDE_KEYS', { NEARSIDE_KEYS: 'sk-raw-key' }],
    ['NEARSIDE_KEYS', { NEARSIDE_KEYS: 'acme=sk-raw-key' }],
    ['NEARSIDE_KEYS', { NEARSIDE_KEYS: `acme=${digest},other=${digest.toUpperCase()}` }],
    ['NEARSIDE_KEYS', { NEARSIDE_KEYS: `acme=${digest},other=__proto__` }],
    ['NEARSIDE_KEYS', { NEARSIDE_KEYS: `=${digest}` }],
    ['NEARSIDE_KEYS[0].tenant', { NEARSIDE_KEYS: `a b=${digest}` }],
    ['NEARSIDE_OPEN', { NEARSIDE_OPEN: 'world' }],
    ['NEARSIDE_OPEN', { NEARSIDE_OPEN: 'loopback' }],
    ['NEARSIDE_KEYS', { NEARSIDE_KEYS: undefined, NEARSIDE_OPEN: '' }],
    ['NEARSIDE_KEY', { NEARSIDE_KEY: 'x' }],
    ['NEARSIDE_FRONTIER_KEYS', { NEARSIDE_FRONTIER_KEYS: 'x' }],
    ['NEARSIDE_', { NEARSIDE_: 'x' }],
    ['NEARSIDE_PRIVACY', { NEARSIDE_PRIVACY: 'private' }],
    ['NEARSIDE_PRIVACY', { NEARSIDE_PRIVACY: 5 }],
    ['NEARSIDE_EDGE_MAY_SEE', { NEARSIDE_EDGE_MAY_SEE: 'FALSE' }],
    ['NEARSIDE_ON_HANG_UP', { NEARSIDE_ON_HANG_UP: 'stop' }],
    ['NEARSIDE_WHEN_SPENT', { NEARSIDE_WHEN_SPENT: 'allow' }],
    ['NEARSIDE_FRONTIER_URL', { NEARSIDE_FRONTIER_URL: 'api.example' }],
    ['NEARSIDE_FRONTIER_MODELS[0].price', { NEARSIDE_FRONTIER_MODELS: 'no-such-model' }],
    ['NEARSIDE_LOCAL_ZONE', { NEARSIDE_LOCAL_URL: 'http://10.0.0.5/v1', NEARSIDE_LOCAL_ZONE: 'onprem' }],
    ['NEARSIDE_LOCAL_ZONE', { NEARSIDE_LOCAL_URL: 'http://10.0.0.5/v1', NEARSIDE_LOCAL_ZONE: 'gateway' }],
    ['NEARSIDE_LOCAL_ZONE', { NEARSIDE_LOCAL_ZONE: 'premises' }],
    ['NEARSIDE_LOCAL_SECRET', { NEARSIDE_LOCAL_SECRET: 's' }],
    ['NEARSIDE_LOCAL_MODELS', { NEARSIDE_LOCAL_MODELS: 'small' }],
    ['NEARSIDE_LOCAL_TAKES', { NEARSIDE_LOCAL_TAKES: 'tools' }],
    [
      'NEARSIDE_LOCAL_TAKES',
      { NEARSIDE_LOCAL_URL: 'http://10.0.0.5/v1', NEARSIDE_LOCAL_TAKES: 'tools,audio' },
    ],
    [
      'NEARSIDE_LOCAL_CONTEXT_TOKENS',
      { NEARSIDE_LOCAL_URL: 'http://10.0.0.5/v1', NEARSIDE_LOCAL_CONTEXT_TOKENS: '8k' },
    ],
    ['NEARSIDE_FRONTIER_MODELS', { OPENAI_API_KEY: undefined, NEARSIDE_FRONTIER_MODELS: 'gpt-5' }],
    ['NEARSIDE_ON_STORE_ERROR', { NEARSIDE_ON_STORE_ERROR: 'refuse' }],
    ['NEARSIDE_WHEN_SPENT', { NEARSIDE_WHEN_SPENT: 'nearer' }],
    ['NEARSIDE_ALIASES.gpt-4o', { NEARSIDE_ALIASES: 'gpt-4o=atuo' }],
    ['NEARSIDE_ALIASES', { NEARSIDE_ALIASES: 'gpt-4o' }],
    ['NEARSIDE_PRICES', { NEARSIDE_PRICES: 'free' }],
    ['NEARSIDE_PRICES.large', { NEARSIDE_PRICES: '{"large":5}' }],
    ['NEARSIDE_BUDGET_DAY_USD', { NEARSIDE_BUDGET_DAY_USD: 'five', NEARSIDE_ON_STORE_ERROR: 'refuse' }],
    ['NEARSIDE_BUDGET_DAY_USD', { NEARSIDE_BUDGET_DAY_USD: '-5', NEARSIDE_ON_STORE_ERROR: 'refuse' }],
    ['NEARSIDE_ON_STORE_ERROR', { NEARSIDE_BUDGET_DAY_USD: '5' }],
    ['NEARSIDE_ON_STORE_ERROR', { NEARSIDE_BUDGET_DAY_USD: '5', NEARSIDE_ON_STORE_ERROR: 'allow' }],
  ] as const)('TRUST 31: is refused with the name of what is wrong: %s, %o', (name, env) => {
    expect(refusal({ ...right, ...env })).toBe(name)
  })

  it('TRUST 31: is refused where a budget is set and nothing would keep it', () => {
    expect(refusal({ ...right, NEARSIDE_BUDGET_DAY_USD: '5', NEARSIDE_ON_STORE_ERROR: 'refuse' }, null)).toBe(
      'BUDGET_LEDGER',
    )
  })

  it('TRUST 31: is refused where a budget is kept in a place that may not count its requests, with the cure', () => {
    const budget = { ...right, NEARSIDE_BUDGET_DAY_USD: '5', NEARSIDE_ON_STORE_ERROR: 'refuse' }
    const onNode = { ...store, zone: 'gateway' } as const
    for (const level of ['contractual', 'never-leave']) {
      const env = { ...budget, NEARSIDE_PRIVACY: level }
      expect(refusal(env)).toBe('NEARSIDE_PRIVACY')
      expect(() => optionsOf(env)).toThrow('nearside serve')
      expect(() => readEnvironment(env, onNode)).not.toThrow()
    }
    expect(
      refusal({ ...budget, NEARSIDE_PRIVACY: 'contractual', NEARSIDE_PROVIDERS: 'cloudflare' }),
    ).toBeUndefined()
    expect(refusal({ ...budget, NEARSIDE_PRIVACY: 'sensitive' })).toBeUndefined()
    expect(refusal({ ...right, NEARSIDE_PRIVACY: 'never-leave' })).toBeUndefined()
  })

  it('of a process has what is set for the gateway: no empty variable of ours, and every misspelt one', () => {
    const env = {
      ...right,
      HOME: '/root',
      NEARSIDE_OPEN: '',
      NEARSIDE_FRONTIER_KEY: '  ',
      NEARSIDE_KEY: '',
      NEARSIDE_DATA: '/data',
      NEARSIDE_RUNTIME_PORT: '8788',
    }
    expect(gatewayVariables(env)).toEqual({ ...right, NEARSIDE_KEY: '' })
    expect(gatewayVariables({ OPENAI_API_KEY: '', NEARSIDE_KEYS: '' })).toEqual({})
  })

  it('TRUST 22: never repeats a key that stands where its digest should', () => {
    expect(() => optionsOf({ NEARSIDE_KEYS: 'acme=sk-raw-key' })).toThrow(
      expect.toSatisfy((error: Error) => !error.message.includes('sk-raw')),
    )
  })

  it('TRUST 25: keeps the privacy of every request also where it serves without keys', () => {
    const env = { NEARSIDE_OPEN: 'loopback', NEARSIDE_PRIVACY: 'never-leave', OPENAI_API_KEY: 'sk-test' }
    expect(optionsOf(env).admission).toEqual({
      kind: 'loopback',
      account: { tenant: 'local', privacy: 'never-leave' },
    })
  })

  it('lets the variables of others pass', () => {
    expect(refusal({ ...right, HOME: '/root', nearside_keys: 'x', BUDGET_LEDGER: {} })).toBeUndefined()
  })

  it('takes an empty variable for one that is not there', () => {
    const names = [
      'LOCAL_URL',
      'LOCAL_ZONE',
      'FRONTIER_URL',
      'PRIVACY',
      'PRICES',
      'BUDGET_DAY_USD',
      'ON_STORE_ERROR',
      'OPEN',
    ]
    const empty = Object.fromEntries(names.map((name) => [`NEARSIDE_${name}`, '']))
    expect(refusal({ ...empty, ...right })).toBeUndefined()
  })
})
