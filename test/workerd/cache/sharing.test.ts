/** Requests that ask the same at the same time: one call for all of them, and no failure but one's own. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Frontier, startFrontier } from '../../doubles/frontier.ts'
import { ask, type CachingGateway, openGateway, places, question, saying, settled } from './gateway.ts'

let frontier: Frontier
beforeAll(async () => {
  frontier = await startFrontier()
})
beforeEach(() => frontier.always({}))
afterAll(() => frontier.close())

const asked = (): number => frontier.requests.length

describe.each(Object.keys(places))('requests at the same time on %s', (place) => {
  let gateway: CachingGateway
  beforeAll(async () => {
    gateway = await openGateway(place, frontier, {
      NEARSIDE_BUDGET_DAY_USD: '5',
      NEARSIDE_ON_STORE_ERROR: 'refuse',
    })
  })
  afterAll(() => gateway[Symbol.asyncDispose]())
  const acme = () => gateway.clientOf('acme')
  const slowly = { fault: 'slow-first-byte', delayMs: 400 } as const

  it('make one call where they ask the same, and only the first is charged', async () => {
    frontier.always({ ...slowly, ...saying('One for all.') })
    const before = asked()
    const told = await Promise.all(Array.from({ length: 30 }, () => ask(acme(), question('All at once?'))))
    expect(asked() - before).toBe(1)
    expect(new Set(told.map(({ text }) => text))).toEqual(new Set(['One for all.']))
    expect(told.filter(({ cache }) => cache === 'miss')).toHaveLength(1)
    expect(told.filter(({ cache }) => cache === 'hit')).toHaveLength(29)
    const costs = told.map(({ data }) => (data.nearside as { cost: string }).cost)
    expect(costs.filter((cost) => cost !== '0.00')).toHaveLength(1)
    // Each is a request of its own.
    expect(new Set(told.map(({ data }) => data.id)).size).toBe(30)
  })

  it('each make their own call where the first one fails', async () => {
    frontier.next({ fault: 'status', status: 400 })
    frontier.always({})
    const bodies = Array.from({ length: 4 }, () => ask(acme(), question('Who fails?')))
    const told = await Promise.allSettled(bodies)
    expect(told.filter(({ status }) => status === 'rejected').length).toBeLessThanOrEqual(1)
    expect(told.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThanOrEqual(3)
  })

  it('are served where the first one leaves', async () => {
    frontier.always(slowly)
    const body = question('Who leaves?')
    const leaving = new AbortController()
    const first = acme()
      .chat.completions.create(body, { signal: leaving.signal })
      .catch(() => 'left')
    await settled()
    const followers = Promise.all(Array.from({ length: 3 }, () => ask(acme(), body)))
    await settled()
    leaving.abort()
    expect(await first).toBe('left')
    for (const { text } of await followers) expect(text).not.toBe('')
  })

  it('share nothing between two tenants', async () => {
    frontier.always(slowly)
    const before = asked()
    const body = question('Whose is it?')
    await Promise.all([ask(acme(), body), ask(gateway.clientOf('other'), body)])
    expect(asked() - before).toBe(2)
  })

  it('wait for no answer that may not be kept', async () => {
    frontier.always({ ...slowly, answer: { finishReason: 'length' } })
    const before = asked()
    const told = await Promise.all(Array.from({ length: 3 }, () => ask(acme(), question('Cut short?'))))
    expect(asked() - before).toBe(3)
    expect(told.map(({ data }) => data.choices[0]?.finish_reason)).toEqual(['length', 'length', 'length'])
  })
})
