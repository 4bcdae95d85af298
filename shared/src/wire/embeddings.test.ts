import { expect, it } from 'vitest'
import { observeEmbedding } from '../signals/observe-embedding.ts'
import { embeddingBody, readEmbeddingAnswer, readEmbeddingRequest } from './embeddings.ts'

const inputsOf = (input: unknown) => readEmbeddingRequest({ model: 'e', input } as never).inputs

it('takes one text, many texts, and token ids in the place of either', () => {
  expect(inputsOf('one')).toEqual(['one'])
  expect(inputsOf(['one', 'two'])).toEqual(['one', 'two'])
  expect(inputsOf([1, 2, 3])).toEqual([[1, 2, 3]])
  expect(inputsOf([[1], [2, 3]])).toEqual([[1], [2, 3]])
  expect(inputsOf(['one', [2, 3]])).toEqual(['one', [2, 3]])
})

it('sets aside for all inputs together, and asks of the longest whether a model can read it', () => {
  const { signals, longestInput } = observeEmbedding({ inputs: [[1, 2, 3], [4], 'word'] })
  expect(longestInput.promptTokens).toBe(5)
  expect(signals.promptTokens).toBeGreaterThanOrEqual(5 + 3 + 3)
  expect(signals.turns).toBe(3)
})

it('sends the caller’s own fields on, and keeps back what is said to Nearside alone', () => {
  const body = { model: 'alias', input: 'x', truncate: 'END', nearside: { a: 1 }, 'x-nearside-b': 2 }
  expect(JSON.parse(embeddingBody(body, 'real'))).toEqual({ model: 'real', input: 'x', truncate: 'END' })
})

it('leaves the vectors as they were written, and believes no usage that is none', () => {
  const wire = '{"data":[{"embedding":[1e-3, 0.10]}],"usage":{"prompt_tokens":8,"total_tokens":8}}'
  expect(readEmbeddingAnswer(wire)).toMatchObject({ wire, usage: { promptTokens: 8, outputTokens: 0 } })
  expect(readEmbeddingAnswer('{"data":[],"usage":{"prompt_tokens":-8}}').usage).toBeNull()
  for (const other of ['{}', '[]', 'no', '{"error":{"message":"x"}}', '{"choices":[]}'])
    expect(() => readEmbeddingAnswer(other)).toThrow('not a list of embeddings')
})
