/**
 * How far verdicts move the threshold at which the frontier takes over.
 *
 * An offset for each kind of task is taken off `frontierFrom`: the greater it is, the sooner the frontier is asked. It
 * grows by a step when quality is below the level, and shrinks by one when it is safely above, between a floor and a
 * ceiling that the operator set. A move begins a new tally: what was judged under the old threshold says nothing of the new.
 */
import type { Policy } from '../plan/policy.ts'
import type { Drift } from './drift.ts'

export type ThresholdTerms = {
  readonly step: number
  readonly floor: number
  readonly ceiling: number
}

export type ThresholdMove = {
  readonly from: number
  readonly to: number
  readonly because: 'below-level' | 'above-level'
}

/** Null where it stays. */
export function thresholdMove(
  offset: number,
  drift: Drift,
  { step, floor, ceiling }: ThresholdTerms,
): ThresholdMove | null {
  if (drift === 'unsure') return null
  const wanted = drift === 'below' ? offset + step : offset - step
  // Sums of tenths drift; what is shown and compared has six places.
  const to = Math.round(Math.min(ceiling, Math.max(floor, wanted)) * 1e6) / 1e6
  if (to === offset) return null
  return { from: offset, to, because: drift === 'below' ? 'below-level' : 'above-level' }
}

/** The policy with the frontier taking over so much sooner, never outside what a threshold can be. */
export function withOffset(policy: Policy, offset: number): Policy {
  if (offset === 0) return policy
  const moved = (from: number): number => Math.min(1, Math.max(0, Math.round((from - offset) * 1e6) / 1e6))
  const tasks = Object.fromEntries(
    Object.entries(policy.tasks).map(([task, terms]) => [
      task,
      terms.frontierFrom === undefined ? terms : { ...terms, frontierFrom: moved(terms.frontierFrom) },
    ]),
  )
  return { ...policy, frontierFrom: moved(policy.frontierFrom), tasks }
}
