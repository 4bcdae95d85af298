/**
 * How sure a model was of its answer, from 0 to 1, out of the log-probabilities of the tokens it chose.
 *
 * The mean alone hides a few guesses in a long, sure sentence, and those are where an answer goes wrong; so the
 * weakest quarter of the tokens counts as much as all of them together. Alone this is a weak sign, and it is
 * not calibrated unless an operator has had it done (`nearside-runtime calibrate`): a policy's threshold belongs to one model. No answer at all is no confidence; an engine that tells
 * nothing of its tokens leaves it unknown.
 */
import { type Curve, onCurve } from '@nearside/core'

export type ConfidenceFold = {
  add(logprob: number | null): void
  value(): number | null
}

/** `curve` is what calibration found of this model. */
export function confidenceFold(ceiling: number, curve: Curve | null = null): ConfidenceFold {
  const logprobs: number[] = []
  let tokens = 0
  return {
    add(logprob) {
      tokens++
      if (logprob !== null) logprobs.push(logprob)
    },
    value() {
      if (logprobs.length === 0) return tokens === 0 ? 0 : null
      const sorted = logprobs.toSorted((left, right) => left - right)
      const weakest = sorted.slice(0, Math.ceil(sorted.length / 4))
      const sure = Math.exp((mean(sorted) + mean(weakest)) / 2)
      const said = curve === null ? sure : onCurve(curve, sure)
      return Math.min(ceiling, Math.round(said * 10_000) / 10_000)
    },
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
