/**
 * Ends an answer before any of the caller's stop texts, however the tokens cut them.
 *
 * What is held back is exactly the longest end of the text that could still grow into a stop text, so text
 * without such an end is let go at once. The held part is always shorter than the longest stop text, which
 * bounds both memory and the search.
 */
import type { TokenLogprob } from '@nearside/core'

export type Released = {
  readonly text: string
  /** The tokens whose text begins in what was let go. */
  readonly tokens: readonly TokenLogprob[]
  /** Whether a stop text was found; then nothing more is to come. */
  readonly stopped: boolean
}

export type StopStrings = {
  /** The token may be null, where nobody reads them. */
  push(text: string, token: TokenLogprob | null): Released
  /** What was still held when the model ended by itself. */
  end(): Released
}

/** `start` is where in the held text the token's own text begins. */
type Waiting = { readonly token: TokenLogprob; readonly start: number }

export function stopStrings(stops: readonly string[]): StopStrings {
  const wanted = stops.filter((stop) => stop !== '')
  let held = ''
  let waiting: readonly Waiting[] = []

  function release(chars: number): Released {
    const text = held.slice(0, chars)
    // Where nothing is held all tokens go, even one that is half a character and has no text yet.
    const isGoing = ({ start }: Waiting): boolean => start < chars || chars === held.length
    const tokens = waiting.filter(isGoing).map(({ token }) => token)
    waiting = waiting
      .filter((entry) => !isGoing(entry))
      .map(({ token, start }) => ({ token, start: start - chars }))
    held = held.slice(chars)
    return { text, tokens, stopped: false }
  }

  function stopAt(chars: number): Released {
    const tokens = waiting.filter(({ start }) => start < chars).map(({ token }) => token)
    const text = held.slice(0, chars)
    waiting = []
    held = ''
    return { text, tokens, stopped: true }
  }

  return {
    push(text, token) {
      if (token !== null) waiting = [...waiting, { token, start: held.length }]
      held += text
      const found = firstOf(wanted, held)
      return found >= 0 ? stopAt(found) : release(held.length - heldBack(wanted, held))
    },
    end: () => release(held.length),
  }
}

function firstOf(stops: readonly string[], text: string): number {
  let first = -1
  for (const stop of stops) {
    const at = text.indexOf(stop)
    if (at >= 0 && (first < 0 || at < first)) first = at
  }
  return first
}

/** Length of the longest end of `text` with which some stop text begins. */
function heldBack(stops: readonly string[], text: string): number {
  let longest = 0
  for (const stop of stops) {
    for (let length = Math.min(stop.length - 1, text.length); length > longest; length--) {
      if (text.endsWith(stop.slice(0, length))) longest = length
    }
  }
  return longest
}
