import { describe, expect, it } from 'vitest'
import type { JsonArray, JsonObject } from '../../chat/json.ts'
import { chatRequestOf, readResponsesRequest } from './read-request.ts'

const chatBody = (given: JsonObject, history: JsonArray = []): JsonObject =>
  chatRequestOf(readResponsesRequest({ model: 'auto', input: 'hello', ...given }), history).body

describe('a Responses request', () => {
  it('means a chat with one message where its input is text', () => {
    expect(chatBody({})).toEqual({ model: 'auto', messages: [{ role: 'user', content: 'hello' }] })
  })

  it('asks for the usage of a stream, which its last event tells', () => {
    expect(chatBody({ stream: true })).toMatchObject({
      stream: true,
      stream_options: { include_usage: true },
    })
  })

  it('carries on the turns before, under its own instructions alone', () => {
    const history = [
      { role: 'user', content: 'one' },
      {
        type: 'message',
        role: 'assistant',
        content: [{ type: 'output_text', text: 'two', annotations: [] }],
      },
    ]
    expect(chatBody({ instructions: 'Be brief.' }, history).messages).toEqual([
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'one' },
      { role: 'assistant', content: 'two' },
      { role: 'user', content: 'hello' },
    ])
  })

  it('gives what an assistant says and calls in a row as one message, and passes over its reasoning', () => {
    const input = [
      { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'x' },
      { role: 'assistant', content: 'I look it up.' },
      { type: 'function_call', call_id: 'a', name: 'f', arguments: '{}' },
      { type: 'custom_tool_call', call_id: 'b', name: 'g', input: 'x' },
      { type: 'function_call_output', call_id: 'a', output: [{ type: 'input_text', text: '1' }] },
      { type: 'custom_tool_call_output', call_id: 'b', output: '2' },
      { type: 'function_call', call_id: 'c', name: 'f', arguments: '{}' },
    ]
    expect(chatBody({ input }).messages).toEqual([
      {
        role: 'assistant',
        content: 'I look it up.',
        tool_calls: [
          { id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } },
          { id: 'b', type: 'custom', custom: { name: 'g', input: 'x' } },
        ],
      },
      { role: 'tool', tool_call_id: 'a', content: [{ type: 'text', text: '1' }] },
      { role: 'tool', tool_call_id: 'b', content: '2' },
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }],
      },
    ])
  })

  it('puts what an assistant said behind its calls into their message: between call and output a chat has no place', () => {
    const said = (content: string) => ({ role: 'assistant', content })
    const call = { type: 'function_call', call_id: 'a', name: 'f', arguments: '{}' }
    const output = { type: 'function_call_output', call_id: 'a', output: '1' }
    const tool_calls = [{ id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } }]
    const found = { role: 'tool', tool_call_id: 'a', content: '1' }
    expect(chatBody({ input: [call, said('I look.'), output, said('One.')] }).messages).toEqual([
      { role: 'assistant', content: 'I look.', tool_calls },
      found,
      said('One.'),
    ])
    const parts = ['I look.', 'Wait.'].map((text) => ({ type: 'text', text }))
    expect(chatBody({ input: [said('I look.'), call, said('Wait.'), output] }).messages).toEqual([
      { role: 'assistant', content: parts, tool_calls },
      found,
    ])
    expect(chatBody({ input: [said('One.'), said('Two.')] }).messages).toEqual([said('One.'), said('Two.')])
  })

  it('has each field under the name that a chat has for it', () => {
    const schema = { type: 'object' }
    expect(
      chatBody({
        max_output_tokens: 9,
        temperature: 0.5,
        top_p: null,
        reasoning: { effort: 'low', summary: 'auto' },
        text: { format: { type: 'json_schema', name: 's', schema, strict: true }, verbosity: 'low' },
        include: ['message.output_text.logprobs'],
        top_logprobs: 2,
        tools: [
          { type: 'function', name: 'f', parameters: schema, strict: true },
          { type: 'custom', name: 'g', format: { type: 'grammar', syntax: 'lark', definition: 'x' } },
        ],
        tool_choice: { type: 'allowed_tools', mode: 'auto', tools: [{ type: 'function', name: 'f' }] },
        metadata: { a: 'b' },
        store: false,
        background: false,
        truncation: 'disabled',
        conversation: null,
      }),
    ).toEqual({
      model: 'auto',
      messages: [{ role: 'user', content: 'hello' }],
      max_completion_tokens: 9,
      temperature: 0.5,
      reasoning_effort: 'low',
      verbosity: 'low',
      logprobs: true,
      top_logprobs: 2,
      response_format: { type: 'json_schema', json_schema: { name: 's', schema, strict: true } },
      tools: [
        { type: 'function', function: { name: 'f', parameters: schema, strict: true } },
        {
          type: 'custom',
          custom: { name: 'g', format: { type: 'grammar', grammar: { syntax: 'lark', definition: 'x' } } },
        },
      ],
      tool_choice: {
        type: 'allowed_tools',
        allowed_tools: { mode: 'auto', tools: [{ type: 'function', function: { name: 'f' } }] },
      },
    })
  })

  it('is refused in its own words where the chat reader finds the fault', () => {
    expect(() => chatBody({ temperature: 9 })).toThrow(/temperature must be/)
    const many = Array(10_000).fill({ role: 'user', content: 'x' }) as JsonArray
    expect(() => chatBody({ instructions: 'x', input: many })).toThrow(/^input must be/)
  })
})
