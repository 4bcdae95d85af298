import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Frontier, startFrontier } from '../../doubles/frontier.ts'
import { answerText, openaiOf, question, streamed } from '../place/asking.ts'
import { type Gateway, type Place, placeNames, startPlace } from '../place/places.ts'
import type { GatewaySettings } from '../place/settings.ts'
import { type NearNode, startNearNode } from './near-node.ts'

describe.each(placeNames)('labels of the traffic, in %s', (name) => {
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
    place.open({ frontier: [frontier], local: [node], localZone: 'premises', labels: true, ...more })
  const labelsOf = async (gateway: Gateway) => (await gateway.observed()).labels

  async function stream(gateway: Gateway, model: string): Promise<string> {
    let text = ''
    const chunks = await openaiOf(gateway).chat.completions.create({ ...streamed, model })
    for await (const chunk of chunks) text += chunk.choices[0]?.delta.content ?? ''
    return text
  }

  it('compare a near answer with a second sample of its own, behind a caller who waits for nothing', async () => {
    node.says({ pieces: ['42'] }, { pieces: ['17'], firstMs: 200 })
    const gateway = open()
    const { data, response } = await openaiOf(gateway)
      .chat.completions.create({ ...question, model: 'local' })
      .withResponse()
    expect(data.choices[0]?.message.content).toBe('42')
    expect(response.headers.get('x-nearside-strategy')).toBe('direct')
    await expect
      .poll(() => labelsOf(gateway))
      .toEqual([{ task: null, tier: 'local', agreed: false, score: 0 }])
    expect(node.asked[1]).toMatchObject({ temperature: 0.7 })
    expect((await gateway.observed()).records).toHaveLength(1)
  })

  it('compare the frontier’s answer with what the near model would have said, whole and as a stream', async () => {
    node.says({ pieces: [answerText] })
    const gateway = open()
    await openaiOf(gateway).chat.completions.create(question)
    await expect.poll(async () => (await labelsOf(gateway)).length).toBe(1)
    expect(await stream(gateway, 'auto')).toBe(answerText)
    const label = { task: null, tier: 'frontier', agreed: true, score: 1 }
    await expect.poll(() => labelsOf(gateway)).toEqual([label, label])
    // Each was asked of the frontier once, and the near model's costs nothing.
    expect(frontier.requests).toHaveLength(2)
    await expect.poll(async () => (await gateway.observed()).balance?.charges).toBe(2)
  })

  it('are of a share only, and never of a caller’s answer that broke off', async () => {
    node.says({ pieces: ['42'] })
    const none = open({ random: 0.6 })
    await openaiOf(none).chat.completions.create(question)
    frontier.next({ fault: 'cut', afterChunks: 2 })
    const broken = open()
    await expect(stream(broken, 'auto')).rejects.toThrow()
    expect(node.asked).toHaveLength(0)
    expect([await labelsOf(none), await labelsOf(broken)]).toEqual([[], []])
  })

  it('give up a node that takes too long', async () => {
    node.says({ pieces: ['42'], firstMs: 20_000 })
    const gateway = open()
    await openaiOf(gateway).chat.completions.create(question)
    await expect.poll(node.left, { timeout: 60_000 }).toBe(1)
    expect(await labelsOf(gateway)).toEqual([])
  })

  it('TRUST 25: ask nobody off the premises about a text that may not leave', async () => {
    node.says({ pieces: ['42'] })
    const gateway = open()
    const headers = { 'x-nearside-privacy': 'never-leave' }
    await openaiOf(gateway).chat.completions.create(question, { headers })
    await expect.poll(async () => (await labelsOf(gateway)).length).toBe(1)
    expect(frontier.requests).toHaveLength(0)
  })

  it('leave no rejection that nobody saw', async () => {
    expect((await place.faults()).filter((fault) => fault.startsWith('unhandled'))).toEqual([])
  })
})
