/** What many requests come to: means, the share of strong calls, the 95th percentile of latency, and how far luck may have them off. */
import type { Interval } from '../measure/bootstrap.ts'
import { quantile } from '../measure/routing.ts'
import type { Measure } from './arm.ts'

export type Figures = {
  readonly requests: number
  readonly quality: number
  readonly strongShare: number
  /** A request's mean; null where some cost is unknown. */
  readonly usd: number | null
  readonly joules: number | null
  readonly p95Ms: number | null
}

export function figuresOf(measures: readonly Measure[]): Figures {
  const known = (of: (measure: Measure) => number | null): number[] | null => {
    const values = measures.map(of)
    return values.length > 0 && values.every((value) => value !== null) ? (values as number[]) : null
  }
  const meanKnown = (values: readonly number[] | null): number | null =>
    values === null ? null : meanOf(values)
  const latencies = known(({ latencyMs }) => latencyMs)
  return {
    requests: measures.length,
    quality: meanOf(measures.map(({ quality }) => quality)),
    strongShare: meanOf(measures.map(({ strong }) => strong)),
    usd: meanKnown(known(({ usd }) => usd)),
    joules: meanKnown(known(({ joules }) => joules)),
    p95Ms: latencies === null ? null : quantile(Float64Array.from(latencies).sort(), 0.95),
  }
}

export type Intervals = {
  readonly quality: Interval
  /** Quality over what the strong model alone has on the same requests. */
  readonly ofStrong: Interval
  readonly strongShare: Interval
}

const draws = 200

/** Requests are drawn again; the strong model's answers with them, so that both move together. */
export function intervalsOf(
  measures: readonly Measure[],
  strong: readonly number[],
  random: () => number,
): Intervals {
  const count = measures.length
  const quality = new Float64Array(draws)
  const ofStrong = new Float64Array(draws)
  const strongShare = new Float64Array(draws)
  for (let draw = 0; draw < draws; draw++) {
    let [good, best, calls] = [0, 0, 0]
    for (let i = 0; i < count; i++) {
      const row = Math.floor(random() * count)
      const measure = measures[row]!
      good += measure.quality
      best += strong[row]!
      calls += measure.strong
    }
    quality[draw] = good / count
    ofStrong[draw] = good / best
    strongShare[draw] = calls / count
  }
  const middle = (found: Float64Array): Interval => {
    found.sort()
    return [quantile(found, 0.025), quantile(found, 0.975)]
  }
  return { quality: middle(quality), ofStrong: middle(ofStrong), strongShare: middle(strongShare) }
}

export function meanOf(values: readonly number[]): number {
  let sum = 0
  for (const value of values) sum += value
  return values.length === 0 ? Number.NaN : sum / values.length
}
