/**
 * Fits a conversation into a model's context: as it is, or without its oldest turns where the caller said so. What a template
 * makes of fewer messages is only known by asking it, so the turns to leave out are found by halving.
 */
import { NearsideError } from '@nearside/core'
import type { EngineMessage, Overflow } from '../engine.ts'

export type Fitted = readonly number[]

export type FitOptions = {
  readonly messages: readonly EngineMessage[]
  readonly contextTokens: number
  readonly overflow: Overflow
  /** No token stands for more bytes than this, so a text's length tells the fewest tokens it can have. */
  readonly longestTokenBytes: number
  /** The conversation as tokens; null where the template refuses it. */
  readonly tokensOf: (messages: readonly EngineMessage[]) => readonly number[] | null
}

export function fitConversation(options: FitOptions): Fitted {
  const { messages, contextTokens, overflow } = options
  const whole = fitting(messages, options)
  if (whole.ids !== null) return whole.ids
  if (overflow === 'error') throw tooLong(whole.atLeastTokens, contextTokens)

  const cuts = turnStarts(messages)
  let low = 0
  let high = cuts.length - 1
  let best: readonly number[] | null = null
  while (low <= high) {
    const middle = (low + high) >> 1
    const { ids } = fitting(without(messages, cuts[middle]!), options)
    if (ids === null) low = middle + 1
    else {
      best = ids
      high = middle - 1
    }
  }
  if (best === null) throw tooLong(whole.atLeastTokens, contextTokens)
  return best
}

function fitting(
  messages: readonly EngineMessage[],
  { contextTokens, longestTokenBytes, tokensOf }: FitOptions,
): { readonly ids: readonly number[] | null; readonly atLeastTokens: number } {
  // Knowing it beforehand spares the tokenizer megabytes of hopeless work that nothing could interrupt.
  const chars = messages.reduce((sum, { text }) => sum + text.length, 0)
  const atLeastTokens = Math.ceil(chars / longestTokenBytes)
  if (atLeastTokens >= contextTokens) return { ids: null, atLeastTokens }
  const ids = tokensOf(messages)
  if (ids === null || ids.length === 0) throw refused()
  return ids.length >= contextTokens ? { ids: null, atLeastTokens: ids.length } : { ids, atLeastTokens: 0 }
}

/** Where turns begin after which the conversation may start: at a user's messages, the first one excepted. */
function turnStarts(messages: readonly EngineMessage[]): readonly number[] {
  return messages.flatMap(({ role }, index) => (role === 'user' && index > 0 ? [index] : []))
}

function without(messages: readonly EngineMessage[], from: number): readonly EngineMessage[] {
  const opening = messages.findIndex(({ role }) => role !== 'system')
  return [...messages.slice(0, Math.max(0, opening)), ...messages.slice(Math.max(from, opening))]
}

function tooLong(tokens: number, contextTokens: number): NearsideError {
  const message =
    `The conversation has ${tokens} tokens or more, but the model takes ${contextTokens} together with its ` +
    'answer; shorten it.'
  return new NearsideError('context-too-long', message, { param: 'messages' })
}

/** Templates refuse orders of roles they do not know. Their own words may quote the conversation, so these are ours. */
function refused(): NearsideError {
  const message =
    "The model's chat template refuses this conversation; most want at most one system message, first, and " +
    'then user and assistant by turns.'
  return new NearsideError('bad-request', message, { param: 'messages' })
}
