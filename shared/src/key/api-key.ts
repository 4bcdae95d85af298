/**
 * An API key: `nsk_<id>_<mac>`.
 *
 * The id names its record and is no secret; the mac is that of the id under the operator's secret. So a key that was made up
 * is refused by arithmetic alone, before a store is asked or a body read, and a store that is stolen holds no key.
 */
import { equalBytes, hmacSha256 } from '../digest/hmac-sha256.ts'

const prefix = 'nsk_'
/** 160 bits: as good as unguessable, and short enough for a line. */
const macBytes = 20
const idText = /^[a-z0-9]{16}$/

export function looksManaged(key: string): boolean {
  return key.startsWith(prefix)
}

export function isKeyId(text: string): boolean {
  return idText.test(text)
}

/** Sixteen letters and digits out of as many random bytes. */
export function keyIdFrom(random: Uint8Array): string {
  if (random.length < 16) throw new RangeError('A key id is made of 16 random bytes.')
  // 36 letters do not divide 256, so five bits are taken of each byte: 32 of the letters, each as likely.
  return Array.from(random.subarray(0, 16), (byte) => letters.charAt(byte & 31)).join('')
}

const letters = 'abcdefghijkmnpqrstuvwxyz23456789'

export function writeKey(id: string, secret: Uint8Array): string {
  return `${prefix}${id}_${hexOf(macOf(id, secret))}`
}

/** The id of a key that was made with one of the secrets; null for every other text. */
export function readKey(key: string, secrets: readonly Uint8Array[]): string | null {
  const id = key.slice(prefix.length, prefix.length + 16)
  const given = bytesOfHex(key.slice(prefix.length + 17))
  if (!looksManaged(key) || !idText.test(id) || key.charAt(prefix.length + 16) !== '_' || given === null)
    return null
  let made = false
  for (const secret of secrets) if (equalBytes(macOf(id, secret), given)) made = true
  return made ? id : null
}

function macOf(id: string, secret: Uint8Array): Uint8Array {
  return hmacSha256(secret, asciiBytes(`nearside key ${id}`)).subarray(0, macBytes)
}

function asciiBytes(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0))
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

function bytesOfHex(text: string): Uint8Array | null {
  if (text.length !== macBytes * 2 || !/^[0-9a-f]+$/.test(text)) return null
  return Uint8Array.from({ length: macBytes }, (_, i) => Number.parseInt(text.slice(i * 2, i * 2 + 2), 16))
}
