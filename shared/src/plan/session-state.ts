/**
 * What became of a conversation's session in one answer, and what it goes on with.
 *
 * Where the answer came from another tier there is a cause for it: the request needed or asked for it, and the session moves up with it,
 * or something was down, and the session stays what it was. Another model or version of the same tier, which
 * nobody asked for, is a change that the caller has to be told of.
 */
import type { Plan } from './plan.ts'
import type { Degradation } from './reason.ts'
import type { Pin } from './stay.ts'
import { tierNames } from './target.ts'
import type { Ask } from './wishes.ts'

export const sessionStates = [
  /** No session was sent: whichever version was there has answered, and the next answer may come from another. */
  'version-unpinned',
  /** The same tier and model, and the same version where its node names one; or the edge, which is sure. */
  'kept',
  /** The request needed, or asked for, another tier or model. */
  'moved',
  /** What it began with does not answer now. */
  'changed',
  /** Its time is over. */
  'expired',
  /** The policy that it was made under is no longer in force. */
  'policy-changed',
  /** It is no session of this account, or of this gateway. */
  'invalid',
] as const
export type SessionState = (typeof sessionStates)[number]

export type SessionAnswer = {
  readonly plan: Plan & { readonly kind: 'serve' }
  readonly ask: Ask
  readonly answered: Pin
  readonly degraded: Degradation | null
}

export type SessionAfter = {
  readonly state: SessionState
  /** Whether the conversation goes on with whoever has answered; else with what it has. */
  readonly renewed: boolean
}

export function sessionAfter(pin: Pin, { plan, ask, answered, degraded }: SessionAnswer): SessionAfter {
  if (answered.tier === 'edge') return { state: 'kept', renewed: false }
  if (answered.tier !== pin.tier) {
    // A supervisor that answers one turn does not take the conversation over.
    const rises =
      plan.check?.kind !== 'supervised' && tierNames.indexOf(answered.tier) > tierNames.indexOf(pin.tier)
    return degraded === null ? { state: 'moved', renewed: rises } : { state: 'changed', renewed: false }
  }
  if (answered.model === pin.model && (pin.version === null || answered.version === pin.version))
    return { state: 'kept', renewed: false }
  const wanted =
    answered.model !== pin.model && (ask.kind === 'model' || plan.reason === 'made-the-tool-call')
  return { state: wanted ? 'moved' : 'changed', renewed: true }
}
