/**
 * The sealed word by which a caller brings its session back: who answered, under which policy, and until when that holds.
 *
 * Sealed for its tenant with AES-GCM, so that it says nothing to whoever holds it, cannot be changed, and opens for nobody else. No
 * state is kept here: any isolate with the secret reads it.
 */
import type { Pin, TierName } from '@nearside/core'
import type { Seal } from '../replay/seal.ts'

export type SessionWord = {
  readonly pin: Pin
  readonly policyHash: string
  readonly endsAt: number
}

/** No digest and no response is called so: a text that was sealed for another use is no session. */
const name = 'session'

export function sealSession(seal: Seal, { pin, policyHash, endsAt }: SessionWord): Promise<string> {
  const { tier, model, version } = pin
  return seal.close(name, JSON.stringify([tier, model, version, policyHash, endsAt]))
}

/** Null where it is none of this tenant's. */
export async function openSession(seal: Seal, token: string): Promise<SessionWord | null> {
  if (token.length > mostChars) return null
  try {
    // It was sealed by this gateway, so nobody else can have written it.
    const [tier, model, version, policyHash, endsAt] = JSON.parse(await seal.open(name, token)) as Sealed
    return { pin: { tier, model, version }, policyHash, endsAt }
  } catch {
    return null
  }
}

type Sealed = [tier: TierName, model: string, version: string | null, policyHash: string, endsAt: number]

/** A model's name has 256 characters at most, a version 128. */
const mostChars = 1_024
