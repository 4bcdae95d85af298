/**
 * How good a router's scores are, by RouteLLM's own measure.
 *
 * Eleven thresholds lie at the quantiles of the scores. At each, requests at or above it go to the large model (at the
 * last one: strictly above), which gives a point: the share of calls that the large model had, and the mean quality.
 * APGR is the area under those points, as a part of the way from the small model's to the large one's. CPT(x) is the
 * share of calls at which x of that way is reached.
 */

export type Outcome = { readonly smallScore: number; readonly largeScore: number }
export type CurvePoint = { readonly share: number; readonly quality: number }

export type RoutingFigures = {
  readonly apgr: number
  readonly cpt50: number
  readonly cpt80: number
  /** The share of calls for the large model that keeps 95 % of its quality. */
  readonly strongShareFor95: number
  /** Quality lost for each request that is kept near at half of the calls. */
  readonly lostPerKeptAtHalf: number
}

export function routingFigures(scores: ArrayLike<number>, outcomes: readonly Outcome[]): RoutingFigures {
  const curve = costQualityCurve(scores, outcomes)
  const weak = meanOf(outcomes, (outcome) => outcome.smallScore)
  const strong = meanOf(outcomes, (outcome) => outcome.largeScore)
  const way = strong - weak
  const half = qualityAt(curve, 0.5)
  return {
    apgr: way === 0 ? 0.5 : (areaUnder(curve) - weak) / way,
    cpt50: shareFor(curve, weak + 0.5 * way),
    cpt80: shareFor(curve, weak + 0.8 * way),
    strongShareFor95: shareFor(curve, 0.95 * strong),
    lostPerKeptAtHalf: (strong - half) / 0.5,
  }
}

export function costQualityCurve(
  scores: ArrayLike<number>,
  outcomes: readonly Outcome[],
): readonly CurvePoint[] {
  const sorted = Float64Array.from({ length: outcomes.length }, (_, i) => scores[i]!).sort()
  const points: CurvePoint[] = []
  for (let step = 0; step <= 10; step++) {
    const threshold = quantile(sorted, step / 10)
    let calls = 0
    let quality = 0
    for (let i = 0; i < outcomes.length; i++) {
      const large = step === 10 ? scores[i]! > threshold : scores[i]! >= threshold
      if (large) calls++
      quality += large ? outcomes[i]!.largeScore : outcomes[i]!.smallScore
    }
    points.push({ share: calls / outcomes.length, quality: quality / outcomes.length })
  }
  return points.reverse()
}

/** Linear between neighbours, over values in order. */
export function quantile(sorted: ArrayLike<number>, q: number): number {
  const place = q * (sorted.length - 1)
  const below = Math.floor(place)
  const low = sorted[below] ?? 0
  const high = sorted[below + 1] ?? low
  return low + (place - below) * (high - low)
}

function areaUnder(curve: readonly CurvePoint[]): number {
  let area = 0
  for (let i = 1; i < curve.length; i++) {
    const [a, b] = [curve[i - 1]!, curve[i]!]
    area += ((b.share - a.share) * (a.quality + b.quality)) / 2
  }
  return area
}

/** The smallest share of calls at which this quality is reached; 1 where it never is. */
function shareFor(curve: readonly CurvePoint[], quality: number): number {
  for (let i = 0; i < curve.length; i++) {
    const b = curve[i]!
    if (b.quality < quality) continue
    const a = curve[i - 1]
    if (a === undefined || b.quality === a.quality) return b.share
    return a.share + ((quality - a.quality) / (b.quality - a.quality)) * (b.share - a.share)
  }
  return 1
}

function qualityAt(curve: readonly CurvePoint[], share: number): number {
  for (let i = 1; i < curve.length; i++) {
    const [a, b] = [curve[i - 1]!, curve[i]!]
    if (b.share < share) continue
    const width = b.share - a.share
    return width === 0 ? b.quality : a.quality + ((share - a.share) / width) * (b.quality - a.quality)
  }
  return curve.at(-1)?.quality ?? 0
}

function meanOf(outcomes: readonly Outcome[], of: (outcome: Outcome) => number): number {
  let sum = 0
  for (const outcome of outcomes) sum += of(outcome)
  return sum / Math.max(1, outcomes.length)
}
