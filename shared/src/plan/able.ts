/**
 * Who answers to what was asked for, who can take it, and who is good enough.
 *
 * A prompt's tokens are counted pessimistically, so that whoever surely fits goes before whoever may fit.
 */
import type { Signals } from '../signals/signals.ts'
import type { Policy } from './policy.ts'
import type { Rules } from './rules.ts'
import type { TargetView } from './target.ts'
import { isOpenTo, type Wishes } from './wishes.ts'

export function answersTo(
  target: TargetView,
  { ask, mayUse, suspected }: Wishes,
  { tierOrder }: Policy,
): boolean {
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
export function whoCanServe(
  targets: readonly TargetView[],
  signals: Signals,
  policy: Policy,
): readonly TargetView[] {
  const serving = (promptTokens: number): readonly TargetView[] =>
    targets.filter((target) => canServe(target, signals) && fits(target, promptTokens, policy))
  const surely = serving(signals.promptTokens)
  return surely.length > 0 ? surely : serving(fewestTokens(signals))
}

/** A caller who names a tier or a model has judged the quality itself; an answer of the edge is right or not given. */
export function isGoodEnough(
  target: TargetView,
  signals: Signals,
  wishes: Wishes,
  { qualityFloor }: Pick<Rules, 'qualityFloor'>,
): boolean {
  if (target.tier !== 'local' || wishes.ask.kind !== 'auto') return true
  return 1 - (signals.difficulty ?? 1) >= qualityFloor
}

export function fits(target: TargetView, promptTokens: number, policy: Policy): boolean {
  if (target.tier === 'edge') return true
  if (target.tier === 'local' && promptTokens > policy.localPromptTokens) return false
  return promptTokens < target.contextTokens
}

/** Even if the prompt has as few tokens as it may have, it is too long for every model here. */
export function isTooLong(targets: readonly TargetView[], signals: Signals, policy: Policy): boolean {
  return targets.every((target) => target.tier === 'edge' || !fits(target, fewestTokens(signals), policy))
}

function canServe(target: TargetView, signals: Signals): boolean {
  if (target.tier === 'edge') return signals.edge !== null
  if (signals.tools && !target.tools) return false
  return target.images || !(signals.images || signals.audio)
}

/**
 * The fewest tokens that a prompt of this pessimistic count may have. The count gives a Han letter two tokens and a digit
 * one, where a tokenizer of today makes a third of that. Whoever is refused by mistake has no way out; whoever is let
 * through by mistake gets the upstream's own refusal, which costs nothing.
 */
function fewestTokens({ promptTokens }: Signals): number {
  return Math.floor(promptTokens / 4)
}
