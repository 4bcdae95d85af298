/**
 * How sure a model was of its words, out of the log-probabilities of its tokens.
 *
 * Their mean, so that a long answer is not worse for being long. The mean alone hides a few guesses in a long, sure
 * sentence, and those are where an answer goes wrong: the weakest quarter counts as much as all together. This is the sum
 * that local-runtime makes of its own tokens, so that a node which tells its confidence and one which tells its tokens are
 * held to one bar.
 */
export function tokenConfidence(logprobs: readonly number[]): number | null {
  // A token that could not have been said has no logarithm that counts; some servers send -9999 for it.
  const told = Float64Array.from(
    logprobs.filter((value) => value <= 0).map((value) => Math.max(value, least)),
  )
  if (told.length === 0) return null
  told.sort()
  return Math.exp((meanOf(told) + meanOf(told.subarray(0, Math.ceil(told.length / 4)))) / 2)
}

const least = -50

function meanOf(values: Float64Array): number {
  let sum = 0
  for (const value of values) sum += value
  return sum / values.length
}
