/** What an operator may say about deciding, with the defaults, filled and checked once. */
import { NearsideError } from '../fault/nearside-error.ts'
import { type CascadePolicy, defaultCascade, resolveCascade } from './cascade.ts'
import { type ConsistencyPolicy, defaultConsistency, resolveConsistency } from './consistency.ts'
import { type Strategy, strategies } from './plan.ts'

export type Policy = {
  /** How a request is answered; only what is built may be named. @default 'direct' */
  readonly strategy: Strategy
  /**
   * From 0 to 1, where the frontier takes over: what it is expected to gain, where the judge says that (the learned
   * classifier does), else the difficulty. @default 0.6
   */
  readonly frontierFrom: number
  /** Who answers what the judge knows nothing of. @default 'frontier' */
  readonly whenUnknown: 'frontier' | 'local'
  /** Longest prompt a local model is given, in tokens, where its own context does not end sooner. @default 6000 */
  readonly localPromptTokens: number
  /** The most tokens of an answer whose caller named no limit, where a cap counts it. @default 8192 */
  readonly outputTokens: number
  /** The least quality, from 0 to 1, that may be served: 1 - difficulty for a local model. @default 0 */
  readonly qualityFloor: number
  /** What happens when a cap is spent: refuse, or serve nearer at no charge and say so. @default 'refuse' */
  readonly whenSpent: 'refuse' | 'nearer'
  /** Whether a call that a cap has too little left for may have a shorter answer instead, of 256 tokens or more. @default false */
  readonly clampOutput: boolean
  /** When a near model's answer stands, where it is judged before it is served. */
  readonly cascade: CascadePolicy
  /** When two answers agree, where two are made. */
  readonly consistency: ConsistencyPolicy
}

/** As an operator says it: whatever is left out has its default. */
export type PolicyTerms = Partial<Omit<Policy, 'cascade' | 'consistency'>> & {
  readonly cascade?: Partial<CascadePolicy>
  readonly consistency?: Partial<ConsistencyPolicy>
}

export const defaultPolicy: Policy = {
  strategy: 'direct',
  frontierFrom: 0.6,
  whenUnknown: 'frontier',
  localPromptTokens: 6_000,
  outputTokens: 8_192,
  qualityFloor: 0,
  whenSpent: 'refuse',
  clampOutput: false,
  cascade: defaultCascade,
  consistency: defaultConsistency,
}

export function resolvePolicy(given: PolicyTerms = {}, path = 'policy'): Policy {
  for (const key of Object.keys(given)) {
    if (!Object.hasOwn(defaultPolicy, key)) {
      throw wrong(`${path}.${key}`, `is not a setting; there are ${Object.keys(defaultPolicy).join(', ')}`)
    }
  }
  const policy: Policy = {
    ...defaultPolicy,
    ...given,
    cascade: resolveCascade(given.cascade, `${path}.cascade`),
    consistency: resolveConsistency(given.consistency, `${path}.consistency`),
  }
  if (!strategies.includes(policy.strategy)) {
    throw wrong(`${path}.strategy`, `is one of ${strategies.join(', ')}, but was ${String(policy.strategy)}`)
  }
  if (policy.whenUnknown !== 'frontier' && policy.whenUnknown !== 'local') {
    throw wrong(`${path}.whenUnknown`, `is frontier or local, but was ${String(policy.whenUnknown)}`)
  }
  if (policy.whenSpent !== 'refuse' && policy.whenSpent !== 'nearer') {
    throw wrong(`${path}.whenSpent`, `is refuse or nearer, but was ${String(policy.whenSpent)}`)
  }
  if (typeof policy.clampOutput !== 'boolean') {
    throw wrong(`${path}.clampOutput`, `is true or false, but was ${String(policy.clampOutput)}`)
  }
  for (const key of ['frontierFrom', 'qualityFloor'] as const) {
    const value = policy[key]
    if (!(value >= 0 && value <= 1)) throw wrong(`${path}.${key}`, `lies between 0 and 1, but was ${value}`)
  }
  for (const key of ['localPromptTokens', 'outputTokens'] as const) {
    const value = policy[key]
    if (!Number.isSafeInteger(value) || value < 1) {
      throw wrong(`${path}.${key}`, `is a whole number of tokens from 1, but was ${value}`)
    }
  }
  return policy
}

function wrong(path: string, what: string): NearsideError {
  return new NearsideError('bad-options', `${path} ${what}`, { param: path })
}
