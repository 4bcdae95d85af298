/** The openai SDK at a gateway whose upstream behaves: whatever a program does with it, it does here. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Frontier, startFrontier } from '../../doubles/frontier.ts'
import { answerText, openaiOf, question, streamed, streamedText, wholeText } from '../place/asking.ts'
import { carriages, streams } from '../place/carriages.ts'
import { type Gateway, type Place, placeNames, startPlace } from '../place/places.ts'
import type { GatewaySettings } from '../place/settings.ts'

const tools = [
  { type: 'function' as const, function: { name: 'get_weather', parameters: { type: 'object' } } },
]

describe.each(placeNames)('the openai client in front of %s', (name) => {
  let place: Place
  let frontier: Frontier
  const open = (settings: Partial<GatewaySettings>): Gateway =>
    place.open({ frontier: [frontier], ...settings })

  beforeAll(async () => {
    place = await startPlace(name)
    frontier = await startFrontier()
  })
  beforeEach(() => frontier.always({}))
  afterAll(async () => {
    expect(await place.faults()).toEqual([])
    await place.close()
    await frontier.close()
  })

  it.each(carriages)('reads the answer: $name', async ({ settings, stream }) => {
    const gateway = open(settings)
    const text = await (stream ? streamedText(gateway) : wholeText(gateway))
    expect(text).toBe(settings.rewrite === 'upper' ? answerText.toUpperCase() : answerText)
  })

  it('reads text that was rewritten event by event', async () => {
    expect(await streamedText(open({ rewrite: 'upper' }))).toBe(answerText.toUpperCase())
  })

  it.each(streams)('follows a stream by its helper: $name', async ({ settings }) => {
    const helper = openaiOf(open(settings)).chat.completions.stream(streamed)
    const deltas: string[] = []
    helper.on('content', (delta) => void deltas.push(delta))
    const final = await helper.finalChatCompletion()
    expect(final.choices[0]?.message.content).toBe(answerText)
    expect(final.choices[0]?.finish_reason).toBe('stop')
    expect(deltas.join('')).toBe(answerText)
  })

  it.each(streams)('puts streamed tool calls together: $name', async ({ settings }) => {
    frontier.always({ fault: 'tool-calls' })
    const helper = openaiOf(open(settings)).chat.completions.stream({ ...streamed, tools })
    const { choices } = await helper.finalChatCompletion()
    const calls = choices[0]?.message.tool_calls ?? []
    expect(calls.map((call) => (call.type === 'function' ? call.function.arguments : call.type))).toEqual([
      '{"location":"Paris, France"}',
      '{"location":"Oslo"}',
    ])
    expect(choices[0]?.finish_reason).toBe('tool_calls')
  })

  it.each(streams)('gets the usage when it asks for it: $name', async ({ settings }) => {
    const stream = await openaiOf(open(settings)).chat.completions.create({
      ...streamed,
      stream_options: { include_usage: true },
    })
    const chunks = await Array.fromAsync(stream)
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { prompt_tokens: 19, completion_tokens: 8 } })
  })

  it.each(streams.filter((each) => each.name !== 'native'))(
    'gets no usage chunk when it does not ask for one, and the cost in the last chunk: $name',
    async ({ settings }) => {
      const chunks = await Array.fromAsync(await openaiOf(open(settings)).chat.completions.create(streamed))
      expect(chunks.every((chunk) => chunk.choices.length === 1)).toBe(true)
      expect(chunks.at(-1)).toMatchObject({ nearside: { tier: 'frontier', cost: '0.000051' } })
      expect(chunks.slice(0, -1).some((chunk) => 'nearside' in chunk)).toBe(false)
    },
  )

  it('reads several choices, whole and streamed', async () => {
    frontier.always({ fault: 'several-choices' })
    const openai = openaiOf(open({}))
    const answer = await openai.chat.completions.create({ ...question, n: 3 })
    expect(answer.choices.map((choice) => choice.message.content)).toEqual([
      answerText,
      answerText,
      answerText,
    ])
    const { choices } = await openai.chat.completions.stream({ ...streamed, n: 3 }).finalChatCompletion()
    expect(choices.map((choice) => choice.message.content)).toEqual([answerText, answerText, answerText])
  })

  it('leaves by its controller in the middle, and the upstream is told', async () => {
    frontier.always({ fault: 'endless-drip' })
    const asked = frontier.requests.length
    const stream = await openaiOf(open({})).chat.completions.create(streamed)
    let seen = 0
    for await (const _ of stream) if (++seen === 3) stream.controller.abort()
    const request = await frontier.request(asked)
    expect(await request.over).toBe('left')
  })

  it('does not ask again when the budget is spent, and the upstream is not asked at all', async () => {
    const asked = frontier.requests.length
    const gateway = open({ limit: 1 })
    const refused = openaiOf(gateway, { maxRetries: 3 }).chat.completions.create(question)
    await expect(refused).rejects.toMatchObject({ status: 429, code: 'insufficient_quota' })
    expect((await gateway.observed()).records).toHaveLength(1)
    expect(frontier.requests).toHaveLength(asked)
  })
})
