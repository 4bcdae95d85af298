/**
 * Chooses who answers a chat request.
 *
 * Three questions in this order: may it leave, can it be done nearer, what does it cost. Privacy first narrows
 * the field, so that no later line can bring back a place the text may not go. Everything the choice rests on is
 * an argument: equal inputs give equal plans, and yesterday's traffic can be replayed against tomorrow's policy.
 */
import { mayGo } from '../privacy/zone.ts'
import { routingScore } from '../signals/routing-score.ts'
import type { Signals } from '../signals/signals.ts'
import { bestByDomain } from './by-domain.ts'
import { degradationOf } from './degradation.ts'
import { inOrder, isSlow } from './in-order.ts'
import { pieceTokens, shapeMapReduce } from './in-pieces.ts'
import type { Plan, Step } from './plan.ts'
import type { Policy } from './policy.ts'
import type { Reason, Refusal } from './reason.ts'
import { type Rules, rulesFor } from './rules.ts'
import { type DirectPlan, shapePlan } from './shape.ts'
import { type Standby, standIns, type Traffic } from './stand-ins.ts'
import { distances, held } from './stay.ts'
import { asGiven, isSupervised } from './supervised.ts'
import type { TargetView, TierName } from './target.ts'
import { isOpenTo, type Wishes } from './wishes.ts'

export function decide(
  observed: Signals,
  wishes: Wishes,
  policy: Policy,
  field: readonly TargetView[],
  traffic: Traffic | null = null,
): Plan {
  const rules = rulesFor(observed, wishes, policy)
  const { strategy } = rules
  const signals = asGiven(observed, strategy)
  const refuse = (refusal: Refusal): Plan => ({
    kind: 'refuse',
    strategy,
    refusal,
    privacy: wishes.privacy.level,
  })

  const asked = field.filter((target) => answersTo(target, wishes, policy))
  if (asked.length === 0)
    return refuse(wishes.suspected ? 'suspected-and-no-frontier' : 'tier-not-configured')
  const allowed = asked.filter((target) => mayGo(wishes.privacy, target.zone))
  const able = whoCanServe(allowed, signals, policy)
  if (strategy === 'map-reduce') {
    const plan = inPieces(signals, wishes, policy, rules, allowed)
    if (plan !== null) return plan
  }
  if (able.length === 0) {
    if (wishes.privacy.confined && allowed.length < asked.length) return refuse('sensitive-and-confined')
    if (allowed.some((target) => target.tier !== 'edge')) {
      return refuse(tooLong(allowed, signals, policy) ? 'too-long' : 'nothing-can-serve')
    }
    if (allowed.length === asked.length) return refuse('nothing-can-serve')
    return refuse(
      wishes.privacy.level === 'never-leave' ? 'private-and-no-premises' : 'contract-names-no-target',
    )
  }

  const turns = turnsOf(signals)
  const good = able.filter((target) =>
    turns.every((turn) => goodEnough(target, turn, wishes, rulesFor(turn, wishes, policy))),
  )
  if (good.length === 0) return refuse('quality-floor-unmet')
  const free = hardest(turns.map((turn) => wishedTier(turn, wishes, policy, allowed, able)))
  // A supervised session has its own executor at every turn, whose calls its supervisor may have made.
  const stay = isSupervised(strategy) ? undefined : wishes.stay
  const auto = wishes.ask.kind === 'auto'
  // Under supervision one near model does every turn, and the calls of its session are its own.
  const mayHold = auto && !isSupervised(strategy)
  const wish = stay === undefined || !mayHold ? free : held(free, stay, good)
  const { tier: wished, reason, confidence } = wish
  const { targets, damped }: Standby = auto
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
  const isHeld = wish !== free || (mayHold && wished === 'frontier' && stay?.session?.tier === wished)
  return strategy === 'direct' || strategy === 'domain' || isHeld
    ? direct
    : shapePlan(strategy, direct, { signals, wishes, policy, field: good })
}

/** Who reads a piece need not take the whole. */
function inPieces(
  signals: Signals,
  wishes: Wishes,
  policy: Policy,
  rules: Rules,
  allowed: readonly TargetView[],
): DirectPlan | null {
  const promptTokens = pieceTokens(signals, wishes, policy)
  if (promptTokens === null) return null
  const readers = allowed.filter(
    (target) => fits(target, promptTokens, policy) && goodEnough(target, signals, wishes, rules),
  )
  return shapeMapReduce(inOrder(readers, 'local', rules, policy, noDistance), wishes, rules)
}

function answersTo(target: TargetView, { ask, mayUse, suspected }: Wishes, { tierOrder }: Policy): boolean {
  if (suspected && target.tier !== 'frontier') return false
  if (mayUse !== undefined && !isOpenTo(mayUse, target)) return false
  switch (ask.kind) {
    case 'auto':
      return !target.byNameOnly && tierOrder.includes(target.tier)
    case 'tier':
      return target.tier === ask.tier && !target.byNameOnly
    case 'model':
      return target.model === ask.model
  }
}

/** Those that the prompt surely fits; where it surely fits none, those that it may fit. */
function whoCanServe(
  targets: readonly TargetView[],
  signals: Signals,
  policy: Policy,
): readonly TargetView[] {
  const serving = (promptTokens: number): readonly TargetView[] =>
    targets.filter((target) => canServe(target, signals) && fits(target, promptTokens, policy))
  const surely = serving(signals.promptTokens)
  return surely.length > 0 ? surely : serving(fewestTokens(signals))
}

