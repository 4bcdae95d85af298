import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Frontier, startFrontier } from '../../doubles/frontier.ts'
import { openaiOf } from '../place/asking.ts'
import { type Gateway, type Place, placeNames, startPlace } from '../place/places.ts'
import type { GatewaySettings } from '../place/settings.ts'
import { easy, hard, idsIn, runLoop } from './loops.ts'
import { calling, type Node, startNode } from './node.ts'

const sessionSecret = 'a secret of thirty-two characters or more'
const cities = ['Paris', 'Rome', 'Oslo']

/** One call after another, and then an answer. */
const nodeSays: Parameters<typeof startNode>[0] = (messages) => {
  const results = messages.filter(({ role }) => role === 'tool').length
  return results < cities.length ? calling(cities[results]!) : 'It rains everywhere.'
}
/** The same of the frontier double. */
const frontierSays = (body: unknown) => {
  const { messages } = body as { messages: readonly { role: string }[] }
  const results = messages.filter(({ role }) => role === 'tool').length
  const pieces = [`{"city":"${cities[results]}"}`]
  return results < 2
    ? { toolCalls: [{ id: `call_FarFarFarFarFarFarFarFa${results}`, name: 'get_weather', pieces }] }
    : { pieces: ['It', ' pours.'] }
}

describe.each(placeNames)('a loop of tools, in %s', (name) => {
  let place: Place
  let node: Node
  let frontier: Frontier
  beforeAll(async () => {
    place = await startPlace(name)
  })
  afterAll(() => place.close())
  beforeEach(async () => {
    node = await startNode(nodeSays)
    frontier = await startFrontier({ answering: frontierSays })
    return async () => {
      await Promise.all([node.close(), frontier.close()])
    }
  })
  const open = (more: Partial<GatewaySettings> = {}): Gateway =>
    place.open({ frontier: [frontier], local: [node], localZone: 'premises', sessionSecret, ...more })

  it.each([false, true])(
    'TRUST 27: stays with the local model that began it, over results that look hard (streamed: %s)',
    async (stream) => {
      const gateway = open()
      const loop = await runLoop(gateway, easy, stream)
      expect(loop.text).toBe('It rains everywhere.')
      expect(loop.cities).toEqual(cities)
      expect(loop.turns).toEqual([
        ['local', 'easy', null],
        ...cities.map(() => ['local', 'made-the-tool-call', null]),
      ])
      expect(frontier.requests).toHaveLength(0)
      const ids = idsIn(loop.messages)
      expect(new Set(ids).size).toBe(3)
      for (const id of ids) expect(id).toMatch(/^call_[0-9A-Za-z]{35}$/)
      // The node meets its own ids again, each call with its result.
      const known = node.seen.at(-1)!
      const called = known.flatMap(({ toolCalls = [] }) => toolCalls.map(({ id }) => id))
      for (const id of called) expect(id).toMatch(/^call_[0-9a-f]{24}$/)
      expect(known.flatMap(({ toolCallId = [] }) => toolCallId)).toEqual(called)
      const { records } = await gateway.observed()
      expect(records.map(({ wishes }) => wishes?.stay?.toolCalls ?? null)).toEqual([
        null,
        ...cities.map(() => ({ tier: 'local', model: 'gpt-4o' })),
      ])
    },
  )

  it('TRUST 27: of which a user makes a hard one in the middle goes on where it began', async () => {
    const gateway = open()
    const { messages } = await runLoop(gateway, easy, false)
    const inTheMiddle = [...messages.slice(0, 3), { role: 'user' as const, content: hard }]
    const { response } = await openaiOf(gateway)
      .chat.completions.create({ model: 'auto', messages: inTheMiddle })
      .withResponse()
    expect(response.headers.get('x-nearside-tier')).toBe('local')
    // Once it is answered, the whole conversation is as hard as that turn.
    const ended = [...messages, { role: 'user' as const, content: hard }]
    const { response: after } = await openaiOf(gateway)
      .chat.completions.create({ model: 'auto', messages: ended })
      .withResponse()
    expect(after.headers.get('x-nearside-reason')).toBe('hard')
  })

  it.each([false, true])(
    'TRUST 27: stays with the frontier that began it, whose ids nobody changes (streamed: %s)',
    async (stream) => {
      const gateway = open()
      const loop = await runLoop(gateway, hard, stream)
      expect(loop.text).toBe('It pours.')
      expect(loop.turns).toEqual([
        ['frontier', 'hard', null],
        ['frontier', 'made-the-tool-call', null],
        ['frontier', 'made-the-tool-call', null],
      ])
      expect(new Set(idsIn(loop.messages))).toEqual(
        new Set(['call_FarFarFarFarFarFarFarFa0', 'call_FarFarFarFarFarFarFarFa1']),
      )
      expect(node.seen).toHaveLength(0)
      // Its next turn looks easy, if only the newest turn is looked at.
      const easyTurn = [loop.messages[1]!, loop.messages[2]!]
      const { response } = await openaiOf(gateway)
        .chat.completions.create({ model: 'auto', messages: [{ role: 'user', content: easy }, ...easyTurn] })
        .withResponse()
      expect(response.headers.get('x-nearside-reason')).toBe('made-the-tool-call')
      expect(response.headers.get('x-nearside-tier')).toBe('frontier')
    },
  )

  it('of another tenant counts as the frontier’s, and its calls go there unread', async () => {
    const own = open()
    const { messages } = await runLoop(own, easy, false)
    const others = open()
    const { response } = await openaiOf(others)
      .chat.completions.create({ model: 'auto', messages: [...messages.slice(0, 3)] })
      .withResponse()
    expect(response.headers.get('x-nearside-tier')).toBe('frontier')
    expect(response.headers.get('x-nearside-reason')).toBe('made-the-tool-call')
    expect(idsIn((frontier.requests[0]!.json as { messages: typeof messages }).messages)).toEqual(
      idsIn(messages.slice(0, 3)),
    )
  })

  it('goes to the frontier, tags and all, where its node is gone', async () => {
    const gateway = open()
    const { messages } = await runLoop(gateway, easy, false)
    await node.close()
    const { data, response } = await openaiOf(gateway)
      .chat.completions.create({ model: 'auto', messages: [...messages.slice(0, 3)] })
      .withResponse()
    expect(data.choices).toHaveLength(1)
    expect(response.headers.get('x-nearside-degraded')).toBe('local-down')
    node = await startNode(nodeSays)
  })

  it('is taken through Responses in the same way', async () => {
    const gateway = open()
    const openai = openaiOf(gateway)
    const tool = {
      type: 'function' as const,
      name: 'get_weather',
      parameters: { type: 'object', properties: { city: { type: 'string' } } },
      strict: false,
    }
    const first = await openai.responses.create({ model: 'auto', input: easy, tools: [tool] })
    const call = first.output.find((item) => item.type === 'function_call')
    if (call?.type !== 'function_call') throw new Error('it called nothing')
    const { response } = await openai.responses
      .create({
        model: 'auto',
        tools: [tool],
        input: [
          { role: 'user', content: hard },
          { type: 'function_call', call_id: call.call_id, name: call.name, arguments: call.arguments },
          { type: 'function_call_output', call_id: call.call_id, output: 'rain' },
        ],
      })
      .withResponse()
    expect(response.headers.get('x-nearside-tier')).toBe('local')
    expect(response.headers.get('x-nearside-reason')).toBe('made-the-tool-call')
    expect(response.headers.get('x-nearside-session')).not.toBeNull()
  })

  it('without a secret has the ids of its node, and is decided turn by turn', async () => {
    const { sessionSecret: _, ...plain } = {
      frontier: [frontier],
      local: [node],
      localZone: 'premises' as const,
      sessionSecret,
    }
    const loop = await runLoop(place.open(plain), easy, true)
    expect(loop.turns.every(([tier, reason]) => tier === 'local' && reason === 'easy')).toBe(true)
    for (const id of idsIn(loop.messages)) expect(id).toMatch(/^call_[0-9a-f]{24}$/)
  })
})
