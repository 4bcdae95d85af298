import { type JsonObject, NearsideError, readChatRequest } from '@nearside/core'
import { expect, it } from 'vitest'
import { type Generation, plainGeneration } from '../engine/engine.ts'
import { scriptedModel } from '../engine/scripted.ts'
import { generationsFor } from './generation-for.ts'

const limits = { maxAnswers: 4 }

function generations(body: JsonObject): readonly Generation[] {
  const request = readChatRequest({ model: 'local', messages: [{ role: 'user', content: 'hi' }], ...body })
  return generationsFor(request, scriptedModel, limits, 99)
}

function refusedParam(body: JsonObject): string | null {
  try {
    generations(body)
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
      topLogprobs: 0,
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

it('refuses by name what it cannot do, and passes over nothing in silence', () => {
  const tool = { type: 'function', function: { name: 'f', parameters: {} } }
  const image = { type: 'image_url', image_url: { url: 'https://example.com/a.png' } }
  const calls = [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }]
  expect(refusedParam({ tools: [tool] })).toBe('tools')
  expect(refusedParam({ response_format: { type: 'json_object' } })).toBe('response_format')
  expect(refusedParam({ logit_bias: { '5': 1 } })).toBe('logit_bias')
  expect(refusedParam({ n: 5 })).toBe('n')
  expect(refusedParam({ messages: [{ role: 'user', content: [image] }] })).toBe('messages[0].content')
  expect(refusedParam({ messages: [{ role: 'assistant', tool_calls: calls }] })).toBe('messages[0]')
  expect(refusedParam({ messages: [{ role: 'tool', tool_call_id: 'c', content: '4' }] })).toBe('messages[0]')
  expect(refusedParam({ tools: [], logit_bias: {}, response_format: { type: 'text' } })).toBeNull()
})

it('answers to its own name, and to what a gateway calls it', () => {
  for (const model of ['scripted', 'local', 'auto']) expect(generations({ model })).toHaveLength(1)
  expect(() => generations({ model: 'gpt-4o' })).toThrow('This server runs scripted')
})
