/**
 * What a call costs, before it is made (an upper bound) and after (the truth), in whole nano-dollars.
 *
 * Tokens and rates are whole numbers, so nothing is rounded: both figures are exact, and a million calls drift by
 * nothing. Tokens that are not whole (a broken usage) are rounded up. The bound is never below the cost of a call
 * that keeps within it, in whichever band its prompt falls and however its prompt was cached.
 */
import type { Usage } from '../chat/usage.ts'
import type { NanoUsd } from './nano-usd.ts'
import type { Price, Rates } from './price.ts'

export type CallSize = {
  readonly price: Price
  /** The most tokens the prompt can have. */
  readonly promptTokens: number
  /** The most tokens that each answer can have, hidden reasoning included. */
  readonly outputLimit: number
  /** How many answers are asked for: the prompt is charged once, the output of each. */
  readonly answers: number
}

export function upperBound({ price, promptTokens, outputLimit, answers }: CallSize): NanoUsd {
  const { promptRate, outputRate } = dearestRates(price, promptTokens)
  return money(whole(promptTokens) * promptRate + whole(outputLimit) * whole(answers) * outputRate)
}

/** The largest output limit whose upper bound lies within the amount; zero where not even the prompt does. */
export function outputWithin(
  amount: NanoUsd,
  { price, promptTokens, answers }: Omit<CallSize, 'outputLimit'>,
): number {
  const { promptRate, outputRate } = dearestRates(price, promptTokens)
  const left = amount - whole(promptTokens) * promptRate
  const perToken = whole(answers) * outputRate
  if (left < 0) return 0
  return perToken === 0 ? Number.MAX_SAFE_INTEGER : Math.floor(left / perToken)
}

/** Reasoning tokens are part of the output, cached ones part of the prompt; neither is charged twice. */
export function costOf(price: Price, usage: Usage): NanoUsd {
  const promptTokens = whole(usage.promptTokens)
  const cachedTokens = Math.min(whole(usage.cachedTokens), promptTokens)
  const rates = bandOf(price, promptTokens)
  return money(
    (promptTokens - cachedTokens) * rates.prompt +
      cachedTokens * rates.cachedPrompt +
      whole(usage.outputTokens) * rates.output,
  )
}

function dearestRates(
  price: Price,
  promptTokens: number,
): { readonly promptRate: number; readonly outputRate: number } {
  const reachable = bandsUpTo(price, whole(promptTokens))
  return {
    promptRate: Math.max(...reachable.map((rates) => Math.max(rates.prompt, rates.cachedPrompt))),
    outputRate: Math.max(...reachable.map((rates) => rates.output)),
  }
}

// The whole call is charged in the band of its prompt, not only the tokens above the line.
function bandOf(price: Price, promptTokens: number): Rates {
  return price.longContext !== null && promptTokens > price.longContext.above ? price.longContext : price
}

// A bound above the line may turn out to lie below it, and an operator's bands need not rise in every rate.
function bandsUpTo(price: Price, promptTokens: number): readonly Rates[] {
  return price.longContext !== null && promptTokens > price.longContext.above
    ? [price, price.longContext]
    : [price]
}

function whole(tokens: number): number {
  return tokens > 0 ? Math.ceil(tokens) : 0
}

// An absurd usage must not leave the whole numbers that the ledger adds without loss.
function money(amount: number): NanoUsd {
  return Math.min(amount, Number.MAX_SAFE_INTEGER)
}
