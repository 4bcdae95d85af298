import { describe, expect, it } from 'vitest'
import { memoryBudgetStore } from '../budget/memory-store.ts'
import { type EnvironmentStore, readEnvironment } from './read-environment.ts'

const own: EnvironmentStore = { store: memoryBudgetStore(), zone: 'gateway' }
const budget = {
  NEARSIDE_OPEN: 'loopback',
  NEARSIDE_BUDGET_DAY_USD: '5',
  NEARSIDE_ON_STORE_ERROR: 'refuse',
}
const redis = {
  UPSTASH_REDIS_REST_URL: 'https://eu1-nearside.upstash.io',
  UPSTASH_REDIS_REST_TOKEN: 'token-of-the-database',
}

it("keeps budgets in the host's own store where no Redis is named", () => {
  expect(readEnvironment(budget, own)).toMatchObject({ budgets: own.store, budgetsZone: 'gateway' })
})

it("keeps budgets in the Redis that is named, which is somebody else's until its owner says otherwise", () => {
  const options = readEnvironment({ ...budget, ...redis }, own)
  expect(options.budgets).not.toBe(own.store)
  expect(options.budgetsZone).toBe('provider:eu1-nearside.upstash.io')
  expect(readEnvironment({ ...budget, ...redis }, null).budgetsZone).toBe('provider:eu1-nearside.upstash.io')
  const declared = readEnvironment({ ...budget, ...redis, NEARSIDE_REDIS_ZONE: 'premises' }, own)
  expect(declared.budgetsZone).toBe('premises')
})

describe('NEARSIDE_STORE_MS', () => {
  it('is how long one question to the store may take, and a second where it is not said', () => {
    const given = { ...budget, ...redis, NEARSIDE_STORE_MS: '4000' }
    expect(readEnvironment(given, own).deadlines).toEqual({ storeMs: 4_000 })
    expect(readEnvironment({ ...budget, NEARSIDE_STORE_MS: '100' }, own).deadlines).toEqual({ storeMs: 100 })
    expect(readEnvironment({ ...budget, ...redis }, own).deadlines).toBeUndefined()
  })

  it.each(['99', '10001', '1e3', '-500', '1.5', 'soon'])('is not %s', (value) => {
    expect(() => readEnvironment({ ...budget, ...redis, NEARSIDE_STORE_MS: value }, own)).toThrow(
      'NEARSIDE_STORE_MS is whole milliseconds from 100 to 10000',
    )
  })

  it('says nothing where there is no store', () => {
    expect(() => readEnvironment({ NEARSIDE_OPEN: 'loopback', NEARSIDE_STORE_MS: '500' }, own)).toThrow(
      'NEARSIDE_STORE_MS says nothing without',
    )
  })
})

it('needs somewhere to keep a budget', () => {
  expect(() => readEnvironment(budget, null)).toThrow('UPSTASH_REDIS_REST_URL')
})

it('refuses half of a Redis, and a zone of none, without repeating a value', () => {
  const { UPSTASH_REDIS_REST_URL, UPSTASH_REDIS_REST_TOKEN } = redis
  expect(() => readEnvironment({ ...budget, UPSTASH_REDIS_REST_URL }, own)).toThrow(
    'UPSTASH_REDIS_REST_TOKEN',
  )
  expect(() => readEnvironment({ ...budget, UPSTASH_REDIS_REST_TOKEN }, own)).toThrow(
    'UPSTASH_REDIS_REST_URL',
  )
  expect(() => readEnvironment({ ...budget, NEARSIDE_REDIS_ZONE: 'premises' }, own)).toThrow(
    'NEARSIDE_REDIS_ZONE',
  )
  const secret = { ...redis, UPSTASH_REDIS_REST_URL: 'redis://:secret@host' }
  expect(() => readEnvironment({ ...budget, ...secret }, own)).toThrow(/^(?!.*secret)/)
})

it('leaves the variables of a Redis alone where no budget is set: others use them too', () => {
  expect(readEnvironment({ NEARSIDE_OPEN: 'loopback', ...redis }, own).budgets).toBeUndefined()
})

describe('NEARSIDE_RESPONSES_DAYS', () => {
  const keys = { NEARSIDE_KEYS: `acme=${'a'.repeat(64)}`, OPENAI_API_KEY: 'k' }
  const redis = { UPSTASH_REDIS_REST_URL: 'https://redis.example', UPSTASH_REDIS_REST_TOKEN: 't' }
  const secret = 's'.repeat(32)

  it('keeps responses for so long in the Redis that is named, sealed', () => {
    const given = { ...keys, ...redis, NEARSIDE_SEAL_SECRET: secret, NEARSIDE_RESPONSES_DAYS: '7' }
    const { responses } = readEnvironment(given, null)
    expect(responses).toMatchObject({ secret, zone: 'provider:redis.example', keepMs: 7 * 86_400_000 })
  })

  it('is refused without a place, without a secret, and where it is no number of days', () => {
    for (const given of [
      { NEARSIDE_RESPONSES_DAYS: '7' },
      { ...redis, NEARSIDE_RESPONSES_DAYS: '7' },
      { ...redis, NEARSIDE_SEAL_SECRET: secret, NEARSIDE_RESPONSES_DAYS: '0' },
      { ...redis, NEARSIDE_SEAL_SECRET: secret, NEARSIDE_RESPONSES_DAYS: '366' },
      { ...redis, NEARSIDE_SEAL_SECRET: secret, NEARSIDE_RESPONSES_DAYS: 'a week' },
    ]) {
      expect(() => readEnvironment({ ...keys, ...given }, null)).toThrow(
        expect.objectContaining({ code: 'bad-options', param: 'NEARSIDE_RESPONSES_DAYS' }),
      )
    }
  })
})

it.each([
  ['keys that are managed', { NEARSIDE_KEY_SECRET: 'k'.repeat(32), NEARSIDE_ON_STORE_ERROR: 'refuse' }],
  ['answers for repeats', { NEARSIDE_OPEN: 'loopback', NEARSIDE_SEAL_SECRET: 's'.repeat(32) }],
  [
    'answers for the same request',
    { NEARSIDE_OPEN: 'loopback', NEARSIDE_SEAL_SECRET: 's'.repeat(32), NEARSIDE_CACHE: 'redis' },
  ],
  ['budgets', budget],
])('TRUST 31: names the variable that is wrong with a Redis, whoever needs it first: %s', (_, settings) => {
  const plain = { ...redis, UPSTASH_REDIS_REST_URL: 'redis://127.0.0.1:6379' }
  const wrong = (more: Record<string, string>) => () => readEnvironment({ ...settings, ...more }, own)
  expect(wrong(plain)).toThrow('UPSTASH_REDIS_REST_URL is the https:// address of a Redis over REST')
  const { UPSTASH_REDIS_REST_URL } = redis
  expect(wrong({ UPSTASH_REDIS_REST_URL })).toThrow('UPSTASH_REDIS_REST_TOKEN is needed')
})
