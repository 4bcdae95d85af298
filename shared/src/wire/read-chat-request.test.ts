import { describe, expect, it } from 'vitest'
import type { JsonObject, JsonValue } from '../chat/json.ts'
import { isNearsideError } from '../fault/nearside-error.ts'
import { readChatRequest, requestLimits } from './read-chat-request.ts'

const hello: JsonObject = { role: 'user', content: 'hello' }

function body(fields: JsonObject = {}): JsonObject {
  return { model: 'auto', messages: [hello], ...fields }
}

function refusalOf(value: JsonValue): { readonly param: string | null; readonly message: string } {
  try {
    readChatRequest(value)
  } catch (error) {
    if (isNearsideError(error) && error.code === 'bad-request')
      return { param: error.param, message: error.message }
    throw error
  }
  throw new Error('it was taken')
}

function nested(levels: number): JsonObject {
  return levels === 1 ? {} : { properties: nested(levels - 1) }
}

describe('a chat request', () => {
  it('is read with defaults for what the caller left out', () => {
    const given = body()
    expect(readChatRequest(given)).toEqual({
      model: 'auto',
      messages: [{ role: 'user', text: 'hello', images: 0, audio: 0, toolCalls: [], toolCallId: null }],
      stream: false,
      includeUsage: false,
      outputLimit: null,
      answers: 1,
      tools: 0,
      responseFormat: 'text',
      sampling: {
        temperature: null,
        topP: null,
        seed: null,
        frequencyPenalty: null,
        presencePenalty: null,
        stop: [],
        logprobs: false,
        topLogprobs: 0,
      },
      body: given,
    })
  })

  it('is read with every field that decides something', () => {
    const request = readChatRequest(
      body({
        stream: true,
        stream_options: { include_usage: true },
        max_tokens: 50,
        n: 2,
        temperature: 0,
        top_p: 0.5,
        seed: -7,
        frequency_penalty: -2,
        presence_penalty: 2,
        stop: 'end',
        logprobs: true,
        top_logprobs: 20,
        logit_bias: { '50256': -100 },
        tools: [
          { type: 'function', function: { name: 'f', parameters: { type: 'object' } } },
          { type: 'web_search' },
        ],
        tool_choice: { type: 'function', function: { name: 'f' } },
        response_format: { type: 'json_schema', json_schema: { name: 's', schema: {} } },
      }),
    )
    expect(request).toMatchObject({
      stream: true,
      includeUsage: true,
      outputLimit: 50,
      answers: 2,
      tools: 2,
      responseFormat: 'json_schema',
      sampling: {
        temperature: 0,
        topP: 0.5,
        seed: -7,
        frequencyPenalty: -2,
        presencePenalty: 2,
        stop: ['end'],
        logprobs: true,
        topLogprobs: 20,
      },
    })
  })

  it('goes by max_completion_tokens where both limits are named', () => {
    expect(readChatRequest(body({ max_completion_tokens: 10, max_tokens: 99 })).outputLimit).toBe(10)
  })

  it('may set any optional field to null, as the SDKs do', () => {
    const nulls = Object.fromEntries(
      [
        'stream',
        'stream_options',
        'n',
        'stop',
        'tools',
        'response_format',
        'logit_bias',
        'seed',
        'max_tokens',
      ].map((key) => [key, null]),
    )
    expect(readChatRequest(body(nulls)).sampling.stop).toEqual([])
  })

  it('may carry fields and kinds of tools and parts that nobody here knows', () => {
    const given = body({
      messages: [{ role: 'user', content: [{ type: 'hologram', depth: 3 }], weight: 1 }],
      reasoning_effort: 'high',
    })
    const request = readChatRequest(given)
    expect(request.messages[0]).toMatchObject({ text: '', images: 1 })
    expect(request.body).toBe(given)
  })

  it('is understood in its parts: text joined by lines, pictures, files and sound counted', () => {
    const content = [
      { type: 'text', text: 'one' },
      { type: 'image_url', image_url: { url: 'data:image/png;base64,AA' } },
      { type: 'input_audio', input_audio: { data: 'AA', format: 'wav' } },
      { type: 'file', file: { file_id: 'f' } },
      { type: 'text', text: 'two' },
    ]
    const request = readChatRequest(body({ messages: [{ role: 'user', content }] }))
    expect(request.messages[0]).toMatchObject({ text: 'one\ntwo', images: 2, audio: 1 })
  })

  it('keeps the calls of tools and their answers, in the newer form and in the older', () => {
    const calls = [
      { id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } },
      { id: 'b', type: 'custom', custom: { name: 'g', input: 'x' } },
    ]
    const { messages } = readChatRequest(
      body({
        messages: [
          hello,
          { role: 'assistant', content: null, tool_calls: calls },
          { role: 'tool', tool_call_id: 'a', content: 'done' },
          { role: 'assistant', content: null, function_call: { name: 'h', arguments: '[]' } },
          { role: 'function', name: 'h', content: 'done' },
          { role: 'assistant', refusal: 'no' },
        ],
      }),
    )
    expect(messages[1]!.toolCalls).toEqual([
      { id: 'a', name: 'f', arguments: '{}' },
      { id: 'b', name: 'g', arguments: 'x' },
    ])
    expect(messages[2]).toMatchObject({ role: 'tool', toolCallId: 'a', text: 'done' })
    expect(messages[3]!.toolCalls).toEqual([{ id: '', name: 'h', arguments: '[]' }])
    expect(messages[5]!.text).toBe('no')
  })

  it('has no stop sequence that would end every answer before it begins', () => {
    expect(readChatRequest(body({ stop: ['', 'x'] })).sampling.stop).toEqual(['x'])
  })
})

