import { createHmac } from 'node:crypto'
import { expect, it } from 'vitest'
import { equalBytes, hmacSha256 } from './hmac-sha256.ts'

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'))
const hex = (of: Uint8Array): string => Buffer.from(of).toString('hex')

/** RFC 4231, cases 1 to 4, 6 and 7. */
it.each([
  ['0b'.repeat(20), '4869205468657265', 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7'],
  [
    '4a656665',
    '7768617420646f2079612077616e7420666f72206e6f7468696e673f',
    '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  ],
  ['aa'.repeat(20), 'dd'.repeat(50), '773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe'],
  [
    '0102030405060708090a0b0c0d0e0f10111213141516171819',
    'cd'.repeat(50),
    '82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b',
  ],
  [
    'aa'.repeat(131),
    Buffer.from('Test Using Larger Than Block-Size Key - Hash Key First').toString('hex'),
    '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
  ],
])('agrees with RFC 4231: key %s', (key, message, mac) => {
  expect(hex(hmacSha256(bytes(key), bytes(message)))).toBe(mac)
})

it('agrees with the platform for keys and messages of every length around a block', () => {
  for (let length = 0; length <= 140; length++) {
    const key = new Uint8Array(length).fill(7)
    const message = new Uint8Array(140 - length).fill(9)
    expect(hex(hmacSha256(key, message))).toBe(createHmac('sha256', key).update(message).digest('hex'))
  }
})

it('takes two digests for the same only where every byte is', () => {
  const one = new Uint8Array(32).fill(1)
  expect(equalBytes(one, one.slice())).toBe(true)
  for (let i = 0; i < 32; i++) expect(equalBytes(one, one.with(i, 2))).toBe(false)
  expect(equalBytes(one, one.slice(1))).toBe(false)
  expect(equalBytes(one, new Uint8Array(33).fill(1))).toBe(false)
})
