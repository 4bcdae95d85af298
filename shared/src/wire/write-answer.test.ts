import type { ChatCompletion, ChatCompletionChunk } from 'openai/resources/chat/completions'
import { describe, expect, it } from 'vitest'
import type { AnswerDelta, AnswerWhole, ChoiceDelta } from '../chat/chat-event.ts'
import { readAnswer, readChunk } from './read-answer.ts'
import { chunkWriter, type Envelope, withNearside, writeAnswer, writeChunk } from './write-answer.ts'

const envelope: Envelope = {
  id: 'chatcmpl-1',
  createdSeconds: 1_790_000_000,
  model: 'edge',
  systemFingerprint: null,
}

const whole: AnswerWhole = {
  type: 'answer-whole',
  choices: [
    { index: 0, text: '391', toolCalls: [], finishReason: 'stop', logprobs: [] },
    {
      index: 1,
      text: '',
      toolCalls: [{ id: 'a', name: 'f', arguments: '{}' }],
      finishReason: 'tool_calls',
      logprobs: [{ token: 'x', logprob: -0.5, top: [{ token: 'y', logprob: -1 }] }],
    },
  ],
  usage: { promptTokens: 10, outputTokens: 3, cachedTokens: 4, reasoningTokens: 1 },
  wire: null,
}

function delta(choice: Partial<ChoiceDelta> | null, usage: AnswerDelta['usage'] = null): AnswerDelta {
  const silent = { index: 0, text: '', toolCalls: [], finishReason: null, logprobs: [] }
  return {
    type: 'answer-delta',
    choices: choice === null ? [] : [{ ...silent, ...choice }],
    usage,
    wire: null,
  }
}

describe('an answer of our own', () => {
  it('is written as OpenAI writes one', () => {
    const expected: ChatCompletion & { nearside: unknown } = {
      id: 'chatcmpl-1',
      object: 'chat.completion',
      created: 1_790_000_000,
      model: 'edge',
      system_fingerprint: 'v1',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: '391', refusal: null },
          logprobs: null,
          finish_reason: 'stop',
        },
        {
          index: 1,
          message: {
            role: 'assistant',
            content: null,
            refusal: null,
            tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } }],
          },
          logprobs: {
            content: [
              {
                token: 'x',
                logprob: -0.5,
                bytes: null,
                top_logprobs: [{ token: 'y', logprob: -1, bytes: null }],
              },
            ],
            refusal: null,
          },
          finish_reason: 'tool_calls',
        },
      ],
      usage: {
        prompt_tokens: 10,
        completion_tokens: 3,
        total_tokens: 13,
        prompt_tokens_details: { cached_tokens: 4 },
        completion_tokens_details: { reasoning_tokens: 1 },
      },
      nearside: { tier: 'edge' },
    }
    const text = writeAnswer(whole, { ...envelope, systemFingerprint: 'v1' }, { tier: 'edge' })
    expect(JSON.parse(text)).toEqual(expected)
  })

  it('is read as it was written', () => {
    expect({ ...readAnswer(writeAnswer(whole, envelope, null)), wire: null }).toEqual(whole)
  })

  it('says nothing of a usage that is unknown', () => {
    expect(JSON.parse(writeAnswer({ ...whole, usage: null }, envelope, null))).not.toHaveProperty('usage')
  })
})

