/**
 * When the supervisor speaks. Too often hurts: it costs, and an executor that is interrupted loses its thread. So there are
 * set points and a few signals, signals keep a distance from the last word, and a session has only so many words.
 */
import type { SupervisionState } from './state.ts'
import type { Trouble } from './watch.ts'

export type SupervisionTerms = {
  /** The supervisor looks at every so many turns. @default 4 */
  readonly everyTurns: number
  /** A signal is passed over where the supervisor spoke so few turns ago. @default 2 */
  readonly quietTurns: number
  /** How often it is asked in one session at most. @default 24 */
  readonly mostWords: number
  /** So often the same call. 0 looks for none. @default 3 */
  readonly repeats: number
  /** So often the same tool has failed. 0 looks for none. @default 2 */
  readonly failures: number
  /** By so many tokens the conversation has grown since the last word. 0 looks for none. @default 4000 */
  readonly growthTokens: number
  /** An answer that is believed less, from 0 to 1, is shown before it is served. 0 shows none. @default 0.3 */
  readonly unsureBelow: number
}

export const defaultSupervision: SupervisionTerms = {
  everyTurns: 4,
  quietTurns: 2,
  mostWords: 24,
  repeats: 3,
  failures: 2,
  growthTokens: 4_000,
  unsureBelow: 0.3,
}

export const causes = [
  'no-plan',
  'every-turns',
  'call-repeats',
  'tool-fails',
  'context-grows',
  'unsure',
  'claims-done',
] as const
/** Why the supervisor is asked. */
export type Cause = (typeof causes)[number]

/** Null where the executor goes on alone. */
export function causeBefore(
  state: SupervisionState,
  trouble: Trouble,
  tokens: number,
  terms: SupervisionTerms,
): Cause | null {
  // Whoever has spoken at this turn has spoken: it is only asked again.
  if (spent(state, terms) || state.spokeAt === state.turn) return null
  const since = state.turn - state.spokeAt
  if (state.strategy === 'plan-execute-verify-replan' && state.plan === null)
    return state.spokeAt === 0 || since >= terms.everyTurns ? 'no-plan' : null
  if (since >= terms.everyTurns && state.turn > 1) return 'every-turns'
  if (state.spokeAt > 0 && since < terms.quietTurns) return null
  if (terms.repeats > 0 && trouble.repeats >= terms.repeats) return 'call-repeats'
  if (terms.failures > 0 && trouble.failures >= terms.failures) return 'tool-fails'
  if (terms.growthTokens > 0 && state.turn > 1 && tokens - state.spokeTokens >= terms.growthTokens)
    return 'context-grows'
  return null
}

export type AnswerSeen = {
  /** From 0 to 1; null where nothing tells. */
  readonly confidence: number | null
  /** It calls no tool: whoever drives the executor takes it for the end. */
  readonly ends: boolean
}

/** Null where the answer is served as it is. */
export function causeAfter(
  state: SupervisionState,
  { confidence, ends }: AnswerSeen,
  terms: SupervisionTerms,
): Cause | null {
  if (spent(state, terms)) return null
  if (state.strategy === 'plan-execute-verify-replan') return ends ? 'claims-done' : null
  return confidence !== null && confidence < terms.unsureBelow ? 'unsure' : null
}

/** Whether the session has had all its words. */
export function spent({ counters }: SupervisionState, { mostWords }: SupervisionTerms): boolean {
  return counters.asked >= mostWords
}
