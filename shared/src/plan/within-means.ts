/**
 * What an account's caps are known to have left, and what that changes in a plan.
 *
 * A denial costs a round trip to the store, and every request of a spent account would pay it to be told the same again. So
 * where the first choice costs more than is left, what costs nothing stands first: the answer that the denial would have come
 * to. Whoever is passed over stays behind it, and the store still decides when it is asked. Nobody is added or taken out, what
 * a caller named is asked as it was named, and a policy that refuses when a cap is spent has the store refuse.
 *
 * The cost that is compared is never above what would be set aside, so that whatever is passed over would be denied.
 */
import { upperBound } from '../price/cost.ts'
import type { NanoUsd } from '../price/nano-usd.ts'
import { degradationOf } from './degradation.ts'
import type { Step } from './plan.ts'
import type { DirectPlan, Shaping } from './shape.ts'
import type { TargetView } from './target.ts'

/** For calls of one model: what the tightest of their caps can have left at most, once all that is held now is given back. */
export type CapsLeft = {
  readonly model: string
  readonly left: NanoUsd
  /** When a store said so. */
  readonly heardAt: number
}

/** What this isolate last heard, perhaps a while ago: of a model that is not named here nothing is known. */
export type BudgetHint = readonly CapsLeft[]

/** An answer cut shorter than this helps nobody. */
export const leastOutputTokens = 256

export function withinMeans(plan: DirectPlan, budget: BudgetHint, shaping: Shaping): DirectPlan {
  const { wishes, policy, field } = shaping
  if (wishes.ask.kind !== 'auto') return plan
  const viewOf = (step: Step): TargetView | undefined => field.find(({ name }) => name === step.target)
  const isFree = (step: Step): boolean => viewOf(step)?.price === null
  const isBeyond = (step: Step | undefined): boolean => {
    const view = step === undefined ? undefined : viewOf(step)
    return view !== undefined && costsMoreThanLeft(view, budget, shaping)
  }
  const nearer = policy.whenSpent === 'nearer'
  const [first, better] = plan.steps
  const all = [...plan.steps, ...plan.fallbacks]
  const free = all.filter((step) => isFree(step) && viewOf(step)?.standing !== 'resting')
  const freeFirst = [...free, ...all.filter((step) => !free.includes(step))]

  switch (plan.check?.kind) {
    case undefined:
      return nearer && isBeyond(first) && free.length > 0 ? asked(plan, freeFirst) : plan
    case 'cascade':
    case 'consistency': {
      // Nobody better can be had, and then the near answer stands whatever its check says: unless a floor forbids it.
      const isInVain = plan.check.floor === 0 && isFree(first) && isBeyond(better)
      if (!isInVain || free.some(({ tier }) => tier === 'frontier')) return plan
      const { check: _, ...unchecked } = plan
      return asked({ ...unchecked, strategy: 'direct' }, nearer ? freeFirst : all)
    }
    case 'supervised':
    case 'map-reduce':
      return plan
  }
}

function asked(plan: DirectPlan, order: readonly Step[]): DirectPlan {
  const [first, ...fallbacks] = order as [Step, ...Step[]]
  const spared: DirectPlan = { ...plan, steps: [first], fallbacks, spent: true }
  return { ...spared, degraded: degradationOf(spared, first.tier) }
}

/** A call may come to have more answers and a longer prompt than the signals say, and never fewer or a shorter one. */
function costsMoreThanLeft(
  { price, model }: TargetView,
  budget: BudgetHint,
  { signals, policy }: Shaping,
): boolean {
  const known = budget.find((each) => each.model === model)
  if (known === undefined || price === null) return false
  const wanted = signals.outputTokens ?? policy.outputTokens
  const outputLimit = policy.clampOutput ? Math.min(wanted, leastOutputTokens) : wanted
  return upperBound({ price, promptTokens: signals.promptTokens, outputLimit, answers: 1 }) > known.left
}
