import { expect, it } from 'vitest'
import { memoryBudgetStore } from './budget/memory-store.ts'
import { type EnvironmentStore, readEnvironment } from './env.ts'

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
