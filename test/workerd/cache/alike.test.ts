/** The semantic cache as the openai client sees it, beside the exact one. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Frontier, startFrontier } from '../../doubles/frontier.ts'
import { ask, type CachingGateway, openGateway, places, question, saying, stream } from './gateway.ts'

let frontier: Frontier
beforeAll(async () => {
  frontier = await startFrontier()
})
beforeEach(() => frontier.always({}))
afterAll(() => frontier.close())

describe.each(Object.keys(places))('the semantic cache on %s', (place) => {
  let gateway: CachingGateway
  beforeAll(async () => {
    gateway = await openGateway(place, frontier, { NEARSIDE_CACHE_ALIKE: 'true' })
  })
  afterAll(() => gateway[Symbol.asyncDispose]())
  const acme = () => gateway.clientOf('acme')

  it('gives a kept answer to the same question in other words, whole and as a stream, and says so', async () => {
    frontier.next(saying('In the settings.'))
    await ask(acme(), question('How do I export my notes to CSV?'))
    const before = frontier.requests.length
    const whole = await ask(acme(), question('How can my notes be exported to CSV?'))
    expect([whole.cache, whole.text]).toEqual(['hit', 'In the settings.'])
    expect(whole.headers.get('x-nearside-reason')).toBe('cached-alike')
    expect(Number(whole.headers.get('x-nearside-confidence'))).toBeLessThan(1)
    const streamed = await stream(acme(), question('What is the way to export my notes to CSV?'))
    expect([streamed.cache, streamed.text, streamed.finish]).toEqual(['hit', 'In the settings.', 'stop'])
    expect(frontier.requests.length - before).toBe(0)
  })

  it('TRUST 23: gives it to no other tenant and under no other system prompt', async () => {
    await ask(acme(), question('How do I sort a list in Ruby?'))
    const reworded = 'What is the way to sort a list in Ruby?'
    expect((await ask(gateway.clientOf('other'), question(reworded))).cache).toBe('miss')
    const system = { role: 'system' as const, content: 'Answer in verse.' }
    const messages = [system, { role: 'user' as const, content: reworded }]
    expect((await ask(acme(), question('', { messages }))).cache).toBe('miss')
    expect((await ask(acme(), question(reworded))).cache).toBe('hit')
  })

  it('asks anew what only looks the same', async () => {
    await ask(acme(), question('How long does shipping to Norway take?'))
    for (const twin of ['How long does shipping from Norway take?', 'How long does shipping to Sweden take?'])
      expect((await ask(acme(), question(twin))).cache).toBe('miss')
  })
})
