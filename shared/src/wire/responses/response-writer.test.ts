import { describe, expect, it } from 'vitest'
import type { JsonObject, JsonValue } from '../../chat/json.ts'
import { type ResponseWriter, responseWriter } from './response-writer.ts'

type Event = JsonObject & { readonly type: string }

const opened = (): ResponseWriter =>
  responseWriter({ id: 'resp_1', createdSeconds: 5, model: 'asked', echo: { tools: [] }, store: false })

const chunk = (delta: JsonObject, reason: string | null = null): JsonObject => ({
  model: 'small',
  choices: [{ index: 0, delta, finish_reason: reason }],
})

function eventsOf(text: string): readonly Event[] {
  return text
    .split('\n\n')
    .filter((block) => block !== '')
    .map((block) => {
      const [name = '', data = ''] = block.split('\n')
      const event = JSON.parse(data.slice('data: '.length)) as Event
      expect(name).toBe(`event: ${event.type}`)
      return event
    })
}

function told(...chunks: readonly JsonObject[]): readonly Event[] {
  const writer = opened()
  let text = writer.begin()
  for (const each of chunks) text += writer.push(each)
  return eventsOf(text + writer.close() + writer.end(false))
}

const outputOf = (events: readonly Event[]): JsonValue | undefined =>
  (events.at(-1)?.response as JsonObject | undefined)?.output

