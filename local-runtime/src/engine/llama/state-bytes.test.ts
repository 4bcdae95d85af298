import { expect, it } from 'vitest'
import { stateBytesPerToken } from './state-bytes.ts'

it('is what llama.cpp keeps of Llama 3.2 3B for a token', () => {
  const attention = { head_count: 24, head_count_kv: 8, key_length: 128, value_length: 128 }
  expect(stateBytesPerToken({ block_count: 28, embedding_length: 3_072, attention })).toBe(114_688)
  const { key_length: _, value_length: __, ...shared } = attention
  expect(stateBytesPerToken({ block_count: 28, embedding_length: 3_072, attention: shared })).toBe(114_688)
})

it('takes the most where layers differ, and all heads where none are shared', () => {
  expect(stateBytesPerToken({ block_count: 2, embedding_length: 64, attention: { head_count: 4 } })).toBe(512)
  const attention = { head_count: 4, head_count_kv: [1, 2] }
  expect(stateBytesPerToken({ block_count: 2, embedding_length: 64, attention })).toBe(256)
})
