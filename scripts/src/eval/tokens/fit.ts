/**
 * Finds what each kind of piece must cost, so that a text's bound is close above what a tokenizer makes of it.
 *
 * Quantile regression over whole texts: a token that the bound falls short by weighs as much as hundreds that it is too
 * high, all relative to the text's length. The step shrinks as the passes go on; costs are kept above a floor, so that
 * letters which no text of the data put in that order cost as much as letters in no order at all.
 */
import { piece, scriptBytes } from '@nearside/core'
import { random } from './random.ts'

export type Example = {
  readonly pieces: readonly (readonly [kind: number, count: number])[]
  readonly tokens: number
  readonly weight: number
}

export type Fitting = {
  readonly kinds: number
  readonly start: number
  /** What a missing token weighs, a superfluous one being 1. */
  readonly shortfall: number
  readonly passes: number
  readonly least: (kind: number) => number
  /** Tokens that each text is granted on top. */
  readonly allowance: number
}

export function fit(examples: readonly Example[], fitting: Fitting): Float64Array {
  const { kinds, start, shortfall, passes, least, allowance } = fitting
  const costs = new Float64Array(kinds).fill(start)
  const [mean, spread] = [new Float64Array(kinds), new Float64Array(kinds)]
  const gradient = new Float64Array(kinds)
  const batch = 256
  let step = 0
  const order = examples.map((_, index) => index)
  const below = random(1)
  for (let pass = 0; pass < passes; pass++) {
    for (let at = order.length - 1; at > 0; at--) {
      const other = below(at + 1)
      const kept = order[at]!
      order[at] = order[other]!
      order[other] = kept
    }
    const rate = 0.02 * (1 - pass / passes) + 0.0002
    for (let from = 0; from < order.length; from += batch) {
      gradient.fill(0)
      for (const index of order.slice(from, from + batch)) {
        const { pieces, tokens, weight } = examples[index]!
        let bound = allowance
        for (const [kind, count] of pieces) bound += count * costs[kind]!
        const slope = (weight * (bound < tokens ? -shortfall : 1)) / (tokens + 4)
        for (const [kind, count] of pieces) gradient[kind]! += slope * count
      }
      step += 1
      for (let kind = 0; kind < kinds; kind++) {
        const g = gradient[kind]! / batch
        mean[kind] = 0.9 * mean[kind]! + 0.1 * g
        spread[kind] = 0.999 * spread[kind]! + 0.001 * g * g
        const moved =
          mean[kind]! / (1 - 0.9 ** step) / (Math.sqrt(spread[kind]! / (1 - 0.999 ** step)) + 1e-9)
        costs[kind] = Math.max(least(kind), costs[kind]! - rate * moved)
      }
    }
  }
  return costs
}

const floors: Readonly<Record<number, number>> = {
  // Some families, none of which is measured here, spend a token on each digit.
  [piece.digit]: 1,
  [piece.spaceBeforeDigit]: 1,
  [piece.mark]: 0.6,
  [piece.nextMark]: 0.5,
  [piece.sameMark]: 0.25,
  [piece.line]: 0.5,
  [piece.nextLine]: 0.2,
  [piece.spaces]: 0.6,
  [piece.nextSpace]: 0.2,
  [piece.control]: 0.5,
  // Phonetic letters, each with a space before it at its dearest, which costs nothing by itself.
  [piece.scripts + 2]: 1.2,
}

/**
 * What data must not talk down. Marks, digits and white space come in more orders than any data shows; letters and signs too,
 * where somebody looks for an order that is cheap here and dear there: whatever he finds is at most some three times its bound.
 */
export function leastCost(kind: number): number {
  const bytes = scriptBytes(kind)
  const otherwise = bytes > 0 ? bytes / 3 : kind < firstBegin ? 0.2 : kind < piece.joined ? 0.3 : 0.02
  return floors[kind] ?? otherwise
}

/** Pairs of letters are the first kinds; behind them, and before all others, is how words begin. */
const firstBegin = piece.joined - 26
