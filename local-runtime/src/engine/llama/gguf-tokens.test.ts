import { expect, it } from 'vitest'
import { ggufTokens } from './gguf-tokens.ts'

const text = (bytes: Uint8Array | null): string | null =>
  bytes === null ? null : new TextDecoder().decode(bytes)

it('reads byte-level tokens as the bytes that they stand for, and control tokens as none', () => {
  const table = ggufTokens({ model: 'gpt2', tokens: ['Ġhi', 'Ã©', '<|end|>', '<tool>'], types: [1, 1, 3, 4] })
  expect([0, 1, 2, 3, 4].map((id) => text(table.bytesOf(id)))).toEqual([' hi', 'é', null, '<tool>', null])
  expect(table.controls).toEqual(['<|end|>'])
  expect(table.longestTokenBytes).toBe(7)
})

it('takes the marks of calls for text, though a conversation may still not spell them', () => {
  const vocabulary = { model: 'gpt2', tokens: ['<|end|>', '<tool_call>'], types: [3, 3] }
  const table = ggufTokens(vocabulary, ['<tool_call>', '</tool_call>'])
  expect([0, 1].map((id) => text(table.bytesOf(id)))).toEqual([null, '<tool_call>'])
  expect(table.controls).toEqual(['<|end|>', '<tool_call>'])
})

it("reads SentencePiece's tokens, lone bytes among them", () => {
  const table = ggufTokens({
    model: 'llama',
    tokens: ['<unk>', '▁hi', '<0xE2>', '</s>'],
    types: [2, 1, 6, 3],
  })
  expect(text(table.bytesOf(1))).toBe(' hi')
  expect(table.bytesOf(2)).toEqual(Uint8Array.of(0xe2))
  expect(table.bytesOf(0)).toBeNull()
  expect(table.leadingSpace).toBe(true)
})

it('refuses a vocabulary whose spelling it does not know', () => {
  expect(() => ggufTokens({ model: 'bert', tokens: [], types: [] })).toThrow(/vocabulary of type bert/)
})
