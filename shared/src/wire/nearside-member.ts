/**
 * Puts the `nearside` object into an upstream's JSON text as its last member, and takes out one that the
 * upstream wrote itself: what an answer says of tier, model and cost is this gateway's word alone.
 *
 * The text is not read and written anew for that: an answer may be megabytes, and what is not touched cannot
 * be changed by accident. Only a text that may hold such a member already is looked at closely.
 */
import type { JsonObject, JsonValue } from '../chat/json.ts'
import { NearsideError } from '../fault/nearside-error.ts'
import { isJsonObject } from './json-object.ts'

/** `wire` is the text of a JSON object, as it was read before. */
export function withNearside(wire: string, nearside: JsonObject | null): string {
  const clean = withoutNearside(wire)
  if (nearside === null) return clean
  const end = clean.lastIndexOf('}')
  const head = clean.slice(0, end).trimEnd()
  const comma = head.endsWith('{') ? '' : ','
  return `${head}${comma}"nearside":${JSON.stringify(nearside)}}`
}

/** Whether a text may hold such a member: its key may be spelt with escapes, of which some letter needs one. */
function mayHoldNearside(wire: string): boolean {
  return /"nearside"|\\u00[67]/.test(wire)
}

function withoutNearside(wire: string): string {
  if (!mayHoldNearside(wire)) return wire
  const value = JSON.parse(wire) as JsonValue
  if (!isJsonObject(value) || !Object.hasOwn(value, 'nearside')) return wire
  try {
    return JSON.stringify(Object.fromEntries(Object.entries(value).filter(([key]) => key !== 'nearside')))
  } catch (cause) {
    // Reading takes any depth, writing only as much as the stack.
    throw new NearsideError('tier-failed', 'The upstream sent an answer that nests without end.', { cause })
  }
}
