/**
 * What an attempt is charged, by how it ended: the whole table, in one place.
 *
 * Whoever carries out an attempt says what it saw; this says what becomes of the hold. A usage that was given beats
 * everything, also when it is zero, also when the stream was cut after it. Where an upstream may have billed and
 * did not say, the charge is an estimate, and where nothing is known, the whole hold: too much is shown and can be
 * corrected, too little is an overspent cap that nobody sees.
 */
import type { Usage } from '../chat/usage.ts'
import { costOf } from '../price/cost.ts'
import type { NanoUsd } from '../price/nano-usd.ts'
import type { Price } from '../price/price.ts'

/** How an attempt ended, for the one who pays. */
export type Ending =
  /** No connection, or an answer of 4xx or 5xx, before the first event. */
  | { readonly type: 'refused' }
  /** The upstream said what it used, whatever happened then. */
  | { readonly type: 'usage-given'; readonly usage: Usage }
  /** The answer ended as it should, without saying what it used. */
  | { readonly type: 'ended-without-usage'; readonly promptTokens: number; readonly outputTokens: number }
  /** A time-out or a cut after the body was sent. Tokens: the bound of the prompt, and the output that was seen. */
  | {
      readonly type: 'cut'
      readonly promptTokens: number
      readonly outputTokens: number
      readonly heard: boolean
    }
  /** The client left and the upstream was aborted; where it is let finish, its usage is given instead. */
  | {
      readonly type: 'hung-up'
      readonly promptTokens: number
      readonly outputTokens: number
      readonly heard: boolean
    }

export type Charge =
  | { readonly action: 'release' }
  | { readonly action: 'settle'; readonly amount: NanoUsd; readonly flag: 'estimated' | 'uncertain' | null }

export function chargeFor(
  ending: Ending,
  attempt: { readonly price: Price; readonly held: NanoUsd },
): Charge {
  switch (ending.type) {
    case 'refused':
      return { action: 'release' }
    case 'usage-given':
      return { action: 'settle', amount: costOf(attempt.price, ending.usage), flag: null }
    case 'ended-without-usage':
      return estimated(ending, attempt)
    case 'cut':
    case 'hung-up':
      return ending.heard
        ? estimated(ending, attempt)
        : { action: 'settle', amount: attempt.held, flag: 'uncertain' }
  }
}

// The hold is a true upper bound, so an estimate above it is surely wrong, and a guess must not push a cap over.
function estimated(
  seen: { readonly promptTokens: number; readonly outputTokens: number },
  { price, held }: { readonly price: Price; readonly held: NanoUsd },
): Charge {
  const usage = { ...seen, cachedTokens: 0, reasoningTokens: 0 }
  return { action: 'settle', amount: Math.min(held, costOf(price, usage)), flag: 'estimated' }
}