describe('a chat request that is wrong', () => {
  const user = (content: JsonValue): JsonObject => body({ messages: [hello, { role: 'user', content }] })
  const assistant = (fields: JsonObject): JsonObject =>
    body({ messages: [hello, hello, { role: 'assistant', ...fields }] })
  const tool = (fn: JsonObject): JsonObject => body({ tools: [{ type: 'function', function: fn }] })

  it.each<[JsonObject, string, RegExp]>([
    [{ messages: [hello] }, 'model', /model must be a model's name/],
    [body({ model: '' }), 'model', /name/],
    [body({ model: 7 }), 'model', /name/],
    [body({ model: 'a\r\nb' }), 'model', /name/],
    [body({ model: 'a'.repeat(257) }), 'model', /256/],
    [{ model: 'auto' }, 'messages', /a list of 1 to 10000 entries/],
    [body({ messages: [] }), 'messages', /a list of 1 to 10000 entries/],
    [body({ messages: 'hi' }), 'messages', /list/],
    [body({ messages: { 0: hello } }), 'messages', /list/],
    [body({ messages: [hello, 'hi'] }), 'messages[1]', /an object/],
    [body({ messages: [hello, null] }), 'messages[1]', /an object/],
    [
      body({ messages: [hello, hello, { role: 'wizard', content: 'x' }] }),
      'messages[2].role',
      /one of system, developer, user/,
    ],
    [body({ messages: [{ content: 'x' }] }), 'messages[0].role', /one of system/],
    [body({ messages: [{ role: 'constructor', content: 'x' }] }), 'messages[0].role', /one of/],
    [body({ messages: [{ role: 'user' }] }), 'messages[0].content', /a string or a list of content parts/],
    [user(null), 'messages[1].content', /a string or a list of content parts/],
    [user(5), 'messages[1].content', /a string or a list of content parts/],
    [user({}), 'messages[1].content', /a string or a list of content parts/],
    [user([]), 'messages[1].content', /a list of 1 to/],
    [user(['x']), 'messages[1].content[0]', /an object/],
    [user([{ text: 'x' }]), 'messages[1].content[0].type', /string/],
    [user([{ type: 'text' }]), 'messages[1].content[0].text', /a string/],
    [user([{ type: 'text', text: 1 }]), 'messages[1].content[0].text', /a string/],
    [user([{ type: 'image_url', image_url: 'x' }]), 'messages[1].content[0].image_url', /an object/],
    [user([{ type: 'image_url', image_url: {} }]), 'messages[1].content[0].image_url.url', /string/],
    [user([{ type: 'input_audio' }]), 'messages[1].content[0].input_audio', /an object/],
    [assistant({}), 'messages[2].content', /unless the message calls tools/],
    [assistant({ content: null }), 'messages[2].content', /unless the message calls tools/],
    [assistant({ tool_calls: [] }), 'messages[2].tool_calls', /list of 1/],
    [
      assistant({ tool_calls: [{ function: { name: 'f', arguments: '' } }] }),
      'messages[2].tool_calls[0].id',
      /string/,
    ],
    [
      assistant({ tool_calls: [{ id: 'a', function: { name: 'f', arguments: {} } }] }),
      'messages[2].tool_calls[0].function.arguments',
      /a string/,
    ],
    [assistant({ function_call: { name: 'f' } }), 'messages[2].function_call.arguments', /a string/],
    [body({ messages: [{ role: 'tool', content: 'x' }] }), 'messages[0].tool_call_id', /string/],
    [body({ stream: 'yes' }), 'stream', /true or false/],
    [body({ stream_options: { include_usage: true } }), 'stream_options', /left out unless stream is true/],
    [
      body({ stream: true, stream_options: { include_usage: 1 } }),
      'stream_options.include_usage',
      /true or false/,
    ],
    [body({ stream: true, stream_options: [] }), 'stream_options', /an object/],
    [body({ temperature: 2.1 }), 'temperature', /a number from 0 to 2/],
    [body({ temperature: -0.1 }), 'temperature', /a number from 0 to 2/],
    [body({ temperature: '1' }), 'temperature', /a number from 0 to 2/],
    [body({ top_p: 1.01 }), 'top_p', /a number from 0 to 1/],
    [body({ presence_penalty: 3 }), 'presence_penalty', /a number from -2 to 2/],
    [body({ frequency_penalty: -3 }), 'frequency_penalty', /a number from -2 to 2/],
    [body({ n: 0 }), 'n', /a whole number from 1 to 128/],
    [body({ n: 1.5 }), 'n', /a whole number from 1 to 128/],
    [body({ max_tokens: 0 }), 'max_tokens', /a whole number from 1/],
    [body({ max_tokens: -5 }), 'max_tokens', /a whole number from 1/],
    [body({ max_completion_tokens: 1e12 }), 'max_completion_tokens', /a whole number from 1/],
    [body({ seed: 12345678901234567000 }), 'seed', /a whole number/],
    [body({ stop: ['a', 'b', 'c', 'd', 'e'] }), 'stop', /a list of 0 to 4 entries/],
    [body({ stop: [1] }), 'stop[0]', /a string/],
    [body({ stop: 1 }), 'stop', /a string or a list of at most 4 strings/],
    [body({ logprobs: 3 }), 'logprobs', /true or false/],
    [body({ logprobs: true, top_logprobs: 21 }), 'top_logprobs', /a whole number from 0 to 20/],
    [body({ top_logprobs: 3 }), 'top_logprobs', /left out unless logprobs is true/],
    [body({ logit_bias: [] }), 'logit_bias', /an object of at most 300/],
    [body({ logit_bias: { canary: 101 } }), 'logit_bias', /a bias from -100 to 100/],
    [body({ logit_bias: { canary: 'x' } }), 'logit_bias', /a bias from -100 to 100/],
    [body({ tools: {} }), 'tools', /list/],
    [body({ tools: [{}] }), 'tools[0].type', /string/],
    [tool({}), 'tools[0].function.name', /string/],
    [tool({ name: 'f', parameters: 'x' }), 'tools[0].function.parameters', /a JSON schema/],
    [body({ functions: [{ name: '' }] }), 'functions[0].name', /not empty/],
    [body({ tool_choice: 1 }), 'tool_choice', /a string or an object/],
    [body({ parallel_tool_calls: 'x' }), 'parallel_tool_calls', /true or false/],
    [body({ response_format: 'json' }), 'response_format', /an object/],
    [body({ response_format: {} }), 'response_format.type', /one of text, json_object and json_schema/],
    [
      body({ response_format: { type: 'xml' } }),
      'response_format.type',
      /one of text, json_object and json_schema/,
    ],
    [body({ response_format: { type: 'json_schema' } }), 'response_format.json_schema', /an object/],
    [body({ user: 5 }), 'user', /a string/],
  ])('is refused with its path and what would be right: %j', (value, param, message) => {
    const refusal = refusalOf(value)
    expect(refusal.param).toBe(param)
    expect(refusal.message).toMatch(message)
    expect(refusal.message).toMatch(new RegExp(`^${param.replace(/[[\]]/g, '\\$&')} must be `))
  })

  it.each<[JsonValue]>([[null], [[]], ['x'], [5], [true]])('is refused when it is no object: %j', (value) => {
    expect(refusalOf(value)).toEqual({
      param: null,
      message: 'The body must be a JSON object with model and messages.',
    })
  })

  it('is refused without its values or the keys of the caller in the message', () => {
    const values: JsonObject[] = [
      body({ temperature: 'canary' }),
      body({ messages: [{ role: 'canary' }] }),
      body({ logit_bias: { canary: 'canary' } }),
      body({ response_format: { type: 'canary' } }),
      body({ tools: [{ type: 'function', function: { name: 'f', parameters: { canary: nested(60) } } }] }),
    ]
    for (const value of values) expect(refusalOf(value).message).not.toContain('canary')
  })
})

describe('TRUST 36: a chat request that is a bomb', () => {
  const many = (count: number, value: JsonValue): JsonValue[] => new Array<JsonValue>(count).fill(value)
  const schemaIn = (schema: JsonObject): readonly [JsonObject, string][] => [
    [
      { response_format: { type: 'json_schema', json_schema: { name: 's', schema } } },
      'response_format.json_schema.schema',
    ],
    [
      { tools: [{ type: 'function', function: { name: 'f', parameters: schema } }] },
      'tools[0].function.parameters',
    ],
    [{ functions: [{ name: 'f', parameters: schema }] }, 'functions[0].parameters'],
  ]

  it.each<[string, JsonObject, string]>([
    ['a million messages', { messages: many(1_000_000, hello) }, 'messages'],
    ['a million messages that are none', { messages: many(1_000_000, null) }, 'messages'],
    [
      'a million content parts',
      { messages: [{ role: 'user', content: many(1_000_000, { type: 'text', text: '' }) }] },
      'messages[0].content',
    ],
    ['a million tools', { tools: many(1_000_000, { type: 'function', function: { name: 'f' } }) }, 'tools'],
    ['129 tools', { tools: many(129, { type: 'x' }) }, 'tools'],
    ['a billion answers', { n: 1_000_000_000 }, 'n'],
    [
      'a hundred thousand biases',
      { logit_bias: Object.fromEntries(many(100_000, 1).map((bias, id) => [String(id), bias])) },
      'logit_bias',
    ],
    [
      '301 biases',
      { logit_bias: Object.fromEntries(many(301, 1).map((bias, id) => [String(id), bias])) },
      'logit_bias',
    ],
    ['a million stop sequences', { stop: many(1_000_000, 'x') }, 'stop'],
    ['endless output', { max_tokens: Number.MAX_SAFE_INTEGER }, 'max_tokens'],
  ])('TRUST 36: is refused by its size: %s', (_, fields, param) => {
    expect(refusalOf(body(fields)).param).toBe(param)
  })

  it('TRUST 36: is refused when a schema nests a thousand deep, wherever a schema may stand', () => {
    for (const [fields, param] of schemaIn(nested(1_000))) expect(refusalOf(body(fields)).param).toBe(param)
    for (const [fields] of schemaIn(nested(requestLimits.schemaDepth + 1)))
      expect(() => readChatRequest(body(fields))).toThrow()
    for (const [fields] of schemaIn(nested(requestLimits.schemaDepth))) readChatRequest(body(fields))
  })

  it('TRUST 36: is taken up to its bounds', () => {
    const request = readChatRequest(
      body({
        messages: many(requestLimits.messages, hello),
        tools: many(requestLimits.tools, { type: 'x' }),
        n: requestLimits.answers,
        logit_bias: Object.fromEntries(
          many(requestLimits.logitBias, 1).map((bias, id) => [String(id), bias]),
        ),
      }),
    )
    expect(request.messages).toHaveLength(requestLimits.messages)
  })
})
