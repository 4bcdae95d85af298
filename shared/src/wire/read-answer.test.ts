import { describe, expect, it } from 'vitest'
import type { AnswerDelta, AnswerWhole } from '../chat/chat-event.ts'
import type { JsonObject, JsonValue } from '../chat/json.ts'
import { isNearsideError } from '../fault/nearside-error.ts'
import { answerFold } from './fold.ts'
import { readAnswer, readChunk, readUsage } from './read-answer.ts'

function answer(message: JsonObject, choice: JsonObject = {}): AnswerWhole {
  return readAnswer(JSON.stringify({ choices: [{ index: 0, message, finish_reason: 'stop', ...choice }] }))
}

function chunk(delta: JsonObject, choice: JsonObject = {}): AnswerDelta {
  return readChunk(JSON.stringify({ choices: [{ index: 0, delta, finish_reason: null, ...choice }] }))
}

function refusalOf(read: () => unknown): string {
  try {
    read()
  } catch (error) {
    if (isNearsideError(error) && error.code === 'tier-failed')
      return `${error.message} ${String(error.cause ?? '')}`
    throw error
  }
  throw new Error('it was taken')
}

describe('an answer', () => {
  it('is read as OpenAI writes it, and keeps its text', () => {
    const wire = JSON.stringify({
      id: 'chatcmpl-1',
      object: 'chat.completion',
      created: 1,
      model: 'gpt',
      service_tier: 'default',
      choices: [
        {
          index: 0,
          message: {
            role: 'assistant',
            content: null,
            refusal: null,
            tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: '{"x":1}' } }],
          },
          logprobs: {
            content: [
              {
                token: 'Hi',
                logprob: -0.1,
                bytes: [72],
                top_logprobs: [{ token: 'Hi', logprob: -0.1, bytes: null }],
              },
            ],
          },
          finish_reason: 'tool_calls',
        },
      ],
      usage: { prompt_tokens: 5, completion_tokens: 7, total_tokens: 12 },
    })
    expect(readAnswer(wire)).toEqual({
      type: 'answer-whole',
      choices: [
        {
          index: 0,
          text: '',
          toolCalls: [{ id: 'a', name: 'f', arguments: '{"x":1}' }],
          finishReason: 'tool_calls',
          logprobs: [{ token: 'Hi', logprob: -0.1, top: [{ token: 'Hi', logprob: -0.1 }] }],
        },
      ],
      usage: { promptTokens: 5, outputTokens: 7, cachedTokens: 0, reasoningTokens: 0 },
      wire,
    })
  })

  it('is read in the shapes that other servers give it', () => {
    expect(answer({ content: [{ type: 'text', text: 'a' }, { type: 'x' }, 'b'] }).choices[0]!.text).toBe('a')
    expect(answer({ content: null, refusal: 'no' }).choices[0]!.text).toBe('no')
    expect(
      answer({ content: 'x' }, { index: undefined as never, finish_reason: null }).choices[0],
    ).toMatchObject({
      index: 0,
      finishReason: 'stop',
    })
    expect(
      answer({ tool_calls: [{ function: { name: 'f', arguments: { x: 1 } } }] }, { finish_reason: null })
        .choices[0],
    ).toMatchObject({
      toolCalls: [{ id: '', name: 'f', arguments: '{"x":1}' }],
      finishReason: 'tool_calls',
    })
    expect(answer({ function_call: { name: 'f', arguments: '{}' } }).choices[0]!.toolCalls).toEqual([
      { id: '', name: 'f', arguments: '{}' },
    ])
    expect(readAnswer('{"choices":[]}').choices).toEqual([])
  })

  it.each([
    ['stop', 'stop'],
    ['length', 'length'],
    ['max_tokens', 'length'],
    ['content_filter', 'content_filter'],
    ['function_call', 'function_call'],
    ['eos', 'stop'],
    ['constructor', 'stop'],
  ])('ends with a reason out of the closed list: %s is %s', (given, expected) => {
    expect(answer({ content: 'x' }, { finish_reason: given }).choices[0]!.finishReason).toBe(expected)
  })
})

