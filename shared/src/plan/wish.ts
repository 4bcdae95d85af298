/**
 * Where a request belongs if everything were up: what is then really there is a matter of order.
 *
 * The first word that speaks has it: the caller's, an attack's, the edge's, privacy's, then what only a frontier can do, then
 * what it would gain. Of a conversation the hardest turn speaks.
 */
import { routingScore } from '../signals/routing-score.ts'
import type { Signals } from '../signals/signals.ts'
import { fits } from './able.ts'
import { bestByDomain } from './by-domain.ts'
import { isSlow } from './in-order.ts'
import type { Policy } from './policy.ts'
import type { Reason } from './reason.ts'
import { type Rules, rulesFor } from './rules.ts'
import type { TargetView, TierName } from './target.ts'
import type { Wishes } from './wishes.ts'

export type Wish = { readonly tier: TierName; readonly reason: Reason; readonly confidence: number }

/** `allowed` may have the text; `able`, of those, can take it as well. */
export type Field = { readonly allowed: readonly TargetView[]; readonly able: readonly TargetView[] }

/** One turn that belongs to the frontier, and the conversation does. */
export function hardestWish(turns: readonly Signals[], wishes: Wishes, policy: Policy, field: Field): Wish {
  const each = turns.map((turn) => wishOf(turn, wishes, policy, field))
  return each.find(({ tier }) => tier === 'frontier') ?? each[0]!
}

function wishOf(signals: Signals, wishes: Wishes, policy: Policy, field: Field): Wish {
  const rules = rulesFor(signals, wishes, policy)
  return (
    named(wishes, field) ??
    bound(signals, wishes) ??
    beyondLocal(signals, policy, field) ??
    (rules.strategy === 'domain' ? bestByDomain(signals, rules, policy, field.able) : null) ??
    byGain(signals, rules, policy, field)
  )
}

function named({ ask }: Wishes, { allowed }: Field): Wish | null {
  if (ask.kind === 'tier') return certain(ask.tier, 'pinned-by-caller')
  if (ask.kind === 'auto') return null
  return certain(allowed.find(({ model }) => model === ask.model)?.tier ?? 'frontier', 'named-model')
}

function bound({ edge }: Signals, { suspected, privacy }: Wishes): Wish | null {
  if (suspected) return certain('frontier', 'attack-suspected')
  if (edge !== null) return { tier: 'edge', reason: 'edge-certain', confidence: edge.confidence }
  const isPrivate = privacy.level === 'never-leave' || privacy.level === 'sensitive'
  return isPrivate ? certain('local', 'private') : null
}

function beyondLocal(signals: Signals, policy: Policy, field: Field): Wish | null {
  const locals = localsOf(field)
  if (locals.length === 0) return null
  if (signals.tools && !locals.some(({ tools }) => tools)) return certain('frontier', 'needs-tools')
  if ((signals.images || signals.audio) && !locals.some(({ images }) => images))
    return certain('frontier', 'needs-images')
  return locals.some((target) => fits(target, signals.promptTokens, policy))
    ? null
    : certain('frontier', 'too-long-for-local')
}

function byGain(signals: Signals, rules: Rules, policy: Policy, field: Field): Wish {
  if (signals.difficulty === null)
    return { tier: whenNothingTells(policy, field), reason: 'difficulty-unknown', confidence: 0.5 }

  const score = routingScore(signals)
  const confidence = marginOf(score, rules.frontierFrom)
  if (score >= rules.frontierFrom) return { tier: 'frontier', reason: 'hard', confidence }
  if (1 - signals.difficulty < rules.qualityFloor)
    return { tier: 'frontier', reason: 'quality-floor', confidence }
  const locals = localsOf(field)
  if (rules.latencyMs !== null && locals.length > 0 && locals.every((target) => isSlow(target, rules)))
    return { tier: 'frontier', reason: 'too-slow-locally', confidence }
  return { tier: 'local', reason: 'easy', confidence }
}

/** The policy's word holds; the other of the two where there is no such target. */
function whenNothingTells({ whenUnknown }: Policy, { allowed }: Field): TierName {
  const has = (tier: TierName): boolean => allowed.some((target) => target.tier === tier)
  if (has(whenUnknown)) return whenUnknown
  return whenUnknown === 'local' && has('frontier') ? 'frontier' : 'local'
}

/** One half on the threshold, one at the far end of its side; a score below zero, where the frontier would lose, is as sure. */
function marginOf(score: number, threshold: number): number {
  const room = score >= threshold ? 1 - threshold : threshold
  return room === 0 ? 1 : Math.min(1, 0.5 + (0.5 * Math.abs(score - threshold)) / room)
}

function localsOf({ allowed }: Field): readonly TargetView[] {
  return allowed.filter((target) => target.tier === 'local' && !target.byNameOnly)
}

function certain(tier: TierName, reason: Reason): Wish {
  return { tier, reason, confidence: 1 }
}
