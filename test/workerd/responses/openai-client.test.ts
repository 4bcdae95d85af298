/** The openai SDK's Responses API at a gateway whose upstream speaks chat alone. */
import OpenAI, { APIError } from 'openai'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Frontier, startFrontier } from '../../doubles/frontier.ts'
import { answerText, openaiOf } from '../place/asking.ts'
import { carriages, streams } from '../place/carriages.ts'
import { usualCost } from '../place/events.ts'
import { type Gateway, type Place, placeNames, startPlace } from '../place/places.ts'
import type { GatewaySettings } from '../place/settings.ts'

const input = 'Prove that there is no largest prime.'
const asking = { model: 'auto', input, max_output_tokens: 100 }
const tools = [
  { type: 'function' as const, name: 'get_weather', parameters: { type: 'object' }, strict: false },
]

/** The SDK's type has no word for it; the wire has. */
const isKept = (response: object): unknown => (response as { readonly store?: unknown }).store

const isCall = (
  item: OpenAI.Responses.ResponseOutputItem,
): item is OpenAI.Responses.ResponseFunctionToolCall => item.type === 'function_call'

type Sent = { readonly messages: readonly unknown[]; readonly [field: string]: unknown }

describe.each(placeNames)('the openai client asking for responses of %s', (name) => {
  let place: Place
  let frontier: Frontier
  const open = (settings: Partial<GatewaySettings> = {}): Gateway =>
    place.open({ frontier: [frontier], ...settings })
  const openai = (settings: Partial<GatewaySettings> = {}): OpenAI => openaiOf(open(settings))
  const sent = (): Sent => frontier.requests.at(-1)?.json as Sent

  beforeAll(async () => {
    place = await startPlace(name)
    frontier = await startFrontier()
  })
  beforeEach(() => frontier.always({}))
  afterAll(async () => {
    expect((await place.faults()).filter((fault) => fault.startsWith('unhandled'))).toEqual([])
    await place.close()
    await frontier.close()
  })

  it.each(carriages.filter(({ stream }) => !stream))('creates one: $name', async ({ settings }) => {
    const response = await openai(settings).responses.create(asking)
    expect(response.output_text).toBe(settings.rewrite ? answerText.toUpperCase() : answerText)
    expect(response).toMatchObject({
      id: expect.stringMatching(/^resp_ns_[0-9a-f]{32}$/),
      object: 'response',
      status: 'completed',
      error: null,
      incomplete_details: null,
      max_output_tokens: 100,
      store: false,
      previous_response_id: null,
      usage: { input_tokens: 19, output_tokens: 8, total_tokens: 27 },
      nearside: { tier: 'frontier', cost: '0.000051' },
    })
    expect(sent()).toMatchObject({ messages: [{ role: 'user', content: input }], max_completion_tokens: 100 })
  })

  it.each(streams)('is told its events in their order: $name', async ({ settings }) => {
    const events = await Array.fromAsync(await openai(settings).responses.create({ ...asking, stream: true }))
    expect(events.map(({ sequence_number }) => sequence_number)).toEqual(events.map((_, index) => index))
    const types = events.map(({ type }) => type)
    expect(types.filter((type, index) => type !== types[index - 1])).toEqual([
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.content_part.added',
      'response.output_text.delta',
      'response.output_text.done',
      'response.content_part.done',
      'response.output_item.done',
      'response.completed',
    ])
    const last = events.at(-1)
    expect(last).toMatchObject({
      response: { status: 'completed', usage: { input_tokens: 19, output_tokens: 8 } },
    })
    const believed = settings.onHangUp === 'finish' ? {} : { nearside: { tier: 'frontier' } }
    expect(last).toMatchObject({ response: believed })
  })

  it.each(streams)('follows one by its helper: $name', async ({ settings }) => {
    const stream = openai(settings).responses.stream(asking)
    const deltas: string[] = []
    stream.on('response.output_text.delta', ({ delta }) => void deltas.push(delta))
    const final = await stream.finalResponse()
    expect([final.output_text, deltas.join('')]).toEqual([answerText, answerText])
  })

  it('parses an answer that keeps to a schema', async () => {
    frontier.always({ answer: { pieces: ['{"capital":', '"Paris"}'] } })
    const format = {
      type: 'json_schema' as const,
      name: 'capital',
      strict: true,
      schema: { type: 'object', properties: { capital: { type: 'string' } } },
    }
    const response = await openai().responses.parse({ ...asking, text: { format } })
    expect(JSON.parse(response.output_text)).toEqual({ capital: 'Paris' })
    const { type, ...json_schema } = format
    expect(sent()).toMatchObject({ response_format: { type, json_schema } })
    expect(response.text?.format).toEqual(format)
  })

  it('gets parallel tool calls, and what they found goes back as messages', async () => {
    const client = openai()
    for (const streamed of [false, true]) {
      frontier.always({ fault: 'tool-calls' })
      const first = streamed
        ? await client.responses.stream({ ...asking, tools }).finalResponse()
        : await client.responses.create({ ...asking, tools })
      const calls = (first.output as OpenAI.Responses.ResponseOutputItem[]).filter(isCall)
      expect(calls.map((call) => [call.name, call.arguments, call.status])).toEqual([
        ['get_weather', '{"location":"Paris, France"}', 'completed'],
        ['get_weather', '{"location":"Oslo"}', 'completed'],
      ])
      const { type, ...declared } = tools[0]!
      expect(sent().tools).toEqual([{ type, function: declared }])

      frontier.always({})
      const outputs = calls.map(({ call_id }) => ({
        type: 'function_call_output' as const,
        call_id,
        output: 'mild',
      }))
      const said = first.output as OpenAI.Responses.ResponseInput
      const second = await client.responses.create({
        ...asking,
        tools,
        input: [{ role: 'user', content: input }, ...said, ...outputs],
      })
      expect(second.output_text).toBe(answerText)
      expect(sent().messages).toEqual([
        { role: 'user', content: input },
        {
          role: 'assistant',
          content: null,
          tool_calls: calls.map((call) => ({
            id: call.call_id,
            type: 'function',
            function: { name: call.name, arguments: call.arguments },
          })),
        },
        ...calls.map((call) => ({ role: 'tool', tool_call_id: call.call_id, content: 'mild' })),
      ])
    }
  })

  it('tells each call’s arguments by events of its own', async () => {
    frontier.always({ fault: 'tool-calls' })
    const stream = openai().responses.stream({ ...asking, tools })
    const done: string[] = []
    stream.on('response.function_call_arguments.done', (event) => void done.push(event.arguments))
    await stream.finalResponse()
    expect(done).toEqual(['{"location":"Paris, France"}', '{"location":"Oslo"}'])
  })

  it('sends instructions and images on', async () => {
    await openai().responses.create({
      ...asking,
      instructions: 'Be brief.',
      input: [
        {
          role: 'user',
          content: [
            { type: 'input_text', text: 'What is this?' },
            { type: 'input_image', image_url: 'data:image/png;base64,AAAA', detail: 'low' },
          ],
        },
      ],
    })
    expect(sent().messages).toEqual([
      { role: 'system', content: 'Be brief.' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is this?' },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA', detail: 'low' } },
        ],
      },
    ])
  })

  it('says that an answer which met its limit is incomplete', async () => {
    frontier.always({ answer: { finishReason: 'length' } })
    const incomplete = { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } }
    expect(await openai().responses.create(asking)).toMatchObject(incomplete)
    const events = await Array.fromAsync(await openai().responses.create({ ...asking, stream: true }))
    expect(events.at(-1)).toMatchObject({ type: 'response.incomplete', response: incomplete })
  })

  it.each(streams)('TRUST 12: never takes a cut for an end: $name', async ({ settings }) => {
    for (const fault of ['cut', 'reset', 'end-without-done'] as const) {
      frontier.always({ fault, afterChunks: 3 })
      const events: { readonly type: string }[] = []
      const reading = (async () => {
        const stream = await openai(settings).responses.create({ ...asking, stream: true })
        for await (const event of stream) events.push(event)
      })()
      await expect(reading).rejects.toThrow()
      expect([fault, events.at(-1)]).toMatchObject([
        fault,
        { type: 'response.failed', response: { status: 'failed', error: { code: 'server_error' } } },
      ])
      const helper = openai(settings).responses.stream(asking)
      await expect(helper.finalResponse()).rejects.toThrow()
    }
  })

  it('TRUST 13: stops the upstream when it leaves in the middle', async () => {
    frontier.always({ fault: 'endless-drip' })
    const asked = frontier.requests.length
    const stream = await openai().responses.create({ ...asking, stream: true })
    let seen = 0
    for await (const _ of stream) if (++seen === 6) stream.controller.abort()
    expect(await (await frontier.request(asked)).over).toBe('left')
  })

  it.each(carriages)('TRUST 6: is charged as a chat is: $name', async ({ settings, stream }) => {
    const gateway = open(settings)
    const client = openaiOf(gateway)
    if (stream) await client.responses.stream(asking).finalResponse()
    else await client.responses.create(asking)
    await expect
      .poll(async () => (await gateway.observed()).balance)
      .toMatchObject({ settled: usualCost, reserved: 0, charges: 1 })
    expect((await gateway.observed()).records).toMatchObject([{ outcome: 'answered', stream }])
  })

  it('TRUST 6: is refused when the budget is spent, and the upstream is not asked', async () => {
    const asked = frontier.requests.length
    await expect(openai({ limit: 1 }).responses.create(asking)).rejects.toMatchObject({
      status: 429,
      code: 'insufficient_quota',
    })
    expect(frontier.requests).toHaveLength(asked)
  })

  it('meets the SDK’s own classes of errors', async () => {
    const client = openai({ retry: { attempts: 1 } })
    await expect(client.responses.create({ ...asking, model: 'no-such-model' })).rejects.toBeInstanceOf(
      OpenAI.NotFoundError,
    )
    await expect(client.responses.create({ ...asking, temperature: 9 })).rejects.toBeInstanceOf(
      OpenAI.BadRequestError,
    )
    frontier.always({ fault: 'status', status: 503 })
    const failed = await client.responses.create(asking).catch((error: unknown) => error)
    expect(failed).toBeInstanceOf(APIError)
    expect(failed).toMatchObject({ status: expect.toBeOneOf([502, 503]) })
  })

  describe('turn by turn', () => {
    it('carries on what is kept, without the instructions of the turn before', async () => {
      const client = openai({ keeps: 'premises' })
      for (const streamed of [false, true]) {
        const turn = { ...asking, instructions: 'Be brief.' }
        const first = streamed
          ? await client.responses.stream(turn).finalResponse()
          : await client.responses.create(turn)
        expect(isKept(first)).toBe(true)
        const second = await client.responses.create({
          ...asking,
          input: 'And why?',
          previous_response_id: first.id,
        })
        expect(sent().messages).toEqual([
          { role: 'user', content: input },
          { role: 'assistant', content: answerText },
          { role: 'user', content: 'And why?' },
        ])
        expect(second.previous_response_id).toBe(first.id)
        const third = await client.responses.create({
          ...asking,
          input: 'Go on.',
          previous_response_id: second.id,
        })
        expect([isKept(third), sent().messages.length]).toEqual([true, 5])
      }
    })

    it('puts kept items in the place of references to them', async () => {
      const client = openai({ keeps: 'premises' })
      frontier.always({ fault: 'tool-calls' })
      const first = await client.responses.create({ ...asking, tools })
      const [one, two] = first.output.filter(isCall)
      const reference = (id: string | undefined) => ({ type: 'item_reference' as const, id: id ?? '' })
      const output = (call_id: string | undefined) => ({
        type: 'function_call_output' as const,
        call_id: call_id ?? '',
        output: 'mild',
      })
      frontier.always({})
      const second = await client.responses.create({
        ...asking,
        input: [
          { role: 'user', content: input },
          reference(one?.id),
          reference(two?.id),
          output(one?.call_id),
          output(two?.call_id),
        ],
      })
      expect(second.output_text).toBe(answerText)
      expect(sent().messages).toMatchObject([
        { role: 'user' },
        { role: 'assistant', tool_calls: [{ id: one?.call_id }, { id: two?.call_id }] },
        { role: 'tool', tool_call_id: one?.call_id },
        { role: 'tool', tool_call_id: two?.call_id },
      ])
      const asked = frontier.requests.length
      for (const id of [`${one?.id}9`, one?.id?.replace('fc_', 'msg_'), 'msg_1']) {
        const wrong = client.responses.create({ ...asking, input: [reference(id)] })
        await expect(wrong).rejects.toMatchObject({ status: 400, param: 'input[0].id' })
      }
      const others = openai({ keeps: 'premises' }).responses.create({
        ...asking,
        input: [reference(one?.id)],
      })
      await expect(others).rejects.toMatchObject({ status: 400, param: 'input[0].id' })
      expect(frontier.requests).toHaveLength(asked)
    })

    it('shows a kept response, and forgets it when told to', async () => {
      const client = openai({ keeps: 'premises' })
      const { id } = await client.responses.create(asking)
      expect(await client.responses.retrieve(id)).toMatchObject({ id, output_text: answerText, store: true })
      await client.responses.delete(id)
      await expect(client.responses.retrieve(id)).rejects.toMatchObject({ status: 404 })
      await expect(client.responses.delete(id)).rejects.toMatchObject({ status: 404 })
      await expect(client.responses.create({ ...asking, previous_response_id: id })).rejects.toMatchObject({
        status: 400,
        param: 'previous_response_id',
      })
    })

    it('TRUST 23: never finds what another tenant keeps', async () => {
      const { id } = await openai({ keeps: 'premises' }).responses.create(asking)
      const other = openai({ keeps: 'premises' })
      const asked = frontier.requests.length
      await expect(other.responses.retrieve(id)).rejects.toMatchObject({ status: 404 })
      await expect(other.responses.delete(id)).rejects.toMatchObject({ status: 404 })
      await expect(other.responses.create({ ...asking, previous_response_id: id })).rejects.toMatchObject({
        status: 400,
        param: 'previous_response_id',
      })
      expect(frontier.requests).toHaveLength(asked)
    })

    it('keeps nothing that the caller does not want kept, and says so', async () => {
      const client = openai({ keeps: 'premises' })
      const response = await client.responses.create({ ...asking, store: false })
      expect(isKept(response)).toBe(false)
      await expect(client.responses.retrieve(response.id)).rejects.toMatchObject({ status: 404 })
    })

    it('refuses to carry on where nothing is kept, and says what to send', async () => {
      await expect(
        openai().responses.create({ ...asking, previous_response_id: 'resp_1' }),
      ).rejects.toMatchObject({ status: 400, param: 'previous_response_id' })
    })

    it('TRUST 25: keeps never-leave on the premises alone, and carries it on under no looser level', async () => {
      const headers = { 'x-nearside-privacy': 'never-leave' }
      const node = { local: [frontier], localZone: 'premises', books: 'none' } as const
      const away = openai({ ...node, keeps: 'provider:store' })
      const unkept = await away.responses.create(asking, { headers })
      expect(isKept(unkept)).toBe(false)
      await expect(away.responses.retrieve(unkept.id)).rejects.toMatchObject({ status: 404 })

      const home = openai({ ...node, keeps: 'premises' })
      const kept = await home.responses.create(asking, { headers })
      expect(isKept(kept)).toBe(true)
      const asked = frontier.requests.length
      const next = { ...asking, previous_response_id: kept.id }
      await expect(home.responses.create(next)).rejects.toMatchObject({
        status: 403,
        code: 'privacy_refused',
      })
      expect(frontier.requests).toHaveLength(asked)
      expect(isKept(await home.responses.create(next, { headers }))).toBe(true)
    })
  })
})