describe('a chunk', () => {
  it('is read with what it has', () => {
    expect(chunk({ role: 'assistant', content: '' }).choices[0]).toEqual({
      index: 0,
      text: '',
      toolCalls: [],
      finishReason: null,
      logprobs: [],
    })
    expect(chunk({ content: 'é' }).choices[0]!.text).toBe('é')
    expect(chunk({}, { finish_reason: 'length' }).choices[0]!.finishReason).toBe('length')
    expect(
      chunk({ tool_calls: [{ index: 1, id: 'a', type: 'function', function: { name: 'f', arguments: '' } }] })
        .choices[0]!.toolCalls,
    ).toEqual([{ index: 1, id: 'a', name: 'f', arguments: '' }])
    expect(
      chunk({ tool_calls: [{ index: 1, function: { arguments: '{"' } }] }).choices[0]!.toolCalls,
    ).toEqual([{ index: 1, id: null, name: null, arguments: '{"' }])
  })

  it('may have no choices, as the first of Azure and the last with the usage', () => {
    const wire = '{"choices":[],"usage":{"prompt_tokens":0,"completion_tokens":0}}'
    expect(readChunk(wire)).toEqual({
      type: 'answer-delta',
      choices: [],
      usage: { promptTokens: 0, outputTokens: 0, cachedTokens: 0, reasoningTokens: 0 },
      wire,
    })
    expect(readChunk('{}').choices).toEqual([])
  })
})

describe('TRUST 35: what is not an answer', () => {
  it.each([
    '',
    'canary',
    '<html>canary</html>',
    '"canary"',
    'null',
    '["canary"]',
    '{"choices":"canary"}',
    '{"choices":{"canary":1}}',
    '{"choices":["canary"]}',
    '{"choices":[null]}',
    '{"error":{"message":"canary"}}',
    '{"error":"canary","choices":[]}',
    '{"choices":[{"message":{"content":"canary',
  ])('TRUST 35: is a fault of the tier that quotes nothing: %s', (wire) => {
    expect(refusalOf(() => readAnswer(wire))).not.toContain('canary')
    expect(refusalOf(() => readChunk(wire))).not.toContain('canary')
  })

  it.each(['{}', '{"choices":null}', '{"choices":[{}]}', '{"choices":[{"message":"x"}]}'])(
    'is a fault of the tier when it was to be whole: %s',
    (wire) => {
      expect(refusalOf(() => readAnswer(wire))).toContain('not an answer')
    },
  )

  const hostile: readonly JsonValue[] = [
    null,
    true,
    -1,
    1e308,
    '',
    'x',
    [],
    {},
    [null],
    [[]],
    { length: 1e9 },
    { 0: 'x' },
  ]

  it('TRUST 35: gives plain values or a fault of the tier, whatever stands in whatever field', () => {
    for (const value of hostile) {
      const fields = ['role', 'content', 'refusal', 'tool_calls', 'function_call', '__proto__', 'audio']
      const objects: JsonObject[] = [
        ...fields.map((field) => ({ choices: [{ delta: { [field]: value }, message: { [field]: value } }] })),
        ...['index', 'finish_reason', 'logprobs', 'delta', 'message'].map((field) => ({
          choices: [{ delta: {}, message: {}, [field]: value }],
        })),
        ...['id', 'index', 'function', 'custom'].map((field) => ({
          choices: [
            { delta: { tool_calls: [{ [field]: value }] }, message: { tool_calls: [{ [field]: value }] } },
          ],
        })),
        {
          choices: [
            {
              delta: {},
              message: {},
              logprobs: { content: [value, { token: value, logprob: value, top_logprobs: value }] },
            },
          ],
        },
        { choices: [], usage: value },
        {
          choices: [],
          usage: { prompt_tokens: value, completion_tokens: value, prompt_tokens_details: value },
        },
      ]
      for (const object of objects) {
        const wire = JSON.stringify(object)
        for (const read of [readAnswer, readChunk]) {
          try {
            for (const choice of read(wire).choices) {
              expect(typeof choice.text, wire).toBe('string')
              expect(choice.index >= 0 && choice.index <= 1_000, wire).toBe(true)
            }
          } catch (error) {
            expect(error, wire).toMatchObject({ code: 'tier-failed' })
          }
        }
      }
    }
  })

  it('TRUST 35: cannot fill the memory with choices or calls', () => {
    const choices = Array.from({ length: 200 }, (_, index) => ({ index, delta: { content: 'x' } }))
    const calls = Array.from({ length: 200 }, (_, index) => ({ index, function: { arguments: 'x' } }))
    for (const object of [{ choices }, { choices: [{ index: 0, delta: { tool_calls: calls } }] }]) {
      const delta = readChunk(JSON.stringify(object))
      expect(() => answerFold().push(delta)).toThrow(expect.objectContaining({ code: 'tier-failed' }))
    }
  })
})

