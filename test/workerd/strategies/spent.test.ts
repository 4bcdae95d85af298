/** A spent account whose policy serves nearer: what is asked of the store, and what the caller, the record and the route say. */
import { decide, type GivenPolicy, readRecord, resolvePolicy } from '@nearside/core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Frontier, startFrontier } from '../../doubles/frontier.ts'
import { openaiOf, question } from '../place/asking.ts'
import { type Gateway, type Place, placeNames, startPlace } from '../place/places.ts'
import type { GatewaySettings } from '../place/settings.ts'
import { type NearNode, startNearNode } from './near-node.ts'

const policy: GivenPolicy = { whenSpent: 'nearer', frontierFrom: 0 }
const nearText = 'Euclid proved it.'

describe.each(placeNames)('a spent account, in %s', (name) => {
  const books = name === 'workerd' ? 'durable-object' : 'memory'
  let place: Place
  let node: NearNode
  let frontier: Frontier
  beforeAll(async () => {
    place = await startPlace(name)
  })
  afterAll(() => place.close())
  beforeEach(async () => {
    node = await startNearNode()
    node.says({ pieces: [nearText] })
    frontier = await startFrontier()
    return async () => {
      await Promise.all([node.close(), frontier.close()])
    }
  })

  const open = (more: Partial<GatewaySettings> = {}): Gateway =>
    place.open({ frontier: [frontier], local: [node], localZone: 'premises', books, policy, ...more })

  async function ask(gateway: Gateway, more: object = {}) {
    const { data, response } = await openaiOf(gateway)
      .chat.completions.create({ ...question, ...more })
      .withResponse()
    const said = (word: string) => response.headers.get(`x-nearside-${word}`)
    return { text: data.choices[0]?.message.content, said }
  }

  const outcomes = async (gateway: Gateway) =>
    (await gateway.observed()).calls.map(({ verb, outcome }) => `${verb}: ${outcome}`)

  it('is served near without asking a store that has said what is left, in the words of its denial', async () => {
    const gateway = open({ limit: 1 })
    const first = await ask(gateway)
    const second = await ask(gateway)
    for (const { text, said } of [first, second]) {
      expect([text, said('tier'), said('degraded')]).toEqual([nearText, 'local', 'budget-spent'])
      expect(said('reason')).toBe(first.said('reason'))
    }
    expect(await outcomes(gateway)).toHaveLength(1)
    expect(frontier.requests).toHaveLength(0)
  })

  it('is known by what was charged, and pays for all that is left', async () => {
    const gateway = open({ limit: 1_200_000 })
    expect((await ask(gateway)).said('tier')).toBe('frontier')
    await expect.poll(() => outcomes(gateway)).toHaveLength(2)
    const { balance } = await gateway.observed()
    const wanted = Math.floor((1_200_000 - (balance?.settled ?? 0)) / 4_000)
    expect((await ask(gateway, { max_tokens: wanted })).said('degraded')).toBe('budget-spent')
    expect((await ask(gateway, { max_tokens: wanted })).said('degraded')).toBe('budget-spent')
    expect(await outcomes(gateway)).toHaveLength(3)
    expect((await ask(gateway, { max_tokens: 10 })).said('tier')).toBe('frontier')
  })

  it('is shown in the record and by the route, and its record decides the same again', async () => {
    const gateway = open({ limit: 1 })
    await ask(gateway)
    await ask(gateway)
    const { records } = await gateway.observed()
    const [before, after] = records.map((record) => readRecord(JSON.parse(JSON.stringify(record))))
    expect([before?.budget, before?.plan]).toMatchObject([
      null,
      { steps: [{ tier: 'frontier' }], degraded: null },
    ])
    expect([after?.budget, after?.plan]).toMatchObject([
      [{ model: 'gpt-4o', left: 1 }],
      {
        steps: [{ tier: 'local' }],
        fallbacks: [{ tier: 'frontier' }],
        degraded: 'budget-spent',
        spent: true,
      },
    ])
    for (const record of [before, after]) {
      const { signals, wishes, field, traffic = null, budget = null } = record!
      expect(decide(signals!, wishes!, resolvePolicy(policy), field!, traffic, budget)).toEqual(record!.plan)
    }
    const route = await fetch(`${gateway.url}/v1/route`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(question),
    })
    expect(await route.json()).toMatchObject({ plan: after?.plan, budget: after?.budget })
  })

  it('has the store’s own answer where its caller asks for the frontier by name', async () => {
    const gateway = open({ limit: 1 })
    await ask(gateway)
    for (const model of ['frontier', 'frontier'])
      await expect(ask(gateway, { model })).rejects.toMatchObject({ status: 429, code: 'insufficient_quota' })
    expect(await outcomes(gateway)).toHaveLength(3)
  })

  it('is refused by the store each time where the policy says so', async () => {
    const gateway = open({ limit: 1, policy: { frontierFrom: 0 } })
    for (let i = 0; i < 2; i++)
      await expect(ask(gateway)).rejects.toMatchObject({ status: 429, code: 'insufficient_quota' })
    expect(await outcomes(gateway)).toHaveLength(2)
  })

  it('has a node that fails once asked again, as after a denial: nobody else is counted on', async () => {
    const gateway = open({ limit: 1 })
    await ask(gateway)
    node.says({ pieces: [], status: 503 }, { pieces: [nearText] })
    const { text, said } = await ask(gateway)
    expect([text, said('degraded')]).toEqual([nearText, 'budget-spent'])
    expect(await outcomes(gateway)).toHaveLength(1)
  })

  it('is told that its cap is spent where nothing near can answer', async () => {
    const gateway = open({ limit: 1 })
    await ask(gateway)
    node.says({ pieces: [], status: 500 })
    await expect(ask(gateway)).rejects.toMatchObject({ status: 429, code: 'insufficient_quota' })
  })

  it.each(['cascade', 'consistency'] as const)(
    'begins no %s: the near answer comes at once',
    async (strategy) => {
      const gateway = open({ limit: 1, policy: { ...policy, strategy } })
      const weak = { pieces: [nearText], logprob: -2, confidence: 0.1 }
      node.says(weak, { ...weak, pieces: ['Nobody knows.'] }, weak)
      expect((await ask(gateway)).said('degraded')).toBe('budget-spent')
      const askedBefore = node.asked.length
      const { said } = await ask(gateway)
      expect([said('tier'), said('strategy'), said('degraded')]).toEqual(['local', 'direct', 'budget-spent'])
      expect(node.asked.length - askedBefore).toBe(1)
      expect(node.asked.at(-1)).not.toHaveProperty('logprobs')
      expect(await outcomes(gateway)).toHaveLength(1)
      expect(frontier.requests).toHaveLength(0)
    },
  )
})