function canServe(target: TargetView, signals: Signals): boolean {
  if (target.tier === 'edge') return signals.edge !== null
  if (signals.tools && !target.tools) return false
  return target.images || !(signals.images || signals.audio)
}

function fits(target: TargetView, promptTokens: number, policy: Policy): boolean {
  if (target.tier === 'edge') return true
  if (target.tier === 'local' && promptTokens > policy.localPromptTokens) return false
  return promptTokens < target.contextTokens
}

function tooLong(targets: readonly TargetView[], signals: Signals, policy: Policy): boolean {
  return targets.every((target) => target.tier === 'edge' || !fits(target, fewestTokens(signals), policy))
}

/**
 * The fewest tokens that a prompt of this pessimistic count may have. The count gives a Han letter two tokens and a digit
 * one, where a tokenizer of today makes a third of that. Whoever is refused by mistake has no way out; whoever is let
 * through by mistake gets the upstream's own refusal, which costs nothing.
 */
function fewestTokens({ promptTokens }: Signals): number {
  return Math.floor(promptTokens / 4)
}

/** The conversation once for each kind of turn in it, as if that were the newest. */
function turnsOf(signals: Signals): readonly Signals[] {
  return signals.kinds === undefined ? [signals] : signals.kinds.map((kind) => ({ ...signals, ...kind }))
}

/** One turn that belongs to the frontier, and the conversation does. */
function hardest(wishes: readonly Wish[]): Wish {
  return wishes.find(({ tier }) => tier === 'frontier') ?? wishes[0]!
}

type Wish = { readonly tier: TierName; readonly reason: Reason; readonly confidence: number }

/** Where the request belongs if everything were up: what is then really there is a matter of order. */
function wishedTier(
  signals: Signals,
  wishes: Wishes,
  policy: Policy,
  field: readonly TargetView[],
  able: readonly TargetView[],
): Wish {
  const { ask } = wishes
  const rules = rulesFor(signals, wishes, policy)
  if (ask.kind === 'tier') return { tier: ask.tier, reason: 'pinned-by-caller', confidence: 1 }
  if (ask.kind === 'model') {
    const named = field.find((target) => target.model === ask.model)
    return { tier: named?.tier ?? 'frontier', reason: 'named-model', confidence: 1 }
  }
  if (wishes.suspected) return { tier: 'frontier', reason: 'attack-suspected', confidence: 1 }
  if (signals.edge !== null) {
    return { tier: 'edge', reason: 'edge-certain', confidence: signals.edge.confidence }
  }
  if (wishes.privacy.level === 'never-leave' || wishes.privacy.level === 'sensitive') {
    return { tier: 'local', reason: 'private', confidence: 1 }
  }

  const locals = field.filter((target) => target.tier === 'local' && !target.byNameOnly)
  if (locals.length > 0) {
    if (signals.tools && !locals.some((target) => target.tools)) {
      return { tier: 'frontier', reason: 'needs-tools', confidence: 1 }
    }
    if ((signals.images || signals.audio) && !locals.some((target) => target.images)) {
      return { tier: 'frontier', reason: 'needs-images', confidence: 1 }
    }
    if (!locals.some((target) => fits(target, signals.promptTokens, policy))) {
      return { tier: 'frontier', reason: 'too-long-for-local', confidence: 1 }
    }
  }
  if (rules.strategy === 'domain') {
    const best = bestByDomain(signals, rules, policy, able)
    if (best !== null) return best
  }
  if (signals.difficulty === null) {
    return { tier: defaultTier(policy, field), reason: 'difficulty-unknown', confidence: 0.5 }
  }
  const score = routingScore(signals)
  const confidence = marginOf(score, rules.frontierFrom)
  if (score >= rules.frontierFrom) return { tier: 'frontier', reason: 'hard', confidence }
  if (1 - signals.difficulty < rules.qualityFloor) {
    return { tier: 'frontier', reason: 'quality-floor', confidence }
  }
  if (rules.latencyMs !== null && locals.length > 0 && locals.every((target) => isSlow(target, rules))) {
    return { tier: 'frontier', reason: 'too-slow-locally', confidence }
  }
  return { tier: 'local', reason: 'easy', confidence }
}

/** Where nothing tells, the policy's word holds; the other of the two where there is no such target. */
function defaultTier({ whenUnknown }: Policy, field: readonly TargetView[]): TierName {
  const has = (tier: TierName): boolean => field.some((target) => target.tier === tier)
  return has(whenUnknown)
    ? whenUnknown
    : whenUnknown === 'frontier' || !has('frontier')
      ? 'local'
      : 'frontier'
}

/** One half on the threshold, one at the far end of its side; a score below zero, where the frontier would lose, is as sure. */
function marginOf(score: number, threshold: number): number {
  const room = score >= threshold ? 1 - threshold : threshold
  return room === 0 ? 1 : Math.min(1, 0.5 + (0.5 * Math.abs(score - threshold)) / room)
}

/** A caller who names a tier or a model has judged the quality itself; an answer of the edge is right or not given. */
function goodEnough(
  target: TargetView,
  signals: Signals,
  wishes: Wishes,
  { qualityFloor }: Pick<Rules, 'qualityFloor'>,
): boolean {
  if (target.tier !== 'local' || wishes.ask.kind !== 'auto') return true
  return 1 - (signals.difficulty ?? 1) >= qualityFloor
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
