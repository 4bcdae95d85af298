/**
 * A short name for a policy, so that a record says which one decided: the beginning of the SHA-256 of its JSON, with keys
 * in order and everything beyond ASCII escaped. Equal policies have equal names, in whatever order they were written.
 */
import { sha256 } from '../digest/sha256.ts'
import type { Policy } from './policy.ts'

export function policyHash(policy: Policy): string {
  const text = inOrder(policy).replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  const digest = sha256(Uint8Array.from(text, (sign) => sign.charCodeAt(0)))
  return Array.from(digest.subarray(0, hashBytes), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** A thousand policies share a name with a chance of one in half a billion. */
const hashBytes = 6

function inOrder(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inOrder).join()}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${inOrder(member)}`).join()}}`
}
