/** What a word of the supervisor's makes of the session. */
import { counted, type SupervisionState, withAdvice } from './state.ts'
import type { SupervisorWord } from './word.ts'

export type Heard = {
  /** How many messages the conversation has, and how many tokens. */
  readonly messages: number
  readonly tokens: number
}

/** `null` is a word that could not be read: it counts as fine. */
export function hear(
  state: SupervisionState,
  word: SupervisorWord | null,
  { messages, tokens }: Heard,
): SupervisionState {
  const spoken = counted({ ...state, spokeAt: state.turn, spokeTokens: tokens, claim: null }, 'asked')
  if (word === null) return counted(spoken, 'unread', 'fine')
  switch (word.verdict) {
    case 'fine':
      return counted(spoken, 'fine')
    case 'accept':
      return counted(spoken, 'accepted')
    case 'take-over':
      return counted(spoken, 'tookOver')
    case 'advice':
      return counted(withAdvice(spoken, { at: messages, text: word.advice }), 'advised')
    case 'plan':
      return counted({ ...spoken, plan: word.plan }, 'planned')
    case 'replan':
      // What was advised before belongs to what is forgotten.
      return counted(
        { ...spoken, plan: word.plan, summary: word.summary, resetAt: messages, advice: [] },
        'replanned',
      )
  }
}

/** It could not be asked, or did not answer in time. It is asked again at the next turn that gives cause. */
export function missed(state: SupervisionState): SupervisionState {
  return counted({ ...state, claim: null }, 'missed')
}
