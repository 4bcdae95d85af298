/**
 * How well a probability is kept: requests in order of what was said of them, in bins of equal count; in each bin the
 * mean of what was said beside the share that came true. ECE is the mean distance of the two.
 */

export type ReliabilityBin = { readonly said: number; readonly true: number; readonly n: number }

export function reliabilityBins(
  said: ArrayLike<number>,
  happened: readonly boolean[],
  bins = 15,
): readonly ReliabilityBin[] {
  const order = happened.map((_, i) => i).sort((a, b) => said[a]! - said[b]! || a - b)
  const made: ReliabilityBin[] = []
  for (let bin = 0; bin < bins; bin++) {
    const part = order.slice(
      Math.floor((bin * order.length) / bins),
      Math.floor(((bin + 1) * order.length) / bins),
    )
    if (part.length === 0) continue
    const mean = (of: (i: number) => number): number => part.reduce((sum, i) => sum + of(i), 0) / part.length
    made.push({ said: mean((i) => said[i]!), true: mean((i) => (happened[i] ? 1 : 0)), n: part.length })
  }
  return made
}

export function expectedCalibrationError(bins: readonly ReliabilityBin[]): number {
  const total = bins.reduce((sum, { n }) => sum + n, 0)
  return bins.reduce((sum, bin) => sum + (bin.n / Math.max(1, total)) * Math.abs(bin.said - bin.true), 0)
}
