import { describe, expect, it } from 'vitest'
import { readEnvironment } from './read-environment.ts'

const own = {
  NEARSIDE_OPEN: 'loopback',
  NEARSIDE_FRONTIER_URL: 'https://api.example/v1',
  NEARSIDE_FRONTIER_MODELS: 'large',
}
const redis = { UPSTASH_REDIS_REST_URL: 'https://redis.example', UPSTASH_REDIS_REST_TOKEN: 'token' }
const sealed = { NEARSIDE_SEAL_SECRET: 'a secret of thirty-two characters or more' }
const prices = { NEARSIDE_PRICES: '' }

describe('the supervised strategies of a standalone gateway', () => {
  it('are there where their sessions can be kept', () => {
    const names = readEnvironment({ ...own, ...redis, ...sealed, ...prices }, null).strategies?.map(
      ({ name }) => name,
    )
    expect(names).toEqual(['execute-verify-advise', 'plan-execute-verify-replan'])
    expect(readEnvironment({ ...own, ...prices }, null).strategies).toBeUndefined()
  })

  it('are refused where a policy names one and there is no store, with what it needs', () => {
    for (const policy of [
      '{"strategy":"execute-verify-advise"}',
      '{"tasks":{"code":{"strategy":"plan-execute-verify-replan"}}}',
    ])
      expect(() => readEnvironment({ ...own, NEARSIDE_POLICY: policy }, null)).toThrow(
        /NEARSIDE_POLICY names .* which needs NEARSIDE_SEAL_SECRET and UPSTASH_REDIS_REST_URL/,
      )
  })
})
