import { describe, expect, it } from 'vitest'
import { readEnvironment } from './read-environment.ts'

const base = { NEARSIDE_OPEN: 'loopback', OPENAI_API_KEY: 'sk-test' }
const policyOf = (given: Readonly<Record<string, string>>) =>
  readEnvironment({ ...base, ...given }, null).policy

describe('NEARSIDE_POLICY', () => {
  it('is the policy as JSON', () => {
    expect(
      policyOf({ NEARSIDE_POLICY: '{ "frontierFrom": 0.3, "tasks": { "code": { "frontierFrom": 0.1 } } }' }),
    ).toEqual({
      whenSpent: 'refuse',
      clampOutput: false,
      frontierFrom: 0.3,
      tasks: { code: { frontierFrom: 0.1 } },
    })
    expect(policyOf({ NEARSIDE_POLICY: '{ "whenSpent": "nearer" }' })).toMatchObject({ whenSpent: 'nearer' })
  })

  it.each([
    ['NEARSIDE_POLICY', '{'],
    ['NEARSIDE_POLICY.frontierForm', '{ "frontierForm": 0.3 }'],
    ['NEARSIDE_POLICY.tasks.code.frontierFrom', '{ "tasks": { "code": { "frontierFrom": 7 } } }'],
    ['NEARSIDE_POLICY.strategy', '{ "strategy": "domain" }'],
  ])('is refused with the path of what is wrong: %s', (param, text) => {
    expect(() => policyOf({ NEARSIDE_POLICY: text })).toThrow(
      expect.objectContaining({ code: 'bad-options', param }),
    )
  })

  it('does not say again what a variable of its own says', () => {
    const caps = { NEARSIDE_BUDGET_DAY_USD: '5', NEARSIDE_WHEN_SPENT: 'nearer' }
    expect(() => policyOf({ ...caps, NEARSIDE_POLICY: '{ "whenSpent": "refuse" }' })).toThrow(
      expect.objectContaining({ param: 'NEARSIDE_WHEN_SPENT' }),
    )
  })
})
