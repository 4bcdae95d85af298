import { expect, it } from 'vitest'
import { Float, message } from './protobuf.ts'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

it('writes the examples of the Protocol Buffers encoding guide', () => {
  expect(hex(message([[1, 150]]))).toBe('089601')
  expect(hex(message([[2, 'testing']]))).toBe('120774657374696e67')
  expect(hex(message([[3, message([[1, 150]])]]))).toBe('1a03089601')
})

it('writes a negative integer as ten bytes, and the largest one', () => {
  expect(hex(message([[1, -1]]))).toBe('08ffffffffffffffffff01')
  expect(hex(message([[1, 2n ** 63n - 1n]]))).toBe('08ffffffffffffffff7f')
})

it('writes zero, an empty string and a field number above 15', () => {
  expect(
    hex(
      message([
        [1, 0],
        [20, 1],
      ]),
    ),
  ).toBe('0800a00101')
  expect(hex(message([[7, '']]))).toBe('3a00')
})

it('writes a float in four bytes, the lowest first', () => {
  expect(hex(message([[2, new Float(1)]]))).toBe('150000803f')
})

it('counts a text by its bytes, not by its letters', () => {
  expect(hex(message([[1, 'é']]))).toBe('0a02c3a9')
})
