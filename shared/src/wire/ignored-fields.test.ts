import { expect, it } from 'vitest'
import { ignoredFields, withoutIgnored } from './ignored-fields.ts'

const body = { model: 'auto', messages: [], store: true, service_tier: null, temperature: 0, tools: [] }

it('names what a tier has no use for, in the order of the body, and nothing that was left out', () => {
  expect(ignoredFields('local', body)).toEqual(['store'])
  expect(ignoredFields('edge', body)).toEqual(['store', 'temperature'])
  expect(ignoredFields('frontier', body)).toEqual([])
  expect(ignoredFields('local', { metadata: {}, constructor: 1, 'x\r\ny': 2 })).toEqual(['metadata'])
})

it('keeps from a local node what it has no use for, and leaves the caller’s own body as it was', () => {
  expect(withoutIgnored(body)).toEqual({
    model: 'auto',
    messages: [],
    service_tier: null,
    temperature: 0,
    tools: [],
  })
  expect(body.store).toBe(true)
  const plain = { model: 'auto', messages: [] }
  expect(withoutIgnored(plain)).toBe(plain)
})

it('never lists what changes an answer', () => {
  const changing = [
    'tools',
    'response_format',
    'n',
    'stop',
    'logprobs',
    'logit_bias',
    'messages',
    'max_tokens',
  ]
  const asked = Object.fromEntries(changing.map((field) => [field, 1]))
  expect([ignoredFields('edge', asked), ignoredFields('local', asked)]).toEqual([[], []])
})