describe('the usage', () => {
  it('keeps an explicit zero and the parts of its numbers', () => {
    expect(readUsage({ prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 })).toEqual({
      promptTokens: 0,
      outputTokens: 0,
      cachedTokens: 0,
      reasoningTokens: 0,
    })
    expect(
      readUsage({
        prompt_tokens: 100,
        completion_tokens: 50,
        total_tokens: 150,
        prompt_tokens_details: { cached_tokens: 60, audio_tokens: 0 },
        completion_tokens_details: { reasoning_tokens: 40 },
      }),
    ).toEqual({ promptTokens: 100, outputTokens: 50, cachedTokens: 60, reasoningTokens: 40 })
  })

  it.each<[JsonValue | undefined]>([
    [undefined],
    [null],
    [{}],
    [[]],
    ['12'],
    [{ prompt_tokens: 5 }],
    [{ completion_tokens: 5 }],
    [{ prompt_tokens: -1, completion_tokens: 5 }],
    [{ prompt_tokens: 1.5, completion_tokens: 5 }],
    [{ prompt_tokens: '5', completion_tokens: 5 }],
    [{ prompt_tokens: 5, completion_tokens: 1e18 }],
    [{ prompt_tokens: Number.NaN, completion_tokens: 5 }],
    [{ prompt_tokens: Number.POSITIVE_INFINITY, completion_tokens: 5 }],
    [{ prompt_tokens: 9, total_tokens: 5 }],
  ])('is unknown, never a row of zeros, when it is not given or makes no sense: %j', (value) => {
    expect(readUsage(value)).toBeNull()
  })

  it('completes one number by the other and the total', () => {
    expect(readUsage({ prompt_tokens: 8, total_tokens: 8 })).toMatchObject({
      promptTokens: 8,
      outputTokens: 0,
    })
    expect(readUsage({ completion_tokens: 3, total_tokens: 8 })).toMatchObject({
      promptTokens: 5,
      outputTokens: 3,
    })
  })

  it('charges hidden reasoning that the upstream counted in the total alone', () => {
    const usage = readUsage({
      prompt_tokens: 10,
      completion_tokens: 5,
      total_tokens: 115,
      completion_tokens_details: { reasoning_tokens: 100 },
    })
    expect(usage).toEqual({ promptTokens: 10, outputTokens: 105, cachedTokens: 0, reasoningTokens: 100 })
  })

  it('TRUST 35: never takes more tokens for cached than there were', () => {
    const usage = readUsage({
      prompt_tokens: 10,
      completion_tokens: 5,
      prompt_tokens_details: { cached_tokens: 1_000_000 },
      completion_tokens_details: { reasoning_tokens: -4 },
    })
    expect(usage).toMatchObject({ cachedTokens: 10, reasoningTokens: 0 })
  })
})
