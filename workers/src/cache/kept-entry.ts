/**
 * From a response that went to a caller to the entry that a later request may get; null where the answer is not worth keeping.
 *
 * What was worse than wished (an upstream was down, a cap clamped it) would be worse for as long as it is kept; what the edge
 * worked out by itself is worked out again sooner than found.
 */
import { responseHeaders as names, type TierName, tierNames, toldStream, toldWhole } from '@nearside/core'
import type { CachedCall, KeptEntry } from '../options/answer-cache.ts'

export function entryOf(
  call: CachedCall,
  headers: Headers,
  text: string,
  { now, keepMs }: { readonly now: number; readonly keepMs: number },
): KeptEntry | null {
  if (!isWorthKeeping(headers)) return null
  const { answers } = call.request
  const answer = isStream(headers) ? toldStream(text, answers) : toldWhole(text, answers)
  const tier = tierOf(headers)
  if (answer === null || tier === null) return null
  const decision = headers.get(names.decision) ?? ''
  return { answer, decision, tier, model: headers.get(names.model) ?? '', at: now, endsAt: now + keepMs }
}

export function isStream(headers: Headers): boolean {
  return /^text\/event-stream/i.test(headers.get('content-type') ?? '')
}

/** Told by the headers alone, before any body is read. */
export function isWorthKeeping(headers: Headers): boolean {
  const tier = tierOf(headers)
  // What belongs to a session is no answer to another conversation, however alike it begins.
  const ofSession = headers.get(names.supervision) !== null
  return tier !== null && tier !== 'edge' && headers.get(names.degraded) === null && !ofSession
}

function tierOf(headers: Headers): TierName | null {
  const said = headers.get(names.tier)
  return tierNames.find((tier) => tier === said) ?? null
}
