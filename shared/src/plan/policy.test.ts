import { describe, expect, it } from 'vitest'
import { defaultPolicy, resolvePolicy } from './policy.ts'
import { policyHash } from './policy-hash.ts'
import { readPolicyFile } from './read-policy-file.ts'

const table = {
  format: 'nearside-domain-table',
  version: 1,
  by: 'gain',
  bands: [0.1],
  plans: ['local', 'frontier'],
  clusters: [{ task: null, domain: null, band: null, requests: 100, quality: { local: 0.5, frontier: 0.8 } }],
}
const domain = { table, worthUsd: 0.01 }
const cluster = table.clusters[0]

describe('a policy as a file', () => {
  it('says what it says, and the rest is as it always was', () => {
    const given = readPolicyFile('{ "frontierFrom": 0.3, "fallBack": { "local": [] } }')
    expect(given).toEqual({ frontierFrom: 0.3, fallBack: { local: [] } })
    expect(resolvePolicy(given)).toEqual({
      ...defaultPolicy,
      frontierFrom: 0.3,
      fallBack: { ...defaultPolicy.fallBack, local: [] },
    })
  })

  it('may hold every field at once', () => {
    const whole = {
      ...defaultPolicy,
      strategy: 'domain',
      domain,
      latencyMs: 800,
      tasks: { code: { strategy: 'direct' } },
    }
    expect(resolvePolicy(readPolicyFile(JSON.stringify(whole)))).toMatchObject({
      strategy: 'domain',
      latencyMs: 800,
      domain: { worthUsd: 0.01, mostUsd: null, expectedOutputTokens: 300 },
    })
  })

  it.each([
    ['policy', 'no JSON'],
    ['policy', '[]'],
    ['policy', 'null'],
    ['policy', '"direct"'],
  ])('is refused as a whole where it is no object: %s %s', (param, text) => {
    expect(() => readPolicyFile(text)).toThrow(expect.objectContaining({ code: 'bad-options', param }))
  })

  it.each<readonly [string, object]>([
    ['policy.fontierFrom', { fontierFrom: 0.3 }],
    ['policy.strategy', { strategy: 'cheapest' }],
    ['policy.strategy', { strategy: 'domain' }],
    ['policy.frontierFrom', { frontierFrom: '0.3' }],
    ['policy.frontierFrom', { frontierFrom: null }],
    ['policy.qualityFloor', { qualityFloor: 1.1 }],
    ['policy.latencyMs', { latencyMs: 0 }],
    ['policy.latencyMs', { latencyMs: 'fast' }],
    ['policy.localPromptTokens', { localPromptTokens: 1.5 }],
    ['policy.sessionMs', { sessionMs: 0 }],
    ['policy.clampOutput', { clampOutput: 'true' }],
    ['policy.whenUnknown', { whenUnknown: 'edge' }],
    ['policy.whenSpent', { whenSpent: [] }],
    ['policy.whenFrontierDown', { whenFrontierDown: 'frontier' }],
    ['policy.whenLocalDown', { whenLocalDown: 'local' }],
    ['policy.frontierShareWhenLocalDown', { frontierShareWhenLocalDown: -0.1 }],
    ['policy.tierOrder', { tierOrder: 'local' }],
    ['policy.tierOrder[1]', { tierOrder: ['local', 'cloud'] }],
    ['policy.tierOrder[1]', { tierOrder: ['local', 'local'] }],
    ['policy.fallBack', { fallBack: ['local'] }],
    ['policy.fallBack.cloud', { fallBack: { cloud: [] } }],
    ['policy.fallBack.local', { fallBack: { local: 'frontier' } }],
    ['policy.fallBack.local[0]', { fallBack: { local: ['local'] } }],
    ['policy.fallBack.frontier[0]', { fallBack: { frontier: ['edge'] } }],
    ['policy.tasks', { tasks: null }],
    ['policy.tasks.coding', { tasks: { coding: {} } }],
    ['policy.tasks.code', { tasks: { code: 0.3 } }],
    ['policy.tasks.code.from', { tasks: { code: { from: 0.3 } } }],
    ['policy.tasks.code.frontierFrom', { tasks: { code: { frontierFrom: 3 } } }],
    ['policy.tasks.code.qualityFloor', { tasks: { code: { qualityFloor: Number.NaN } } }],
    ['policy.tasks.code.strategy', { tasks: { code: { strategy: 'guess' } } }],
    ['policy.tasks.code.strategy', { tasks: { code: { strategy: 'domain' } } }],
    ['policy.domain', { domain: 'measured' }],
    ['policy.domain.worthUsd', { domain: { table } }],
    ['policy.domain.worthUsd', { domain: { table, worthUsd: 0 } }],
    ['policy.domain.worth', { domain: { ...domain, worth: 1 } }],
    ['policy.domain.mostUsd', { domain: { ...domain, mostUsd: -1 } }],
    ['policy.domain.expectedOutputTokens', { domain: { ...domain, expectedOutputTokens: 0 } }],
    ['policy.domain.table', { domain: { worthUsd: 1 } }],
    ['policy.domain.table.format', { domain: { ...domain, table: { ...table, format: 'x' } } }],
    ['policy.domain.table.version', { domain: { ...domain, table: { ...table, version: 2 } } }],
    ['policy.domain.table.measuredOn', { domain: { ...domain, table: { ...table, measuredOn: 1 } } }],
    ['policy.domain.table.by', { domain: { ...domain, table: { ...table, by: 'luck' } } }],
    ['policy.domain.table.rows', { domain: { ...domain, table: { ...table, rows: [] } } }],
    ['policy.domain.table.bands', { domain: { ...domain, table: { ...table, bands: 3 } } }],
    ['policy.domain.table.bands[0]', { domain: { ...domain, table: { ...table, bands: [2] } } }],
    ['policy.domain.table.bands[1]', { domain: { ...domain, table: { ...table, bands: [0.2, 0.2] } } }],
    ['policy.domain.table.plans[0]', { domain: { ...domain, table: { ...table, plans: ['edge'] } } }],
    ['policy.domain.table.plans', { domain: { ...domain, table: { ...table, plans: [] } } }],
    ['policy.domain.table.clusters', { domain: { ...domain, table: { ...table, clusters: {} } } }],
    ...[
      ['', null],
      ['.size', { ...cluster, size: 1 }],
      ['.task', { ...cluster, task: '' }],
      ['.domain', { ...cluster, domain: 7 }],
      ['.band', { ...cluster, band: 2 }],
      ['.band', { ...cluster, band: 0.5 }],
      ['.requests', { ...cluster, requests: 0 }],
      ['.quality', { ...cluster, quality: null }],
      ['.quality.edge', { ...cluster, quality: { edge: 1 } }],
      ['.quality.local', { ...cluster, quality: { local: 1.2 } }],
    ].map(
      ([way, wrong]) =>
        [
          `policy.domain.table.clusters[0]${String(way)}`,
          { domain: { ...domain, table: { ...table, clusters: [wrong] } } },
        ] as const,
    ),
    ['policy.supervision', { supervision: 8 }],
    ['policy.supervision.everyTurn', { supervision: { everyTurn: 8 } }],
    ['policy.supervision.everyTurns', { supervision: { everyTurns: 0 } }],
    ['policy.supervision.contextTokens', { supervision: { contextTokens: 511 } }],
    ['policy.supervision.mostWords', { supervision: { mostWords: 1.5 } }],
    [
      'policy.domain.table.clusters[1]',
      { domain: { ...domain, table: { ...table, clusters: [cluster, cluster] } } },
    ],
  ])('is refused with the path of what is wrong: %s', (param, given) => {
    expect(() => readPolicyFile(JSON.stringify(given))).toThrow(
      expect.objectContaining({ code: 'bad-options', param, message: expect.stringContaining(param) }),
    )
  })
})