describe('an answer told as a response', () => {
  it('numbers its events without a gap', () => {
    const events = told(chunk({ content: 'a' }), chunk({}, 'stop'))
    expect(events.map((event) => event.sequence_number)).toEqual(events.map((_, index) => index))
  })

  it('says reasoning and answer as two items, the first done before the second begins', () => {
    const events = told(
      chunk({ reasoning_content: 'hm' }),
      chunk({ reasoning: 'm' }),
      chunk({ content: 'yes' }),
      chunk({}, 'stop'),
    )
    expect(outputOf(events)).toMatchObject([
      { type: 'reasoning', summary: [], content: [{ type: 'reasoning_text', text: 'hmm' }] },
      { type: 'message', content: [{ type: 'output_text', text: 'yes', annotations: [] }] },
    ])
    const types = events.map(({ type, output_index }) => `${type} ${output_index ?? ''}`)
    expect(types.indexOf('response.output_item.done 0')).toBeLessThan(
      types.indexOf('response.output_item.added 1'),
    )
  })

  it('tells a refusal from an answer', () => {
    const events = told(chunk({ refusal: 'I can' }), chunk({ refusal: 'not.' }), chunk({}, 'stop'))
    expect(events.map(({ type }) => type)).toContain('response.refusal.done')
    expect(outputOf(events)).toMatchObject([{ content: [{ type: 'refusal', refusal: 'I cannot.' }] }])
  })

  it('puts pieces of calls together whatever their order', () => {
    const piece = (index: number, given: JsonObject): JsonObject =>
      chunk({ tool_calls: [{ index, ...given }] })
    const events = told(
      piece(0, { id: 'a', function: { name: 'f', arguments: '{' } }),
      piece(1, { id: 'b', custom: { name: 'g', input: 'x' } }),
      piece(0, { function: { arguments: '}' } }),
      piece(1, { custom: { input: 'y' } }),
      chunk({}, 'tool_calls'),
    )
    expect(outputOf(events)).toMatchObject([
      { type: 'function_call', call_id: 'a', name: 'f', arguments: '{}', status: 'completed' },
      { type: 'custom_tool_call', call_id: 'b', name: 'g', input: 'xy', status: 'completed' },
    ])
  })

  it('tells calls apart by their ids where an upstream does not number them, or numbers them all alike', () => {
    const piece = (id: string, more: JsonObject = {}): JsonObject =>
      chunk({ tool_calls: [{ id, function: { name: 'f', arguments: id }, ...more }] })
    for (const events of [
      told(piece('a'), piece('b'), chunk({}, 'tool_calls')),
      told(piece('a', { index: 0 }), piece('b', { index: 0 }), chunk({}, 'tool_calls')),
    ]) {
      expect(outputOf(events)).toMatchObject([
        { call_id: 'a', arguments: 'a' },
        { call_id: 'b', arguments: 'b' },
      ])
    }
  })

  it('puts a call together whose later pieces have ids of their own, or all of its words again', () => {
    const piece = (id: string, called: JsonObject): JsonObject =>
      chunk({ tool_calls: [{ index: 0, id, function: called }] })
    for (const events of [
      told(
        piece('a', { name: 'f', arguments: '1' }),
        piece('x', { arguments: '2' }),
        chunk({}, 'tool_calls'),
      ),
      told(piece('a', { name: 'f', arguments: '1' }), piece('a', { name: 'f', arguments: '2' })),
    ]) {
      expect(outputOf(events)).toMatchObject([{ call_id: 'a', arguments: '12' }])
    }
  })

  it('tells whole answers and streams as the same output', () => {
    const calls = [{ id: 'a', function: { name: 'f', arguments: '{}' } }]
    const whole = opened()
    const message = { role: 'assistant', content: 'x', tool_calls: calls }
    whole.push({ model: 'small', choices: [{ index: 0, message, finish_reason: 'tool_calls' }] })
    whole.close()
    const events = told(
      chunk({ content: 'x' }),
      chunk({ tool_calls: [{ index: 0, ...(calls[0] as JsonObject) }] }),
      chunk({}, 'tool_calls'),
    )
    expect(whole.object(false).output).toEqual(outputOf(events))
  })

  it('is incomplete where a limit or a filter ended it', () => {
    for (const [reason, told_] of [
      ['length', 'max_output_tokens'],
      ['content_filter', 'content_filter'],
    ] as const) {
      const last = told(chunk({ content: 'x' }), chunk({}, reason)).at(-1)
      expect(last).toMatchObject({
        type: 'response.incomplete',
        response: {
          status: 'incomplete',
          incomplete_details: { reason: told_ },
          output: [{ status: 'incomplete' }],
        },
      })
    }
  })

  it('fails with what was said so far, never as complete', () => {
    const writer = opened()
    writer.begin()
    writer.push(chunk({ content: 'half' }))
    expect(writer.finished).toBe(false)
    const [event] = eventsOf(writer.fail('The upstream broke off.'))
    expect(event).toMatchObject({
      type: 'response.failed',
      response: { status: 'failed', error: { code: 'server_error' }, output: [{ status: 'incomplete' }] },
    })
  })

  it('holds no more than is bounded, whatever an upstream sends', () => {
    const writer = opened()
    const call = (index: number): JsonObject => chunk({ tool_calls: [{ index, id: `c${index}` }] })
    expect(() => {
      for (let index = 0; index < 300; index++) writer.push(call(index))
    }).toThrow(/more than 256 items/)
    const other = opened()
    const megabyte = 'x'.repeat(2 ** 20)
    expect(() => {
      for (let i = 0; i < 5; i++) other.push(chunk({ content: megabyte }))
    }).toThrow(/characters/)
  })

  it('TRUST 35: bounds what is said beside the text: names, ids, probabilities, and parts that take turns', () => {
    const long = 'x'.repeat(2 ** 20)
    const growing: readonly ((index: number) => JsonObject)[] = [
      (index) => chunk({ tool_calls: [{ index, id: long, function: { name: 'f' } }] }),
      (index) => chunk({ tool_calls: [{ index, id: 'a', function: { name: long } }] }),
      () => ({ choices: [{ delta: { content: 'a' }, logprobs: { content: [{ token: long }] } }] }),
      (index) => chunk(index % 2 === 0 ? { content: 'a' } : { refusal: 'b' }),
    ]
    for (const grown of growing) {
      const writer = opened()
      expect(() => {
        for (let index = 0; index < 300; index++) writer.push(grown(index))
      }).toThrow(/The upstream sent more than/)
    }
  })

  it('passes over what is no answer without falling', () => {
    const odd: readonly JsonObject[] = [
      {},
      { choices: 5 },
      { choices: [null] },
      { choices: [{ delta: 7 }] },
      chunk({ content: 5, tool_calls: ['x', { function: 'y' }], refusal: {} }),
    ]
    expect(() => told(...odd)).not.toThrow()
  })
})
