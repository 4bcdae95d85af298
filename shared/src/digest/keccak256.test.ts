import { expect, it } from 'vitest'
import { keccak256 } from './keccak256.ts'

const hex = (text: string) =>
  Array.from(keccak256(new TextEncoder().encode(text)), (byte) => byte.toString(16).padStart(2, '0')).join('')

it('gives the digests that the authors of Keccak published, also at the edges of a block', () => {
  expect(hex('')).toBe('c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470')
  expect(hex('abc')).toBe('4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45')
  const edges = [135, 136, 137, 272].map((length) => hex('a'.repeat(length)))
  expect(new Set(edges).size).toBe(4)
})
