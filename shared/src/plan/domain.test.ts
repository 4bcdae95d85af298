import { describe, expect, it } from 'vitest'
import { bandOf, chooseByDomain, clusterOf } from './domain.ts'
import type { DomainCluster, DomainTable } from './domain-table.ts'

const cluster = (given: Partial<DomainCluster>): DomainCluster => ({
  task: null,
  domain: null,
  band: null,
  requests: 100,
  quality: { local: 0.5, frontier: 0.9 },
  ...given,
})
const tableOf = (...clusters: readonly DomainCluster[]): DomainTable => ({
  format: 'nearside-domain-table',
  version: 1,
  by: 'gain',
  bands: [0.1, 0.3],
  plans: ['local', 'frontier'],
  clusters,
})
const request = { task: 'math', domain: null, difficulty: 0.5, gain: 0.2 }
const local = { plan: 'local', costUsd: 0, firstTokenMs: 300 } as const
const frontier = { plan: 'frontier', costUsd: 0.004, firstTokenMs: 900 } as const
const everyone = [local, frontier]
const none = { qualityFloor: 0, latencyMs: null }

describe('the choice by what was measured', () => {
  const terms = { table: tableOf(cluster({})), worthUsd: 0.1 }

  it('weighs quality against cost: what an answer is worth decides', () => {
    expect(chooseByDomain(request, everyone, none, terms)).toMatchObject({ plan: 'frontier', quality: 0.9 })
    expect(chooseByDomain(request, everyone, none, { ...terms, worthUsd: 0.005 })).toMatchObject({
      plan: 'local',
    })
  })

  it('says by how much it is better', () => {
    expect(chooseByDomain(request, everyone, none, terms)?.margin).toBeCloseTo(0.4 - 0.04)
    expect(chooseByDomain(request, [local], none, terms)).toMatchObject({ plan: 'local', margin: 1 })
  })

  it('leaves out whoever is below the quality, over the cost or late', () => {
    const cheap = { ...terms, worthUsd: 0.005 }
    expect(chooseByDomain(request, everyone, { ...none, qualityFloor: 0.6 }, cheap)).toMatchObject({
      plan: 'frontier',
    })
    expect(chooseByDomain(request, everyone, none, { ...terms, mostUsd: 0.001 })).toMatchObject({
      plan: 'local',
    })
    expect(chooseByDomain(request, everyone, { ...none, latencyMs: 500 }, terms)).toMatchObject({
      plan: 'local',
    })
  })

  it('has nothing against a plan that was not heard of yet', () => {
    const silent = [local, { ...frontier, firstTokenMs: null }]
    expect(chooseByDomain(request, silent, { ...none, latencyMs: 500 }, terms)).toMatchObject({
      plan: 'frontier',
    })
  })

  it('prefers the cheaper of equals', () => {
    const same = tableOf(cluster({ quality: { local: 0.5, frontier: 0.5 } }))
    const free = [{ ...frontier, costUsd: 0 }, local]
    expect(chooseByDomain(request, [frontier, local], none, { table: same, worthUsd: 1e6 })).toMatchObject({
      plan: 'local',
    })
    expect(chooseByDomain(request, free, none, { table: same, worthUsd: 1 })).toMatchObject({ margin: 0 })
  })

  it('says nothing where nobody keeps every objective, or nothing was measured', () => {
    expect(chooseByDomain(request, everyone, { qualityFloor: 0.95, latencyMs: null }, terms)).toBeNull()
    expect(chooseByDomain(request, [], none, terms)).toBeNull()
    expect(chooseByDomain(request, everyone, none, { ...terms, table: tableOf() })).toBeNull()
    const partly = tableOf(cluster({ quality: { frontier: 0.9 } }))
    expect(chooseByDomain(request, [local], none, { ...terms, table: partly })).toBeNull()
  })
})

describe('the cluster of a request', () => {
  const table = tableOf(
    cluster({ task: 'math', domain: 'algebra', band: 1 }),
    cluster({ task: 'math', domain: 'algebra' }),
    cluster({ domain: 'algebra' }),
    cluster({ task: 'math', band: 1 }),
    cluster({ band: 1 }),
    cluster({ task: 'math' }),
    cluster({}),
  )
  const asked = (given: Partial<Omit<typeof request, 'domain'>> & { readonly domain?: string }) => {
    const found = clusterOf(table, { ...request, ...given })
    return found === null ? null : [found.task, found.domain, found.band]
  }

  it('is the most telling that there is', () => {
    expect(asked({ domain: 'algebra' })).toEqual(['math', 'algebra', 1])
    expect(asked({ domain: 'algebra', gain: 0.9 })).toEqual(['math', 'algebra', null])
    expect(asked({ domain: 'algebra', task: 'code' })).toEqual([null, 'algebra', null])
    expect(asked({})).toEqual(['math', null, 1])
    expect(asked({ task: 'code' })).toEqual([null, null, 1])
    expect(asked({ gain: 0.9 })).toEqual(['math', null, null])
    expect(asked({ task: 'code', gain: -1 })).toEqual([null, null, null])
  })

  it('is not one of a few requests', () => {
    const few = tableOf(cluster({ task: 'math', requests: 19 }), cluster({ requests: 20 }))
    expect(clusterOf(few, request)?.task).toBeNull()
  })

  it('lies in the band that begins at its bound', () => {
    const bandAt = (gain: number | null) => bandOf(table, { ...request, gain })
    expect([-1, 0.0999, 0.1, 0.29, 0.3, 1].map(bandAt)).toEqual([0, 0, 1, 1, 2, 2])
    expect(bandAt(null)).toBeNull()
    expect(bandOf({ ...table, by: 'difficulty' }, { ...request, difficulty: 0.9 })).toBe(2)
  })
})