describe('a stream of our own', () => {
  it('names the role in the first chunk of each choice alone', () => {
    const write = chunkWriter(envelope)
    const chunks = [
      write(delta({ text: 'a' }), null),
      write(delta({ text: 'b' }), null),
      write(delta({ index: 1, text: '' }), null),
      write(delta({ finishReason: 'stop' }), null),
    ].map((text) => (JSON.parse(text) as ChatCompletionChunk).choices[0]!)
    expect(chunks).toEqual([
      {
        index: 0,
        delta: { role: 'assistant', content: 'a', refusal: null },
        logprobs: null,
        finish_reason: null,
      },
      { index: 0, delta: { content: 'b' }, logprobs: null, finish_reason: null },
      {
        index: 1,
        delta: { role: 'assistant', content: '', refusal: null },
        logprobs: null,
        finish_reason: null,
      },
      { index: 0, delta: {}, logprobs: null, finish_reason: 'stop' },
    ])
  })

  it('gives a tool call its id and name once and its arguments in pieces', () => {
    const write = chunkWriter(envelope)
    const first = { index: 0, id: 'a', name: 'f', arguments: '' }
    const chunks = [
      write(delta({ toolCalls: [first] }), null),
      write(delta({ toolCalls: [{ ...first, id: null, name: null, arguments: '{}' }] }), null),
    ].map((text) => (JSON.parse(text) as ChatCompletionChunk).choices[0]!.delta)
    expect(chunks).toEqual([
      {
        role: 'assistant',
        content: null,
        refusal: null,
        tool_calls: [{ index: 0, id: 'a', type: 'function', function: { name: 'f', arguments: '' } }],
      },
      { tool_calls: [{ index: 0, function: { arguments: '{}' } }] },
    ])
  })

  it('has its usage, and what Nearside says, in a chunk without choices', () => {
    expect(JSON.parse(writeChunk(delta(null, whole.usage), envelope, { tier: 'edge' }))).toMatchObject({
      object: 'chat.completion.chunk',
      choices: [],
      usage: { total_tokens: 13 },
      nearside: { tier: 'edge' },
    })
  })

  it('is read as it was written', () => {
    const given = delta(
      { text: 'é', logprobs: whole.choices[1]!.logprobs, finishReason: 'length' },
      whole.usage,
    )
    expect({ ...readChunk(writeChunk(given, envelope, null)), wire: null }).toEqual(given)
  })
})

describe('an upstream’s answer', () => {
  const wire = '{ "id":"x", "choices":[], "score":1.0, "big":12345678901234567890, "text":"\u2028\\/" }'

  it('goes on with its own text, to the letter', () => {
    expect(writeAnswer({ ...whole, wire }, envelope, null)).toBe(wire)
    expect(writeChunk({ ...delta(null), wire }, envelope, null)).toBe(wire)
  })

  it('gets what Nearside says as its last member, and keeps all its other text', () => {
    const text = writeAnswer({ ...whole, wire }, envelope, { tier: 'local', cost: 5 })
    expect(text).toBe(`${wire.slice(0, -2)},"nearside":{"tier":"local","cost":5}}`)
    expect(JSON.parse(text)).toMatchObject({ score: 1, nearside: { tier: 'local' } })
  })

  it.each([
    ['{}', '{"nearside":{}}'],
    [' { } \n', ' {"nearside":{}}'],
    ['{"a":{}}\n', '{"a":{},"nearside":{}}'],
    ['{"a":"}"}', '{"a":"}","nearside":{}}'],
    ['{"a":"{"}', '{"a":"{","nearside":{}}'],
    ['{"a":"\\"nearside\\":1"}', '{"a":"\\"nearside\\":1","nearside":{}}'],
    ['{"a":{"nearside":1}}', '{"a":{"nearside":1},"nearside":{}}'],
  ])('gets it at the right place: %s', (given, expected) => {
    expect(withNearside(given, {})).toBe(expected)
  })

  it.each([
    '{"nearside":{"tier":"frontier"},"a":1}',
    '{"a":1,"nearside":{"tier":"frontier"}}',
    '{"a":1,"near\\u0073ide":{"tier":"frontier"}}',
    '{"nearside":1,"a":1,"nearside":{"tier":"frontier"}}',
    '{"\\u006eearside":1,"a":1,"nearside":{"tier":"frontier"}}',
  ])('TRUST 35: cannot speak in the name of Nearside: %s', (given) => {
    expect(withNearside(given, { tier: 'local' })).toBe('{"a":1,"nearside":{"tier":"local"}}')
    expect(withNearside(given, null)).toBe('{"a":1}')
    expect(writeChunk({ ...delta(null), wire: given }, envelope, null)).toBe('{"a":1}')
  })
})
