/**
 * A linear machine for each intent against all others: squared hinge loss, solved in its dual by coordinate descent (Hsieh and
 * others, 2008, as in LIBLINEAR).
 *
 * One against the rest, not a softmax: a question that is like no intent is then quiet everywhere, where a softmax has to give its
 * whole voice to somebody. It is quick as well: nearly all examples of other intents are beyond doubt after a pass or two, and are
 * put aside. The order of rows is drawn from a seed, so the same examples give the same weights.
 */
import { seededRandom, shuffled } from '../train/random.ts'
import type { Multinomial } from '../train/softmax.ts'
import type { SparseRows } from '../train/sparse.ts'

export type OneVsRestOptions = {
  readonly classes: number
  /** What an error costs, beside the length of the weights. */
  readonly cost: number
}

export const defaultCost = 0.3

const passes = 12
/** Slopes nearer to each other than this change no answer. */
const closeEnough = 0.1
const seed = 1
/** An example that has so much to spare is put aside at once. */
const beyondDoubt = 0.3

export function fitOneVsRest(
  rows: SparseRows,
  chosen: readonly number[],
  labels: ArrayLike<number>,
  { classes, cost }: OneVsRestOptions,
): Multinomial {
  const machine = machineOn(rows, chosen, 0.5 / cost)
  const weights = new Float32Array(rows.width * classes)
  const offset = new Float32Array(classes)
  for (let k = 0; k < classes; k++) {
    const { slopes, bias } = machine((place) => labels[place] === k)
    for (let id = 0; id < rows.width; id++) weights[id * classes + k] = slopes[id]!
    offset[k] = bias
  }
  return { classes, weights, offset }
}

type Fitted = { readonly slopes: Float64Array; readonly bias: number }

/** One machine after the other in the same memory. */
function machineOn(
  rows: SparseRows,
  chosen: readonly number[],
  softness: number,
): (isOwn: (place: number) => boolean) => Fitted {
  const { starts, ids, weights } = rows
  const count = chosen.length
  const lengths = Float64Array.from(chosen, (row) => {
    let sum = 1
    for (let at = starts[row]!; at < starts[row + 1]!; at++) sum += weights[at]! * weights[at]!
    return sum
  })
  const pulls = new Float64Array(count)
  const slopes = new Float64Array(rows.width)
  const random = seededRandom(seed)

  return function fit(isOwn) {
    pulls.fill(0)
    slopes.fill(0)
    let bias = 0
    const order = shuffled(count, random)
    let size = count
    let steepest = Number.POSITIVE_INFINITY
    for (let pass = 0; pass < passes && size > 0; pass++) {
      let [most, fewest] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
      shuffleFirst(order, size, random)
      for (let s = 0; s < size; s++) {
        const place = order[s]!
        const side = isOwn(place) ? 1 : -1
        const [from, to] = [starts[chosen[place]!]!, starts[chosen[place]! + 1]!]
        let said = bias
        for (let at = from; at < to; at++) said += weights[at]! * slopes[ids[at]!]!
        const before = pulls[place]!
        const slope = side * said - 1 + softness * before
        if (before === 0 && slope > Math.min(steepest, beyondDoubt)) {
          order[s--] = order[--size]!
          order[size] = place
          continue
        }
        const projected = before === 0 ? Math.min(slope, 0) : slope
        most = Math.max(most, projected)
        fewest = Math.min(fewest, projected)
        if (Math.abs(projected) < 1e-12) continue
        const after = Math.max(before - slope / (lengths[place]! + softness), 0)
        const step = (after - before) * side
        pulls[place] = after
        bias += step
        for (let at = from; at < to; at++) {
          const id = ids[at]!
          slopes[id] = slopes[id]! + step * weights[at]!
        }
      }
      if (most - fewest <= closeEnough) break
      steepest = most <= 0 ? Number.POSITIVE_INFINITY : most
    }
    return { slopes, bias }
  }
}

function shuffleFirst(order: Int32Array, size: number, random: () => number): void {
  for (let i = 0; i < size; i++) {
    const j = i + Math.floor(random() * (size - i))
    const held = order[i]!
    order[i] = order[j]!
    order[j] = held
  }
}
