import type { GivenPolicy } from '@nearside/core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Frontier, startFrontier } from '../../doubles/frontier.ts'
import { answerText, askRaw, openaiOf, question, streamed } from '../place/asking.ts'
import { type Gateway, type Place, placeNames, startPlace } from '../place/places.ts'
import type { GatewaySettings } from '../place/settings.ts'
import { type NearNode, startNearNode } from './near-node.ts'

const samples: GivenPolicy = { strategy: 'consistency' }
const sideBySide: GivenPolicy = { strategy: 'consistency', consistency: { way: 'side-by-side' } }
const fortyTwo = { pieces: ['The answer', ' is 42.'], confidence: 0.6 }
const other = { pieces: ['The answer', ' is 17.'], confidence: 0.6 }

describe.each(placeNames)('two answers, in %s', (name) => {
  let place: Place
  let node: NearNode
  let frontier: Frontier
  beforeAll(async () => {
    place = await startPlace(name)
  })
  afterAll(() => place.close())
  beforeEach(async () => {
    node = await startNearNode()
    frontier = await startFrontier()
    return async () => {
      await Promise.all([node.close(), frontier.close()])
    }
  })

  const open = (policy: GivenPolicy, more: Partial<GatewaySettings> = {}): Gateway =>
    place.open({ frontier: [frontier], local: [node], localZone: 'premises', policy, ...more })

  async function ask(gateway: Gateway, headers: Record<string, string> = {}) {
    const { data, response } = await openaiOf(gateway)
      .chat.completions.create(question, { headers })
      .withResponse()
    const said = (word: string) => response.headers.get(`x-nearside-${word}`)
    const { steps } = (data as unknown as { nearside: { steps?: readonly object[] } }).nearside
    return { text: data.choices[0]?.message.content, said, steps }
  }

  describe('that are both of the near model', () => {
    it('let the near answer stand where they agree, and ask nobody else', async () => {
      node.says(fortyTwo, { pieces: ['#### 42'] })
      const gateway = open(samples)
      const { text, said, steps } = await ask(gateway)
      expect(text).toBe('The answer is 42.')
      expect([said('strategy'), said('tier'), said('reason')]).toEqual(['consistency', 'local', 'agreed'])
      expect(steps).toMatchObject([{ outcome: 'served' }, { outcome: 'agreed', agreement: 1 }])
      expect(node.asked.map(({ temperature }) => temperature ?? null).sort()).toEqual([0.7, null])
      expect(node.asked.filter(({ seed }) => seed !== undefined)).toHaveLength(1)
      expect(frontier.requests).toHaveLength(0)
      expect((await gateway.observed()).calls).toEqual([])
    })

    it('ask the frontier where they differ, and charge it once', async () => {
      node.says(fortyTwo, other)
      const gateway = open(samples)
      const { text, said, steps } = await ask(gateway)
      expect([text, said('tier'), said('reason'), said('degraded')]).toEqual([
        answerText,
        'frontier',
        'disagreed',
        null,
      ])
      expect(steps).toMatchObject([{ outcome: 'differed' }, { outcome: 'differed' }, { outcome: 'served' }])
      const { calls, records } = await gateway.observed()
      expect(calls.map(({ verb }) => verb)).toEqual(['reserve', 'settle'])
      expect(records[0]?.served?.attempts).toBe(3)
    })

    it('never let a refusal stand, however often it is given', async () => {
      node.says({ pieces: ["I'm sorry, but I can't help with that."] })
      expect((await ask(open(samples))).text).toBe(answerText)
    })

    it('leave the near answer where they differ and the frontier is down, and say so', async () => {
      node.says(fortyTwo, other)
      frontier.always({ fault: 'status', status: 503 })
      const { said } = await ask(open(samples))
      expect([said('tier'), said('degraded')]).toEqual(['local', 'frontier-down'])
    })

    it('are told as a stream to a caller who wants one', async () => {
      node.says(fortyTwo)
      const { data, response } = await openaiOf(open(samples))
        .chat.completions.create(streamed)
        .withResponse()
      let text = ''
      let finish: string | null = null
      for await (const chunk of data) {
        text += chunk.choices[0]?.delta.content ?? ''
        finish = chunk.choices[0]?.finish_reason ?? finish
      }
      expect([text, finish, response.headers.get('x-nearside-reason')]).toEqual([
        'The answer is 42.',
        'stop',
        'agreed',
      ])
      expect(node.asked.every(({ stream }) => stream === undefined)).toBe(true)
    })

    it('end with their client', async () => {
      node.says({ ...fortyTwo, firstMs: 30_000 })
      const connection = await askRaw(open(samples), question)
      await expect.poll(() => node.asked.length).toBe(2)
      connection.hangUp()
      await expect.poll(node.left).toBe(2)
      expect(frontier.requests).toHaveLength(0)
    })
  })

  describe('of which one is the frontier’s', () => {
    it('are asked at once, and the near one stands where they agree', async () => {
      node.says({ pieces: [answerText.toLowerCase()], confidence: 0.8 })
      const gateway = open(sideBySide)
      const { text, said } = await ask(gateway)
      expect([text, said('tier'), said('reason')]).toEqual([answerText.toLowerCase(), 'local', 'agreed'])
      // It was used, so that it is paid for.
      const { calls, balance } = await gateway.observed()
      expect(calls.map(({ verb }) => verb)).toEqual(['reserve', 'settle'])
      expect(balance?.settled).toBeGreaterThan(0)
    })

    it('give the frontier’s where they differ, asked once', async () => {
      node.says(fortyTwo)
      const gateway = open(sideBySide)
      const { text, said, steps } = await ask(gateway)
      expect([text, said('tier'), said('reason')]).toEqual([answerText, 'frontier', 'disagreed'])
      expect(steps).toMatchObject([
        { tier: 'local', outcome: 'differed' },
        { tier: 'frontier', outcome: 'served' },
      ])
      expect(frontier.requests).toHaveLength(1)
      expect((await gateway.observed()).balance?.charges).toBe(1)
    })

    it('give the near one where the cap is spent, and say so', async () => {
      node.says(fortyTwo)
      const { text, said } = await ask(open(sideBySide, { limit: 1 }))
      expect([text, said('degraded')]).toEqual(['The answer is 42.', 'budget-spent'])
      expect(frontier.requests).toHaveLength(0)
    })

    it('give the frontier’s where the node is down', async () => {
      node.says({ pieces: [], status: 500 })
      const { text, said } = await ask(open(sideBySide))
      expect([text, said('tier')]).toEqual([answerText, 'frontier'])
      expect(frontier.requests).toHaveLength(1)
    })

    it('are a fault where neither comes, each asked in its turn alone', async () => {
      node.says({ pieces: [], status: 500 })
      frontier.always({ fault: 'status', status: 503 })
      const gateway = open(sideBySide)
      await expect(ask(gateway)).rejects.toMatchObject({ status: 503 })
      const { calls, balance } = await gateway.observed()
      expect(balance?.reserved).toBe(0)
      expect(calls.filter(({ outcome }) => outcome === 'conflict' || outcome === 'repeated')).toEqual([])
    })
  })

  it('TRUST 25: are both made on the premises, or not at all, for a text that may not leave', async () => {
    for (const policy of [samples, sideBySide]) {
      node.says(fortyTwo, other)
      const { said } = await ask(open(policy), { 'x-nearside-privacy': 'never-leave' })
      expect([said('tier'), said('strategy')]).toEqual(['local', 'direct'])
    }
    expect(frontier.requests).toHaveLength(0)
  })

  it('leave no rejection that nobody saw', async () => {
    expect((await place.faults()).filter((fault) => fault.startsWith('unhandled'))).toEqual([])
  })
})
