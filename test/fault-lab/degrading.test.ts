/** What a policy makes of an outage: a floor that forbids what is worse, a tier that nobody stands in for, a storm that is damped. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Frontier, startFrontier } from '../doubles/frontier.ts'
import { type Lab, type LabGateway, startLab } from './lab.ts'
import type { LabSettings } from './lab-app.ts'
import { type LabNode, startLabNode } from './lab-node.ts'

const places = ['node', 'workerd'] as const

describe.each(places)('an outage, on %s', (place) => {
  let lab: Lab
  let frontier: Frontier
  let node: LabNode
  beforeAll(async () => {
    lab = await startLab(place)
  })
  afterAll(() => lab.close())
  beforeEach(async () => {
    frontier = await startFrontier()
    node = await startLabNode('answers')
    return async () => {
      await Promise.all([frontier.close(), node.close()])
    }
  })

  const open = (given: Partial<LabSettings>): LabGateway =>
    lab.open({
      frontier: { url: frontier.url, key: frontier.key },
      node: { url: node.url, key: node.key },
      strategy: 'direct',
      difficulty: 0.9,
      providers: [],
      limit: 100_000_000_000,
      store: 'answers',
      broken: 'nothing',
      clock: 'steady',
      cached: false,
      silent: false,
      ...given,
    })

  async function ask(gateway: LabGateway, content: string, headers: Record<string, string> = {}) {
    const response = await fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ model: 'auto', max_tokens: 100, messages: [{ role: 'user', content }] }),
    })
    const said = (name: string): string | null => response.headers.get(`x-nearside-${name}`)
    const body = (await response.json()) as { error?: { code: string } }
    return {
      told: [response.status, said('tier') ?? body.error?.code, said('degraded')],
      retryAfter: response.headers.get('retry-after'),
      cache: said('cache'),
    }
  }

  it('is an error where the floor of quality forbids what could stand in', async () => {
    frontier.always({ fault: 'status', status: 503 })
    const low = await ask(open({}), 'hard')
    expect(low.told).toEqual([200, 'local', 'frontier-down'])
    for (const [gateway, headers] of [
      [open({}), { 'x-nearside-quality': '0.5' }],
      [open({ policy: { qualityFloor: 0.5 } }), {}],
    ] as const) {
      const { told, retryAfter } = await ask(gateway, 'hard', headers)
      expect(told).toEqual([502, 'tier_failed', null])
      expect(retryAfter).toBe('1')
    }
    expect(node.requests).toHaveLength(1)
  })

  it('of both is answered from what is kept, and else with 503 and when to ask again', async () => {
    const gateway = open({ cached: true })
    await ask(gateway, 'asked before')
    await expect.poll(async () => (await gateway.observed()).stored).not.toBe('')
    frontier.always({ fault: 'status', status: 503 })
    node.does('fails')
    const kept = await ask(gateway, 'asked before')
    expect([kept.told, kept.cache]).toEqual([[200, 'edge', null], 'hit'])
    const other = await ask(gateway, 'never asked')
    expect(other.told).toEqual([503, 'no_tier_left', null])
    expect(other.retryAfter).toBe('1')
  })

  it('of both is no answer for whom the cache is switched off', async () => {
    const gateway = open({ cached: true })
    await ask(gateway, 'asked before')
    frontier.always({ fault: 'status', status: 503 })
    node.does('fails')
    const { told } = await ask(gateway, 'asked before', { 'x-nearside-cache': 'off' })
    expect(told).toEqual([503, 'no_tier_left', null])
  })

  it('on premises moves to the frontier no more than the share that is allowed', async () => {
    const gateway = open({ difficulty: 0.1, policy: { frontierShareWhenLocalDown: 0.25 } })
    node.does('fails')
    const told: unknown[] = []
    for (let n = 0; n < 20; n++) told.push((await ask(gateway, `easy ${n}`)).told[0])
    const moved = told.filter((status) => status === 200)
    expect(moved).toHaveLength(5)
    expect(frontier.requests).toHaveLength(5)
    expect(new Set(told)).toEqual(new Set([200, 502, 503]))
    const { balance } = await gateway.observed()
    expect(balance).toMatchObject({ settled: 5 * (19 * 1_000 + 8 * 4_000), reserved: 0 })
  })
})
