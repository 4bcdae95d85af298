/**
 * HMAC with SHA-256 (RFC 2104), synchronous for the same reason as the digest: a key is judged before anything is waited for.
 */
import { sha256 } from './sha256.ts'

const blockBytes = 64

export function hmacSha256(secret: Uint8Array, message: Uint8Array): Uint8Array {
  const key = secret.length > blockBytes ? sha256(secret) : secret
  const inner = sha256(joined(key, 0x36, message))
  return sha256(joined(key, 0x5c, inner))
}

/** The key, filled up to a block and mixed with a constant, in front of the rest. */
function joined(key: Uint8Array, mix: number, rest: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(blockBytes + rest.length).fill(mix, 0, blockBytes)
  for (let i = 0; i < key.length; i++) bytes[i] = key[i]! ^ mix
  bytes.set(rest, blockBytes)
  return bytes
}

/** Whether two digests are the same, in a time that says nothing of where they differ. */
export function equalBytes(one: Uint8Array, other: Uint8Array): boolean {
  let difference = one.length ^ other.length
  for (let i = 0; i < other.length; i++) difference |= (one[i] ?? 0) ^ (other[i] ?? 0)
  return difference === 0
}
