/** How far a share of successes may be off by luck: Wilson's interval at 95 %, which keeps its promise near 0 and 1. */
import type { Interval } from '../../measure/bootstrap.ts'

const z = 1.959964

export function successInterval(successes: number, count: number): Interval {
  if (count === 0) return [0, 1]
  const share = successes / count
  const middle = share + z ** 2 / (2 * count)
  const half = z * Math.sqrt((share * (1 - share)) / count + z ** 2 / (4 * count ** 2))
  const scale = 1 + z ** 2 / count
  return [Math.max(0, (middle - half) / scale), Math.min(1, (middle + half) / scale)]
}
