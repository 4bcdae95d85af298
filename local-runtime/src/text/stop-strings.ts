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
  push(text: string, token: TokenLogprob): Released
  /** What was still held when the model ended by itself. */
  end(): Released
}

export function stopStrings(stops: readonly string[]): StopStrings {
  const wanted = stops.filter((stop) => stop !== '')
  let held = ''
  let waiting: { readonly token: TokenLogprob; readonly start: number }[] = []

  function release(chars: number, stopped: boolean): Released {
    const text = held.slice(0, chars)
    // A token that adds no text yet (half a character) goes with the text before it.
    const keep = stopped ? waiting.length : waiting.findIndex(({ start }) => start >= chars && chars < held.length)
    const count = keep < 0 ? waiting.length : keep
    const tokens = waiting.slice(0, count).filter(({ start }) => !stopped || start < chars)
    waiting = waiting.slice(count).map(({ token, start }) => ({ token, start: start - chars }))
    held = stopped ? '' : held.slice(chars)
    return { text, tokens: tokens.map(({ token }) => token), stopped }
  }

  return {
    push(text, token) {
      waiting.push({ token, start: held.length })
      held += text
      const found = firstOf(wanted, held)
      if (found >= 0) return release(found, true)
      return release(held.length - heldBack(wanted, held), false)
    },
    end: () => release(held.length, false),
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
