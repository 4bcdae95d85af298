/**
 * What a model costs, in nano-dollars a token.
 *
 * One dollar for a million tokens is 1,000 nano-dollars a token. A price has the date from which it holds, and
 * may have a dearer band above a prompt length: providers charge the whole call at the band its prompt falls
 * into.
 */
import type { NanoUsd } from './nano-usd.ts'

export type Rates = {
  readonly prompt: NanoUsd
  readonly cachedPrompt: NanoUsd
  readonly output: NanoUsd
}

export type Price = Rates & {
  /** ISO date from which this price holds. */
  readonly since: string
  /** Dearer rates for prompts longer than `above` tokens. */
  readonly longContext: (Rates & { readonly above: number }) | null
}
