/**
 * From the features of a text to what the heads say of it.
 *
 * Domain first, difficulty within the domain: the domains' probabilities, weighed with what a larger model gains in each,
 * give the family's gain as a whole; its expert gives the gain of this very text; the mean of the two goes through the
 * family's calibration. The arithmetic is that of the graph in the model file, fused, in one pass over the table.
 */
import type { TextFeatures } from './features.ts'
import { shapeSize } from './shape.ts'
import type { ClassifierWeights } from './weights.ts'

export type Heads = {
  /** A probability for each kind of task. */
  readonly tasks: Float32Array
  readonly domains: Float32Array
  /**
   * How little this is like what was seen with outcomes: the log-odds of the background, less how strongly the likeliest
   * domain speaks. The one catches prose and chat, the other what is like a known domain, but only just.
   */
  readonly novelty: number
  /** How likely a 3B-class model falls short, by the outcomes of what was seen in training. */
  readonly shortfall: number
  /** What a larger model is expected to gain in quality. */
  readonly gain: number
  /** By family: how likely the text is one of it, and what its expert and its domains say is gained. */
  readonly familyShares: Float32Array
  readonly familyGains: Float32Array
  /** Of length one; texts alike in words and matter have a product near one. Summed when it is first asked for. */
  readonly vector: Float32Array
}

const shapeLimit = 4

export function runHeads(weights: ClassifierWeights, features: TextFeatures): Heads {
  const { tasks, domains, families } = weights.names
  const directions = weights.domainWeights.length / domains.length
  const expertsAt = tasks.length + directions
  const vectorAt = expertsAt + families.length
  const sums = columnSums(weights, features, 0, vectorAt)
  let vector: Float32Array | null = null

  const logits = Float32Array.from(weights.domainBias)
  for (let d = 0; d < directions; d++) {
    const along = sums[tasks.length + d]!
    const row = d * domains.length
    for (let k = 0; k < logits.length; k++) logits[k] = logits[k]! + along * weights.domainWeights[row + k]!
  }
  let loudest = -1e30
  for (let k = 1; k < logits.length; k++) loudest = Math.max(loudest, logits[k]!)
  let known = 0
  for (let k = 1; k < logits.length; k++) known += Math.exp(logits[k]! - loudest)
  const novelty = logits[0]! - (loudest + Math.log(known)) - loudest
  const shares = softmax(logits)
  return {
    tasks: softmax(sums.slice(0, tasks.length)),
    domains: shares,
    novelty,
    ...difficultyWithin(weights, shares, sums.subarray(expertsAt, vectorAt)),
    // More than half of the table, which a decision does not ask for.
    get vector() {
      vector ??= unitLength(columnSums(weights, features, vectorAt, weights.columns))
      return vector
    },
  }
}

/** Of the columns in the half-open range. Each is summed by itself, so that the range changes no number. */
function columnSums(
  weights: ClassifierWeights,
  { ids, weights: counts, shape }: TextFeatures,
  from: number,
  to: number,
): Float32Array {
  const { columns, table, scale, bias } = weights
  const size = to - from
  const sums = new Float32Array(size)
  for (let i = 0; i < ids.length; i++) addRow(sums, size, table, ids[i]! * columns + from, counts[i]!)
  for (let c = 0; c < size; c++) sums[c] = sums[c]! * scale[from + c]! + bias[from + c]!
  for (let s = 0; s < shapeSize; s++) {
    const centred = (shape[s]! - weights.shapeMean[s]!) * weights.shapeScale[s]!
    const value = Math.max(-shapeLimit, Math.min(shapeLimit, centred))
    const row = s * columns + from
    for (let c = 0; c < size; c++) sums[c] = sums[c]! + value * weights.shapeWeights[row + c]!
  }
  return sums
}

/**
 * A function of its own, because the first text of an isolate is judged before anything is compiled, and a function that is called
 * often is compiled sooner than a loop that runs long.
 */
function addRow(sums: Float32Array, size: number, table: Int8Array, row: number, count: number): void {
  for (let c = 0; c < size; c++) sums[c] = sums[c]! + count * table[row + c]!
}

function difficultyWithin(
  weights: ClassifierWeights,
  shares: Float32Array,
  experts: Float32Array,
): Pick<Heads, 'shortfall' | 'gain' | 'familyShares' | 'familyGains'> {
  const families = experts.length
  const share = new Float32Array(families)
  const gains = new Float32Array(families)
  for (let k = 1; k < shares.length; k++) {
    const family = weights.familyOf[k]!
    share[family] = share[family]! + shares[k]!
    gains[family] = gains[family]! + shares[k]! * weights.domainGain[k]!
  }
  let known = 0
  let shortfall = 0
  let gain = 0
  for (let f = 0; f < families; f++) {
    const part = Math.max(share[f]!, 1e-20)
    const own = 0.5 * (gains[f]! / part) + 0.5 * experts[f]!
    gains[f] = own
    const short = 1 / (1 + Math.exp(-(weights.calibration[2 * f]! + weights.calibration[2 * f + 1]! * own)))
    known += part
    shortfall += part * short
    gain += part * own
  }
  return { shortfall: shortfall / known, gain: gain / known, familyShares: share, familyGains: gains }
}

function softmax(logits: Float32Array): Float32Array {
  let most = Number.NEGATIVE_INFINITY
  for (const logit of logits) most = Math.max(most, logit)
  let total = 0
  for (let i = 0; i < logits.length; i++) {
    const grown = Math.exp(logits[i]! - most)
    logits[i] = grown
    total += grown
  }
  for (let i = 0; i < logits.length; i++) logits[i] = logits[i]! / total
  return logits
}

function unitLength(vector: Float32Array): Float32Array {
  let squares = 0
  for (const value of vector) squares += value * value
  const scale = squares > 0 ? 1 / Math.sqrt(squares) : 0
  for (let i = 0; i < vector.length; i++) vector[i] = vector[i]! * scale
  return vector
}
