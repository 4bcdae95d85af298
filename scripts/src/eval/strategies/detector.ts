/**
 * A cascade's look at the local answer, simulated at a stated strength.
 *
 * The score of a wrong answer is drawn from a normal distribution that lies above that of a right one by just so much that
 * the area under the detector's ROC curve is the strength: for two normals of deviation one, the root of two times the
 * normal quantile of the area. At a strength of one the two do not touch.
 */
import type { Outcome } from '../../measure/routing.ts'

/** How likely each local answer is wrong, as an order: the higher, the sooner it is asked again of the large model. */
export function detectorScores(
  outcomes: readonly Outcome[],
  auroc: number,
  random: () => number,
): Float64Array {
  const apart = auroc === 1 ? null : Math.SQRT2 * normalQuantile(auroc)
  return Float64Array.from(outcomes, ({ smallScore }) => {
    const wrong = smallScore < rightFrom ? 1 : 0
    return apart === null ? wrong + 0.5 * random() : normal(random) + apart * wrong
  })
}

/** Where scores are no plain right and wrong. */
const rightFrom = 0.5

/** Box and Muller's. */
function normal(random: () => number): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random()))
  return radius * Math.cos(2 * Math.PI * random())
}

/** By halving: no table of constants, and exact to the last digits. */
export function normalQuantile(share: number): number {
  let low = -10
  let high = 10
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2
    if (normalShare(middle) < share) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/** The normal distribution's share below, by its series around zero. */
function normalShare(value: number): number {
  let term = value
  let sum = value
  for (let n = 1; Math.abs(term) > 1e-17 && n < 500; n++) {
    term *= -(value * value) / (2 * n)
    sum += term / (2 * n + 1)
  }
  return 0.5 + sum / Math.sqrt(2 * Math.PI)
}
