/**
 * Makes events of the tokens that a model chose, one after the other: their text as soon as it is whole and certain not to
 * begin a stop text, their log-probabilities beside it, and the end when one is reached. It is the same for every model in a
 * process of ours, so that engines differ in how they choose a token and in nothing that a caller sees.
 */
import type { TokenTable } from '../../model/read-tokenizer.ts'
import type { Candidate, Chosen } from '../../sampling/sampler.ts'
import { stopStrings } from '../../text/stop-strings.ts'
import { tokenName, utf8Text } from '../../text/utf8-text.ts'
import type { EngineEvent, Generation } from '../engine.ts'

/** A chosen token; its log-probability is null where nobody asked and asking would have cost time. */
export type Told = Omit<Chosen, 'logprob'> & { readonly logprob: number | null }

export type TokenTeller = {
  /** Tells a token that is text. `ended` says whether it was the last. */
  token(chosen: Told): { readonly event: EngineEvent; readonly ended: 'stop' | 'length' | null }
  end(finishReason: 'stop' | 'length' | 'cancelled'): EngineEvent
}

export function tellTokens(generation: Generation, table: TokenTable, limit: number): TokenTeller {
  const text = utf8Text()
  const stops = stopStrings(generation.stop)
  let outputTokens = 0

  function bytesFor(id: number): Uint8Array {
    return table.bytesOf(id) ?? new Uint8Array()
  }
  function nameOf(id: number, logprob: number): { token: string; logprob: number } {
    return { token: tokenName(bytesFor(id)), logprob }
  }
  function candidate({ id, logprob }: Candidate): { token: string; logprob: number } {
    return nameOf(id, logprob)
  }

  return {
    token(chosen) {
      const bytes = bytesFor(chosen.id)
      const isFirst = outputTokens++ === 0
      const piece = isFirst && table.leadingSpace ? text.push(bytes).replace(/^ /, '') : text.push(bytes)
      const isRead = generation.topLogprobs !== null && chosen.logprob !== null
      const named = isRead ? { ...nameOf(chosen.id, chosen.logprob), top: chosen.top.map(candidate) } : null
      const released = stops.push(piece, named)
      return {
        event: { type: 'token', logprob: chosen.logprob, text: released.text, tokens: released.tokens },
        ended: released.stopped ? 'stop' : outputTokens >= limit ? 'length' : null,
      }
    },
    end(finishReason) {
      const { text, tokens } = stops.end()
      return { type: 'generation-end', finishReason, text, tokens, outputTokens }
    },
  }
}
