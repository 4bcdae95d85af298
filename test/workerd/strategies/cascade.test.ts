import type { GivenPolicy } from '@nearside/core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Frontier, startFrontier } from '../../doubles/frontier.ts'
import { answerText, askRaw, openaiOf, question, streamed } from '../place/asking.ts'
import { type Gateway, type Place, placeNames, startPlace } from '../place/places.ts'
import type { GatewaySettings } from '../place/settings.ts'
import { type NearNode, startNearNode } from './near-node.ts'

const policy: GivenPolicy = { strategy: 'cascade', cascade: { bar: 0.7, holdTokens: 4, holdMs: 8_000 } }
const nearText = 'Euclid proved it: multiply all of them, and add one.'
const near = { pieces: nearText.split(/(?<= )/), confidence: 0.9, joules: 2.5, logprob: -0.05 }
const weak = { ...near, confidence: 0.2, logprob: -2 }

describe.each(placeNames)('a cascade, in %s', (name) => {
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

  const open = (more: Partial<GatewaySettings> = {}): Gateway =>
    place.open({ frontier: [frontier], local: [node], localZone: 'premises', policy, ...more })

  async function ask(gateway: Gateway, more: object = {}, headers: Record<string, string> = {}) {
    const { data, response } = await openaiOf(gateway)
      .chat.completions.create({ ...question, ...more }, { headers })
      .withResponse()
    const body = data as typeof data & { nearside: { steps?: readonly Record<string, unknown>[] } }
    const said = (word: string) => response.headers.get(`x-nearside-${word}`)
    return { body, text: body.choices[0]?.message.content, said }
  }

  async function stream(gateway: Gateway, more: object = {}) {
    const { data, response } = await openaiOf(gateway)
      .chat.completions.create({ ...streamed, ...more })
      .withResponse()
    let text = ''
    const chunks: Record<string, unknown>[] = []
    for await (const chunk of data) {
      chunks.push(chunk as unknown as Record<string, unknown>)
      text += chunk.choices[0]?.delta.content ?? ''
    }
    return { text, chunks, said: (word: string) => response.headers.get(`x-nearside-${word}`) }
  }

  describe('of whole answers', () => {
    it('serves a near answer that is sure, says how sure, and asks nobody else', async () => {
      node.says(near)
      const gateway = open()
      const { text, said, body } = await ask(gateway)
      expect(text).toBe(nearText)
      expect([said('tier'), said('strategy'), said('reason'), said('confidence')]).toEqual([
        'local',
        'cascade',
        'near-passed',
        '0.9',
      ])
      expect(said('degraded')).toBeNull()
      expect(frontier.requests).toHaveLength(0)
      // The probabilities were asked for by the gateway alone.
      expect(node.asked[0]?.logprobs).toBe(true)
      expect(body.choices[0]?.logprobs).toBeNull()
      const { records, calls } = await gateway.observed()
      expect(calls).toEqual([])
      expect(records[0]?.judged).toMatchObject([
        { target: 'local-1', outcome: 'served', confidence: 0.9, joules: 2.5 },
      ])
    })

    it('asks the frontier where it is not, and tells what the near one said of itself and took', async () => {
      node.says(weak)
      const gateway = open()
      const { text, said, body } = await ask(gateway)
      expect(text).toBe(answerText)
      expect([said('tier'), said('reason'), said('degraded')]).toEqual(['frontier', 'escalated', null])
      expect(body.nearside.steps).toMatchObject([
        { tier: 'local', outcome: 'unsure', confidence: 0.2, joules: 2.5 },
        { tier: 'frontier', outcome: 'served' },
      ])
      const { records, calls, balance } = await gateway.observed()
      expect(records).toHaveLength(1)
      expect(records[0]).toMatchObject({ outcome: 'answered', served: { tier: 'frontier', attempts: 2 } })
      expect(calls.map(({ verb }) => verb)).toEqual(['reserve', 'settle'])
      expect(balance?.charges).toBe(1)
      // Nothing of the weak answer travels on.
      expect(frontier.requests[0]?.body).not.toContain('Euclid')
      expect(frontier.requests[0]?.body).not.toContain('logprobs')
    })

    it('goes by the tokens of a node that says nothing of its answer', async () => {
      const { confidence: _, ...untold } = near
      node.says(untold)
      expect((await ask(open())).said('tier')).toBe('local')
      node.says({ ...untold, logprob: -1 })
      expect((await ask(open())).said('tier')).toBe('frontier')
    })

    it('does what the policy says where nothing tells', async () => {
      node.says({ pieces: [nearText] })
      expect((await ask(open())).said('tier')).toBe('frontier')
      const accepting = { strategy: 'cascade', cascade: { whenUntold: 'accept' } } as const
      expect((await ask(open({ policy: accepting }))).said('tier')).toBe('local')
    })

    const faulty: readonly [string, object, object][] = [
      ['refused', { pieces: ["I'm sorry, but I can't help with that."] }, {}],
      ['refused', { pieces: ['Es tut mir leid, dabei kann ich nicht helfen.'] }, {}],
      ['truncated', { pieces: ['So it goes'], finish: 'length' }, {}],
      ['not-json', { pieces: ['{"city": "Par'] }, { response_format: { type: 'json_object' } }],
      ['empty', { pieces: [''] }, {}],
      ['repeats', { pieces: ['and then he went home, '.repeat(30)] }, {}],
    ]
    it.each(faulty)(
      'does not serve what is plainly wrong, however sure the node is: %s',
      async (fault, said, more) => {
        node.says({ ...near, ...said, confidence: 0.99 })
        const { body, text } = await ask(open(), more)
        expect(text).toBe(answerText)
        expect(body.nearside.steps?.[0]).toMatchObject({ outcome: 'unsure', faults: [fault] })
      },
    )

    it('keeps the probabilities for a caller who asked for them', async () => {
      node.says(near)
      const { body } = await ask(open(), { logprobs: true })
      expect(body.choices[0]?.logprobs?.content?.[0]?.logprob).toBe(-0.05)
    })
  })

  describe('of streams', () => {
    it('lets a stream go on once its first words are sure, each word once', async () => {
      node.says({ ...near, betweenMs: 5 })
      const gateway = open()
      const { text, said, chunks } = await stream(gateway)
      expect(text).toBe(nearText)
      expect([said('tier'), said('strategy'), said('reason')]).toEqual(['local', 'cascade', 'near-passed'])
      expect(Number(said('confidence'))).toBeCloseTo(Math.exp(-0.05), 2)
      expect(JSON.stringify(chunks)).not.toContain('"logprob"')
      expect(frontier.requests).toHaveLength(0)
    })

    it('shows nothing of a stream that begins unsure, and tells its node to stop', async () => {
      node.says({ ...weak, betweenMs: 5, hangs: true })
      const gateway = open()
      const { text, said } = await stream(gateway)
      expect(text).toBe(answerText)
      expect([said('tier'), said('reason'), said('degraded')]).toEqual(['frontier', 'escalated', null])
      await expect.poll(node.left).toBe(1)
      const { records, calls } = await gateway.observed()
      expect(records).toHaveLength(1)
      expect(calls.map(({ verb }) => verb)).toEqual(['reserve', 'settle'])
    })

    it('shows nothing of a stream that begins to refuse', async () => {
      node.says({ ...near, pieces: ['Sorry, ', 'but I ', 'cannot help ', 'with that.'] })
      expect((await stream(open())).text).toBe(answerText)
    })

    it('holds a slow stream back for so long and no longer', async () => {
      node.says({ ...near, betweenMs: 150 })
      const slow = { ...policy, cascade: { ...policy.cascade, holdTokens: 200, holdMs: 200 } }
      const { text, said } = await stream(open({ policy: slow }))
      expect([text, said('tier')]).toEqual([nearText, 'local'])
      expect(Number(said('confidence'))).toBeCloseTo(Math.exp(-0.05), 2)
    })

    it('judges a stream as a whole answer where it is over while it is held', async () => {
      node.says({ ...near, pieces: ['Yes.'], confidence: 0.3 })
      const { text, said } = await stream(open())
      expect([text, said('tier')]).toEqual([answerText, 'frontier'])
    })

    it('never changes over once a word was let go', async () => {
      node.says({ ...near, pieces: ['One ', 'two ', 'three ', 'four ', 'five '], hangs: true })
      const gateway = open({ deadlines: { idleMs: 1_500 } })
      await expect(stream(gateway)).rejects.toThrow()
      expect(frontier.requests).toHaveLength(0)
      expect((await gateway.observed()).records[0]).toMatchObject({
        outcome: 'cut',
        served: { tier: 'local' },
      })
    })

    it('ends with its client: a hang-up while it is held stops the node, and nobody else is asked', async () => {
      node.says({ ...near, pieces: ['One '], hangs: true })
      const patient = { ...policy, cascade: { ...policy.cascade, holdTokens: 200, holdMs: 10_000 } }
      const gateway = open({ policy: patient })
      const connection = await askRaw(gateway, streamed)
      await expect.poll(() => node.asked.length).toBe(1)
      connection.hangUp()
      await expect.poll(node.left).toBe(1)
      // workerd ends a request whose client has left before its answer began, and nothing runs on.
      if (name === 'node') {
        await expect.poll(async () => (await gateway.observed()).records.length).toBe(1)
        expect((await gateway.observed()).records[0]).toMatchObject({ error: 'client-gone' })
      }
      expect(frontier.requests).toHaveLength(0)
    })
  })

  describe('that cannot escalate', () => {
    it('serves the near answer where the frontier is down, and says what it is', async () => {
      node.says(weak)
      frontier.always({ fault: 'status', status: 503 })
      const { text, said, body } = await ask(open())
      expect(text).toBe(nearText)
      expect([said('tier'), said('degraded'), said('confidence')]).toEqual(['local', 'frontier-down', '0.2'])
      expect(body.nearside.steps).toMatchObject([
        { outcome: 'failed' },
        { outcome: 'served', confidence: 0.2 },
      ])
    })

    it('lets the stream that it held go on where the frontier is down', async () => {
      node.says(weak)
      frontier.always({ fault: 'status', status: 503 })
      const { text, said } = await stream(open())
      expect([text, said('degraded')]).toEqual([nearText, 'frontier-down'])
    })

    it('keeps what it held for as long as the frontier says nothing, and lets it go on then', async () => {
      node.says(weak)
      frontier.always({ fault: 'hang-before-headers' })
      const { text, said } = await stream(open({ deadlines: { firstTokenMs: 2_500, idleMs: 1_500 } }))
      expect([text, said('tier'), said('degraded')]).toEqual([nearText, 'local', 'frontier-down'])
    })

    it('asks no frontier, and charges nothing, when the node has used up all the time', async () => {
      node.says({ ...near, hangs: true })
      const gateway = open({ deadlines: { totalMs: 500 } })
      await expect(ask(gateway)).rejects.toMatchObject({ status: 503, code: 'no_tier_left' })
      expect(frontier.requests).toHaveLength(0)
      expect((await gateway.observed()).calls).toEqual([])
    })

    it('answers 503 and when to ask again where both are down', async () => {
      node.says({ pieces: [], status: 500 })
      frontier.always({ fault: 'status', status: 500 })
      const failed = await ask(open()).catch((error: unknown) => error)
      expect(failed).toMatchObject({ status: 503, code: 'no_tier_left' })
      expect((failed as { headers: Headers }).headers.get('retry-after')).toBe('1')
    })

    it('serves the near answer where the budget is spent, and charges nothing', async () => {
      node.says(weak)
      const gateway = open({ limit: 1 })
      const { text, said } = await ask(gateway)
      expect([text, said('degraded')]).toEqual([nearText, 'budget-spent'])
      const { balance, records } = await gateway.observed()
      expect(balance?.settled).toBe(0)
      expect(records[0]?.judged).toMatchObject([{ outcome: 'denied' }, { outcome: 'served' }])
      expect(frontier.requests).toHaveLength(0)
    })

    it('answers with the fault where the near answer is below the floor that was asked for', async () => {
      node.says(weak)
      frontier.always({ fault: 'status', status: 503 })
      await expect(ask(open(), {}, { 'x-nearside-quality': '0.25' })).rejects.toMatchObject({ status: 502 })
    })

    it('asks the frontier where the node is down, as any plan does', async () => {
      node.says({ pieces: [], status: 500 })
      const { text, said } = await ask(open())
      expect([text, said('tier')]).toEqual([answerText, 'frontier'])
    })
  })

  describe('in a hurry', () => {
    it('gives the node no more time than leaves the frontier its own', async () => {
      node.says({ ...near, firstMs: 60_000 })
      const gateway = open()
      const begun = Date.now()
      const { text, body } = await ask(gateway, {}, { 'x-nearside-latency-ms': '4000' })
      expect(text).toBe(answerText)
      // Whoever waited for the node would be here longer.
      expect(Date.now() - begun).toBeLessThan(50_000)
      expect(body.nearside.steps?.[0]).toMatchObject({ outcome: 'too-slow' })
      await expect.poll(node.left).toBe(1)
    })

    it('is not begun where the one after the other would take too long', async () => {
      node.says({ ...near, firstMs: 300 })
      const gateway = open()
      await ask(gateway)
      const { said } = await ask(gateway, {}, { 'x-nearside-latency-ms': '200' })
      expect([said('strategy'), said('tier'), said('reason')]).toEqual([
        'direct',
        'frontier',
        'no-time-to-escalate',
      ])
      expect(node.asked).toHaveLength(1)
    })
  })

  it('TRUST 25: a weak answer to a text that may not leave is served as it is, and the frontier never sees it', async () => {
    for (const level of ['never-leave', 'sensitive']) {
      node.says(weak)
      const { text, said } = await ask(open(), {}, { 'x-nearside-privacy': level })
      expect([text, said('tier'), said('strategy')]).toEqual([nearText, 'local', 'direct'])
    }
    expect(frontier.requests).toHaveLength(0)
  })

  it('leaves no rejection that nobody saw', async () => {
    // workerd prints each stream that was broken off.
    expect((await place.faults()).filter((fault) => fault.startsWith('unhandled'))).toEqual([])
  })
})

it('a strategy that was not handed in is refused where a caller names it', async () => {
  const place = await startPlace('node')
  const frontier = await startFrontier()
  const gateway = place.open({ frontier: [frontier] })
  const asked = openaiOf(gateway).chat.completions.create(question, {
    headers: { 'x-nearside-strategy': 'cascade' },
  })
  await expect(asked).rejects.toMatchObject({ status: 400, param: 'x-nearside-strategy' })
  await Promise.all([place.close(), frontier.close()])
})
