/** What the strategy `domain` makes of a request: the tiers that can serve it as candidates, with today's costs. */
import { costOf } from '../price/cost.ts'
import { nanoPerUsd } from '../price/nano-usd.ts'
import type { Signals } from '../signals/signals.ts'
import { chooseByDomain, type DomainCandidate } from './domain.ts'
import { type DomainPlan, type DomainTerms, domainPlans } from './domain-table.ts'
import type { Policy } from './policy.ts'
import type { Rules } from './rules.ts'
import type { TargetView } from './target.ts'

export type BestByDomain = {
  readonly tier: DomainPlan
  readonly reason: 'best-expected'
  readonly confidence: number
}

/** Null where nothing was measured of its like, or no tier keeps the objectives. */
export function bestByDomain(
  signals: Signals,
  rules: Rules,
  { domain }: Policy,
  able: readonly TargetView[],
): BestByDomain | null {
  if (domain === null) return null
  const candidates = domainPlans.flatMap((plan) => candidateOf(plan, signals, domain, able))
  const choice = chooseByDomain(signals, candidates, rules, domain)
  if (choice === null) return null
  return { tier: choice.plan, reason: 'best-expected', confidence: Math.min(1, 0.5 + choice.margin / 2) }
}

/** A tier is as dear and as fast as its first target. */
function candidateOf(
  plan: DomainPlan,
  { promptTokens, outputTokens }: Signals,
  { expectedOutputTokens = 300 }: DomainTerms,
  able: readonly TargetView[],
): readonly DomainCandidate[] {
  const target = able.find(({ tier }) => tier === plan)
  if (target === undefined) return []
  const expected = Math.min(outputTokens ?? expectedOutputTokens, expectedOutputTokens)
  const usage = { promptTokens, cachedTokens: 0, outputTokens: expected, reasoningTokens: 0 }
  const costUsd = target.price === null ? 0 : costOf(target.price, usage) / nanoPerUsd
  return [{ plan, costUsd, firstTokenMs: target.firstTokenMs }]
}
