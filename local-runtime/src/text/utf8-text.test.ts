import { expect, it } from 'vitest'
import { tokenName, utf8Text } from './utf8-text.ts'

const text = 'aé€😀\u{feff}z'
const bytes = new TextEncoder().encode(text)

it('puts characters together however their bytes are cut', () => {
  for (let first = 0; first <= bytes.length; first++) {
    for (let second = first; second <= bytes.length; second++) {
      const stream = utf8Text()
      const pieces = [bytes.slice(0, first), bytes.slice(first, second), bytes.slice(second)].map(stream.push)
      expect(pieces.join('')).toBe(text)
      expect(pieces.join('')).not.toContain('\ufffd')
    }
  }
})

it('holds back nothing but the bytes of a character that is not whole', () => {
  const stream = utf8Text()
  expect(stream.push(Uint8Array.of(0x61, 0xe2, 0x82))).toBe('a')
  expect(stream.push(Uint8Array.of(0xac, 0x62))).toBe('€b')
})

it('shows bytes that are no character as the sign for that, and goes on', () => {
  const stream = utf8Text()
  expect(stream.push(Uint8Array.of(0xff, 0x61))).toBe('\ufffda')
  expect(stream.push(Uint8Array.of(0xe2))).toBe('')
  expect(stream.push(Uint8Array.of(0x61))).toBe('\ufffda')
})

it('never gives out half of a surrogate pair', () => {
  const stream = utf8Text()
  for (const byte of new TextEncoder().encode('😀😀')) {
    expect(stream.push(Uint8Array.of(byte)).isWellFormed()).toBe(true)
  }
})

it('names a token by its text, or by its bytes where they are half a character', () => {
  expect(tokenName(new TextEncoder().encode(' the'))).toBe(' the')
  expect(tokenName(Uint8Array.of(0xe2, 0x82))).toBe('bytes:\\xe2\\x82')
})
