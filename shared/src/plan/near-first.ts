/**
 * The near model and the better one behind it, where a request has both and leaves the choice open.
 *
 * A wish for a second opinion never moves a text: what is private stays near where it can, and is not taken further because
 * an answer was weak. A frontier that stands on the premises is no further.
 */
import { mayGo } from '../privacy/zone.ts'
import type { Step } from './plan.ts'
import type { DirectPlan, Shaping } from './shape.ts'
import type { TargetView } from './target.ts'

export type NearFirst = {
  readonly near: Step
  readonly better: Step
  /** What stands behind the two, in the plan's own order. */
  readonly others: readonly Step[]
  /** How long an answer of each has lately taken to be of use; null where nothing was heard. */
  readonly nearTakesMs: number | null
  readonly betterTakesMs: number | null
}

export function nearFirst(plan: DirectPlan, { signals, wishes, field }: Shaping): NearFirst | null {
  if (wishes.ask.kind !== 'auto' || plan.wished === 'edge') return null
  const all = [...plan.steps, ...plan.fallbacks]
  const viewOf = (step: Step): TargetView | undefined => field.find(({ name }) => name === step.target)
  const isUp = (step: Step): boolean => viewOf(step)?.standing !== 'resting'
  const mayBeAsked = (step: Step): boolean => {
    const zone = viewOf(step)?.zone
    if (zone === undefined) return false
    const strict = wishes.privacy.level === 'sensitive' ? 'never-leave' : wishes.privacy.level
    return mayGo({ ...wishes.privacy, level: strict }, zone)
  }
  const near = all.find((step) => step.tier === 'local' && isUp(step))
  const better = all.find((step) => step.tier === 'frontier' && isUp(step) && mayBeAsked(step))
  if (near === undefined || better === undefined) return null
  const takes = (step: Step): number | null => {
    const view = viewOf(step)
    return (signals.stream === true ? view?.firstTokenMs : view?.wholeMs) ?? null
  }
  return {
    near,
    better,
    others: all.filter((step) => step !== near && step !== better),
    nearTakesMs: takes(near),
    betterTakesMs: takes(better),
  }
}

/** Whether one after the other fit the caller's time, as far as anything is known of them. */
export function fitsOneAfterTheOther(
  { nearTakesMs, betterTakesMs }: NearFirst,
  latencyMs: number | null,
): boolean {
  return latencyMs === null || (nearTakesMs ?? 0) + (betterTakesMs ?? 0) <= latencyMs
}

/** The better model keeps the time that it takes, and half of all where nothing was heard of it. */
export function timeForNear({ betterTakesMs }: NearFirst, latencyMs: number | null): number | null {
  return latencyMs === null ? null : Math.max(1, Math.round(latencyMs - (betterTakesMs ?? latencyMs / 2)))
}
