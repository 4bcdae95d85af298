import { type JsonObject, NearsideError, readChatRequest } from '@nearside/core'
import { expect, it } from 'vitest'
import { type EngineCapabilities, type Generation, plainGeneration } from '../engine/engine.ts'
import { scriptedModel } from '../engine/scripted.ts'
import { workFor } from './generation-for.ts'

const limits = { maxAnswers: 4, confidence: 'rough' } as const

function generations(body: JsonObject, able: Partial<EngineCapabilities> = {}): readonly Generation[] {
  const request = readChatRequest({ model: 'local', messages: [{ role: 'user', content: 'hi' }], ...body })
  return workFor(
    request,
    { ...scriptedModel, capabilities: { ...scriptedModel.capabilities, ...able } },
    limits,
    99,
  ).generations
}

function refusedParam(body: JsonObject, able: Partial<EngineCapabilities> = {}): string | null {
  try {
    generations(body, able)
  } catch (error) {
    if (error instanceof NearsideError && error.code === 'bad-request') return error.param
    throw error
  }
  return null
}

it('takes what the caller says and fills in the rest', () => {
  expect(generations({ max_tokens: 7, temperature: 0.5, top_p: 0.9, stop: 'x', seed: 5 })).toEqual([
    {
      ...plainGeneration,
      messages: [{ role: 'user', text: 'hi' }],
      outputLimit: 7,
      temperature: 0.5,
      topP: 0.9,
      frequencyPenalty: 0,
      presencePenalty: 0,
      seed: 5,
      stop: ['x'],
      topLogprobs: null,
    },
  ])
  expect(generations({})[0]).toMatchObject({ outputLimit: 4_096, temperature: 1, topP: 1, seed: 99 })
})

it('gives each of several answers a seed of its own', () => {
  expect(generations({ n: 3, seed: 5 }).map(({ seed }) => seed)).toEqual([5, 6, 7])
})

it('takes the likeliest token where top_p leaves nothing else', () => {
  expect(generations({ top_p: 0 })[0]).toMatchObject({ temperature: 0 })
})

it("speaks a developer's message as the system's, which is what models know", () => {
  expect(generations({ messages: [{ role: 'developer', content: 'Be brief.' }] })[0]?.messages).toEqual([
    { role: 'system', text: 'Be brief.' },
  ])
})

const tool = { type: 'function', function: { name: 'f', parameters: { type: 'object' } } }
const asked = {
  role: 'assistant',
  tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }],
}
const answered = { role: 'tool', tool_call_id: 'c', content: '4' }
const schema = { type: 'object', properties: { a: { type: 'string', pattern: '(?=x)' } } }

it('refuses by name what the model cannot do, and passes over nothing in silence', () => {
  const image = { type: 'image_url', image_url: { url: 'https://example.com/a.png' } }
  const unable: Partial<EngineCapabilities> = {
    ...{ tools: false, constraints: [], logprobs: false, topLogprobs: 0 },
    without: ['topK', 'minP', 'repetitionPenalty', 'logitBias', 'seed'],
  }
  expect(refusedParam({ tools: [tool] }, unable)).toBe('tools')
  expect(refusedParam({ response_format: { type: 'json_object' } }, unable)).toBe('response_format')
  expect(refusedParam({ tools: [tool], tool_choice: 'required' }, { constraints: [] })).toBe('tool_choice')
  expect(refusedParam({ logit_bias: { '5': 1 } }, unable)).toBe('logit_bias')
  expect(refusedParam({ top_k: 5 }, unable)).toBe('top_k')
  expect(refusedParam({ min_p: 0.1 }, unable)).toBe('min_p')
  expect(refusedParam({ repetition_penalty: 1.1 }, unable)).toBe('repetition_penalty')
  expect(refusedParam({ seed: 3 }, unable)).toBe('seed')
  expect(refusedParam({ logprobs: true }, unable)).toBe('logprobs')
  expect(refusedParam({ logprobs: true, top_logprobs: 5 }, { topLogprobs: 4 })).toBe('top_logprobs')
  expect(refusedParam({ context_overflow: 'shift' })).toBe('context_overflow')
  expect(refusedParam({ n: 5 })).toBe('n')
  expect(refusedParam({ messages: [{ role: 'user', content: [image] }] })).toBe('messages[0].content')
  expect(refusedParam({ messages: [asked] }, unable)).toBe('messages[0]')
  expect(refusedParam({ messages: [answered] }, unable)).toBe('messages[0]')
  const nothing = {
    tools: [],
    logit_bias: {},
    response_format: { type: 'text' },
    top_k: 0,
    repetition_penalty: 1,
  }
  expect(refusedParam(nothing, unable)).toBeNull()
  expect(refusedParam({ tools: [tool], tool_choice: 'none' }, unable)).toBeNull()
})

