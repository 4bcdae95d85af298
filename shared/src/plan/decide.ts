/**
 * Chooses who answers a chat request.
 *
 * Three questions in this order: may it leave, can it be done nearer, what does it cost. Privacy first narrows
 * the field, so that no later line can bring back a place the text may not go. Everything the choice rests on is
 * an argument: equal inputs give equal plans, and yesterday's traffic can be replayed against tomorrow's policy.
 */
import { mayGo } from '../privacy/zone.ts'
import type { Signals } from '../signals/signals.ts'
import { answersTo, isGoodEnough, isTooLong, whoCanServe } from './able.ts'
import { degradationOf } from './degradation.ts'
import { inOrder } from './in-order.ts'
import { planInPieces } from './in-pieces.ts'
import type { Plan, Step } from './plan.ts'
import type { Policy } from './policy.ts'
import type { Refusal } from './reason.ts'
import { rulesFor } from './rules.ts'
import { type DirectPlan, shapePlan } from './shape.ts'
import { standIns, type Traffic } from './stand-ins.ts'
import { distances, held } from './stay.ts'
import { asGiven, isSupervised } from './supervised.ts'
import type { TargetView } from './target.ts'
import { hardestWish } from './wish.ts'
import type { Wishes } from './wishes.ts'
import { type BudgetHint, withinMeans } from './within-means.ts'

export function decide(
  observed: Signals,
  wishes: Wishes,
  policy: Policy,
  field: readonly TargetView[],
  traffic: Traffic | null = null,
  budget: BudgetHint | null = null,
): Plan {
  const rules = rulesFor(observed, wishes, policy)
  const { strategy } = rules
  const signals = asGiven(observed, strategy)
  const asked = field.filter((target) => answersTo(target, wishes, policy))
  const allowed = asked.filter((target) => mayGo(wishes.privacy, target.zone))
  const inPieces = strategy === 'map-reduce' ? planInPieces(allowed, signals, wishes, policy, rules) : null
  if (inPieces !== null) return inPieces

  const able = whoCanServe(allowed, signals, policy)
  const turns = turnsOf(signals)
  const good = able.filter((target) =>
    turns.every((turn) => isGoodEnough(target, turn, wishes, rulesFor(turn, wishes, policy))),
  )
  const refuse = (refusal: Refusal): Plan => ({
    kind: 'refuse',
    strategy,
    refusal,
    privacy: wishes.privacy.level,
  })
  if (good.length === 0) return refuse(whyNobody({ asked, allowed, able }, signals, wishes, policy))

  const auto = wishes.ask.kind === 'auto'
  // A supervised session has its own executor at every turn, whose calls its supervisor may have made.
  const stay = isSupervised(strategy) ? undefined : wishes.stay
  const free = hardestWish(turns, wishes, policy, { allowed, able })
  const wish = stay === undefined || !auto ? free : held(free, stay, good)
  const { tier: wished, reason, confidence } = wish
  const { targets, damped } = auto
    ? standIns(good, able, wished, policy, traffic)
    : { targets: good, damped: false }
  const distance = stay === undefined ? noDistance : distances(stay)
  const [first, ...rest] = inOrder(targets, wished, rules, policy, distance)
  if (first === undefined) return refuse('nobody-may-stand-in')

  const asStep = stepsOf(targets, distance)
  const steps: [Step] = [asStep(first)]
  const fallbacks = rest.filter((target) => target.tier !== 'edge').map(asStep)
  const direct: DirectPlan = {
    kind: 'serve',
    strategy: strategy === 'domain' ? 'domain' : 'direct',
    steps,
    fallbacks,
    wished,
    reason,
    confidence,
    degraded: degradationOf({ wished, reason, steps, fallbacks }, first.tier),
    privacy: wishes.privacy.level,
    ...(damped ? { damped } : {}),
  }
  // A tier that is held is not tried from below again, nor left for a better one in the middle of a tool call.
  const isHeld = wish !== free || (auto && wished === 'frontier' && stay?.session?.tier === wished)
  const shaping = { signals, wishes, policy, field: good }
  const plan = isHeld ? direct : shapePlan(strategy, direct, shaping)
  return budget === null ? plan : withinMeans(plan, budget, shaping)
}

/** The conversation once for each kind of turn in it, as if that were the newest. */
function turnsOf(signals: Signals): readonly Signals[] {
  return signals.kinds === undefined ? [signals] : signals.kinds.map((kind) => ({ ...signals, ...kind }))
}

type Narrowed = Readonly<Record<'asked' | 'allowed' | 'able', readonly TargetView[]>>

/** The first question that left nobody. */
function whyNobody(
  { asked, allowed, able }: Narrowed,
  signals: Signals,
  { suspected, privacy }: Wishes,
  policy: Policy,
): Refusal {
  if (asked.length === 0) return suspected ? 'suspected-and-no-frontier' : 'tier-not-configured'
  if (able.length > 0) return 'quality-floor-unmet'
  if (privacy.confined && allowed.length < asked.length) return 'sensitive-and-confined'
  if (allowed.some((target) => target.tier !== 'edge'))
    return isTooLong(allowed, signals, policy) ? 'too-long' : 'nothing-can-serve'
  if (allowed.length === asked.length) return 'nothing-can-serve'
  return privacy.level === 'never-leave' ? 'private-and-no-premises' : 'contract-names-no-target'
}

const noDistance = (): number => 0

/** Whoever is further than the nearest of its tier that is up is asked behind all of them. */
function stepsOf(
  targets: readonly TargetView[],
  distance: (target: TargetView) => number,
): (target: TargetView) => Step {
  return (target) => {
    const { name, tier, model } = target
    const own = distance(target)
    const astray =
      own > 0 && targets.some((other) => isUp(other) && other.tier === tier && distance(other) < own)
    return { target: name, tier, model, ...(astray ? { astray } : {}) }
  }
}

function isUp({ standing }: TargetView): boolean {
  return standing !== 'resting'
}
