/** By which policy it was decided: the first half of the SHA-256 of its settings, made once for each policy. */
import { type Policy, sha256 } from '@nearside/core'

const made = new WeakMap<Policy, string>()
const encoder = new TextEncoder()

export function policyHash(policy: Policy): string {
  const known = made.get(policy)
  if (known !== undefined) return known
  const settings = Object.entries(policy).toSorted(([one], [other]) => (one < other ? -1 : 1))
  const digest = sha256(encoder.encode(JSON.stringify(settings)))
  const hash = Array.from(digest.subarray(0, 16), (byte) => byte.toString(16).padStart(2, '0')).join('')
  made.set(policy, hash)
  return hash
}