it.each<[JsonObject, string]>([
  [{ top_k: -1 }, 'top_k'],
  [{ top_k: 1.5 }, 'top_k'],
  [{ min_p: 2 }, 'min_p'],
  [{ repetition_penalty: 0 }, 'repetition_penalty'],
  [{ logit_bias: { five: 1 } }, 'logit_bias'],
  [{ logit_bias: { '5': 101 } }, 'logit_bias'],
  [{ context_overflow: 'forget' }, 'context_overflow'],
  [{ tools: [tool], tool_choice: { type: 'function', function: { name: 'g' } } }, 'tool_choice'],
  [{ tools: [tool], response_format: { type: 'json_object' } }, 'response_format'],
  [
    { response_format: { type: 'json_schema', json_schema: { name: 's', schema: { type: 'text' } } } },
    'response_format.json_schema.schema.type',
  ],
  [{ response_format: { type: 'json_schema', json_schema: { name: 's', schema } } }, 'response_format'],
])('refuses %j by its field, before anybody waits', (body, param) => {
  expect(refusedParam(body)).toBe(param)
})

it('holds an answer to the form that is asked for, or to calls of the tools', () => {
  expect(generations({ response_format: { type: 'json_object' } })[0]!.constraint).toEqual({
    type: 'json-object',
  })
  const shaped = { type: 'json_schema', json_schema: { name: 's', schema: { type: 'integer' } } }
  expect(generations({ response_format: shaped })[0]!.constraint).toEqual({
    type: 'json-schema',
    schema: { type: 'integer' },
  })
  expect(generations({ tools: [tool] })[0]!.constraint).toBeNull()
  const other = { type: 'function', function: { name: 'g' } }
  const named = { tools: [tool, other], tool_choice: { type: 'function', function: { name: 'g' } } }
  expect(generations({ ...named, parallel_tool_calls: false })[0]!.constraint).toEqual({
    type: 'tool-calls',
    tools: [other],
    parallel: false,
  })
})

it("gives a tool's answer the name of the tool, which the call has", () => {
  expect(generations({ messages: [asked, answered] })[0]!.messages).toEqual([
    { role: 'assistant', text: '', toolCalls: [{ id: 'c', name: 'f', arguments: '{}' }] },
    { role: 'tool', text: '4', toolCallId: 'c', name: 'f' },
  ])
})

it('takes settings that OpenAI does not have', () => {
  const given = {
    top_k: 40,
    min_p: 0.05,
    repetition_penalty: 1.1,
    logit_bias: { '7': -100 },
    context_overflow: 'error',
  }
  expect(generations(given)[0]).toMatchObject({
    topK: 40,
    minP: 0.05,
    repetitionPenalty: 1.1,
    logitBias: [[7, -100]],
  })
})

it('answers to its own name, and to what a gateway calls it', () => {
  for (const model of ['scripted', 'local', 'auto']) expect(generations({ model })).toHaveLength(1)
  expect(() => generations({ model: 'gpt-4o' })).toThrow('This server runs scripted')
})
