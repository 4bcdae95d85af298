/** How far a figure may be off by the luck of the rows: the middle 95 % of the figure over rows drawn with repetition. */
import { quantile } from './routing.ts'

export type Interval = readonly [low: number, high: number]

export function bootstrapInterval(
  count: number,
  figure: (rows: Int32Array) => number,
  random: () => number,
  draws = 200,
): Interval {
  const found = Float64Array.from({ length: draws }, () =>
    figure(Int32Array.from({ length: count }, () => Math.floor(random() * count))),
  ).sort()
  return [quantile(found, 0.025), quantile(found, 0.975)]
}
