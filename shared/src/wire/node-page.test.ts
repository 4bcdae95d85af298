import { expect, it } from 'vitest'
import { readNodePage } from './node-page.ts'

it('reads whether a node takes calls, and the context of its model', () => {
  const page = { standing: 'ready', model: { contextTokens: 2_048 }, queue: 3 }
  expect(readNodePage(JSON.stringify(page))).toEqual({ admits: true, contextTokens: 2_048 })
  expect(readNodePage(JSON.stringify({ ...page, standing: 'draining' })).admits).toBe(false)
})

it.each([
  '',
  'not JSON',
  '[]',
  'null',
  '3',
  '{}',
  '{"model":[]}',
  '{"model":{"contextTokens":-1}}',
  '{"model":{"contextTokens":1e400}}',
  '{"model":{"contextTokens":"9"}}',
])('TRUST 35: takes a page that is broken or hostile as one that says nothing: %j', (text) => {
  expect(readNodePage(text)).toEqual({ admits: true, contextTokens: null })
})