describe('the hash of a policy', () => {
  it('is short, and the same however the policy was written', () => {
    const one = resolvePolicy({
      tasks: { code: { frontierFrom: 0.1, qualityFloor: 0.5 } },
      frontierFrom: 0.3,
    })
    const other = resolvePolicy({
      frontierFrom: 0.3,
      tasks: { code: { qualityFloor: 0.5, frontierFrom: 0.1 } },
    })
    expect(policyHash(one)).toMatch(/^[0-9a-f]{12}$/)
    expect(policyHash(other)).toBe(policyHash(one))
  })

  it('differs with every field, and with the order of a list', () => {
    const policies = [
      {},
      { frontierFrom: 0.5 },
      { qualityFloor: 0.5 },
      { tierOrder: ['frontier', 'local', 'edge'] },
      { tasks: { code: { frontierFrom: 0.5 } } },
      { tasks: { math: { frontierFrom: 0.5 } } },
      { domain: { ...domain, table: { ...table, measuredOn: 'é' } } },
      { domain: { ...domain, table: { ...table, measuredOn: 'è' } } },
      { supervision: { everyTurns: 8 } },
    ].map((given) => policyHash(resolvePolicy(readPolicyFile(JSON.stringify(given)))))
    expect(new Set(policies).size).toBe(policies.length)
  })
})
