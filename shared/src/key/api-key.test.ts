import { describe, expect, it } from 'vitest'
import { isKeyId, keyIdFrom, looksManaged, readKey, writeKey } from './api-key.ts'

const secret = new Uint8Array(32).fill(1)
const other = new Uint8Array(32).fill(2)
const id = keyIdFrom(new Uint8Array(16).fill(200))

describe('TRUST 24: an API key', () => {
  it('is told from a made-up one by the secret alone', () => {
    const key = writeKey(id, secret)
    expect(key).toMatch(/^nsk_[a-z0-9]{16}_[0-9a-f]{40}$/)
    expect(readKey(key, [secret])).toBe(id)
    expect(readKey(key, [other])).toBeNull()
  })

  it('is still taken while the operator moves from one secret to the next', () => {
    expect(readKey(writeKey(id, secret), [other, secret])).toBe(id)
  })

  it('is refused with any one character changed, left out or added', () => {
    const key = writeKey(id, secret)
    for (let i = 0; i < key.length; i++) {
      const changed = key.charAt(i) === 'a' ? 'b' : 'a'
      expect(readKey(key.slice(0, i) + changed + key.slice(i + 1), [secret])).toBeNull()
      expect(readKey(key.slice(0, i) + key.slice(i + 1), [secret])).toBeNull()
    }
    for (const near of [
      `${key}0`,
      `${key} `,
      ` ${key}`,
      key.toUpperCase(),
      'nsk_',
      '',
      'sk-abc',
      `${key}\n`,
    ]) {
      expect(readKey(near, [secret])).toBeNull()
    }
  })

  it('has an id of letters that are not mistaken for each other', () => {
    expect(isKeyId(id)).toBe(true)
    const all = new Set(
      Array.from({ length: 256 }, (_, byte) => keyIdFrom(new Uint8Array(16).fill(byte)).charAt(0)),
    )
    expect(all.size).toBe(32)
    expect([...all].join('')).not.toMatch(/[lo01]/)
    expect(() => keyIdFrom(new Uint8Array(15))).toThrow('16 random bytes')
  })

  it('is known by its beginning', () => {
    expect([looksManaged('nsk_x'), looksManaged('sk-x')]).toEqual([true, false])
  })
})
