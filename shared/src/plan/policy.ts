/** What an operator may say about deciding, with the defaults, filled and checked once. */
import { type TaskKind, taskKinds } from '../signals/task-kinds.ts'
import { type CascadePolicy, defaultCascade, resolveCascade } from './cascade.ts'
import { checkNumber, checkObject, checkShare, checkWhole, checkWord, checkWords, wrong } from './check.ts'
import { type ConsistencyPolicy, defaultConsistency, resolveConsistency } from './consistency.ts'
import { type DomainTerms, resolveDomain } from './domain-table.ts'
import { defaultMapReduce, type MapReducePolicy, resolveMapReduce } from './in-pieces.ts'
import { type Strategy, strategies } from './plan.ts'
import {
  defaultSupervisionPolicy,
  resolveSupervisionPolicy,
  type SupervisionPolicy,
} from './supervision-policy.ts'
import { type TierName, tierNames } from './target.ts'

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
  /** How long a first token may take where the caller says nothing; null asks for nothing. @default null */
  readonly latencyMs: number | null
  /** By kind of task, what holds in place of the general word: `{ code: { frontierFrom: 0.1 } }`. @default {} */
  readonly tasks: Readonly<Partial<Record<TaskKind, TaskPolicy>>>
  /** Who is preferred behind the tier that a request belongs to. The router never chooses a tier that is left out. @default ['edge', 'local', 'frontier'] */
  readonly tierOrder: readonly TierName[]
  /** Who may stand in for a tier. @default { edge: ['local', 'frontier'], local: ['frontier'], frontier: ['local'] } */
  readonly fallBack: FallBack
  /** What becomes of a frontier's request while it fails: a local answer that says so, or 503. @default 'local' */
  readonly whenFrontierDown: 'local' | 'refuse'
  /** What becomes of a local request while all local nodes fail: the frontier, or 503. @default 'frontier' */
  readonly whenLocalDown: 'frontier' | 'refuse'
  /**
   * The share of a minute's requests that may move from failing local nodes to the frontier, counted by each isolate for
   * itself; 1 lets all. An outage on premises is then no bill. @default 1
   */
  readonly frontierShareWhenLocalDown: number
  /** How long a conversation stays with the model that it began with, where sessions are kept. @default 1800000 */
  readonly sessionMs: number
  /** What the strategy `domain` weighs; null where it is not used. @default null */
  readonly domain: DomainTerms | null
  /** What happens when a cap is spent: refuse, or serve nearer at no charge and say so. @default 'refuse' */
  readonly whenSpent: 'refuse' | 'nearer'
  /** Whether a call that a cap has too little left for may have a shorter answer instead, of 256 tokens or more. @default false */
  readonly clampOutput: boolean
  /** When a near model's answer stands, where it is judged before it is served. */
  readonly cascade: CascadePolicy
  /** When two answers agree, where two are made. */
  readonly consistency: ConsistencyPolicy
  /** How a long document is read in pieces. */
  readonly mapReduce: MapReducePolicy
  /** What holds over a supervised strategy's own settings. */
  readonly supervision: SupervisionPolicy
}

export type TaskPolicy = {
  readonly frontierFrom?: number
  readonly strategy?: Strategy
  readonly qualityFloor?: number
}

export type FallBack = Readonly<Record<TierName, readonly TierName[]>>

/** What an operator writes: what is left out has its default. */
export type GivenPolicy = Partial<
  Omit<Policy, 'fallBack' | 'cascade' | 'consistency' | 'mapReduce' | 'supervision'>
> & {
  readonly fallBack?: Partial<FallBack>
  readonly cascade?: Partial<CascadePolicy>
  readonly consistency?: Partial<ConsistencyPolicy>
  readonly mapReduce?: Partial<MapReducePolicy>
  readonly supervision?: Partial<SupervisionPolicy>
}

export const defaultPolicy: Policy = {
  strategy: 'direct',
  frontierFrom: 0.6,
  whenUnknown: 'frontier',
  localPromptTokens: 6_000,
  outputTokens: 8_192,
  qualityFloor: 0,
  latencyMs: null,
  tasks: {},
  tierOrder: ['edge', 'local', 'frontier'],
  fallBack: { edge: ['local', 'frontier'], local: ['frontier'], frontier: ['local'] },
  whenFrontierDown: 'local',
  whenLocalDown: 'frontier',
  frontierShareWhenLocalDown: 1,
  sessionMs: 1_800_000,
  domain: null,
  whenSpent: 'refuse',
  clampOutput: false,
  cascade: defaultCascade,
  consistency: defaultConsistency,
  mapReduce: defaultMapReduce,
  supervision: defaultSupervisionPolicy,
}

export function resolvePolicy(given: GivenPolicy = {}, path = 'policy'): Policy {
  checkObject(given, path, Object.keys(defaultPolicy))
  const policy = {
    ...defaultPolicy,
    ...given,
    fallBack: resolveFallBack(given.fallBack, `${path}.fallBack`),
    domain: resolveDomain(given.domain ?? null, `${path}.domain`),
    cascade: resolveCascade(given.cascade, `${path}.cascade`),
    consistency: resolveConsistency(given.consistency, `${path}.consistency`),
    mapReduce: resolveMapReduce(given.mapReduce, `${path}.mapReduce`),
    supervision: resolveSupervisionPolicy(given.supervision, `${path}.supervision`),
  }
  checkWord(policy.strategy, `${path}.strategy`, strategies)
  checkWord(policy.whenUnknown, `${path}.whenUnknown`, ['frontier', 'local'])
  checkWord(policy.whenSpent, `${path}.whenSpent`, ['refuse', 'nearer'])
  checkWord(policy.whenFrontierDown, `${path}.whenFrontierDown`, ['local', 'refuse'])
  checkWord(policy.whenLocalDown, `${path}.whenLocalDown`, ['frontier', 'refuse'])
  if (typeof policy.clampOutput !== 'boolean') {
    throw wrong(`${path}.clampOutput`, `is true or false, but was ${String(policy.clampOutput)}`)
  }
  for (const key of ['frontierFrom', 'qualityFloor', 'frontierShareWhenLocalDown'] as const) {
    checkShare(policy[key], `${path}.${key}`)
  }
  for (const key of ['localPromptTokens', 'outputTokens'] as const) {
    checkWhole(policy[key], `${path}.${key}`, 'tokens')
  }
  checkWhole(policy.sessionMs, `${path}.sessionMs`, 'milliseconds')
  if (policy.latencyMs !== null) checkNumber(policy.latencyMs, `${path}.latencyMs`, 1, 600_000)
  checkWords(policy.tierOrder, `${path}.tierOrder`, tierNames)
  checkTasks(policy.tasks, `${path}.tasks`)
  refuseWithoutTable(policy, path)
  return policy
}

function resolveFallBack(given: Partial<FallBack> | undefined, path: string): FallBack {
  if (given === undefined) return defaultPolicy.fallBack
  checkObject(given, path, tierNames)
  for (const [tier, others] of Object.entries(given)) {
    checkWords(
      others,
      `${path}.${tier}`,
      // Nobody stands in as the edge: it answers what it is sure of, or nothing.
      tierNames.filter((name) => name !== tier && name !== 'edge'),
    )
  }
  return { ...defaultPolicy.fallBack, ...given }
}

function checkTasks(given: unknown, path: string): void {
  checkObject(given, path, taskKinds)
  for (const [task, rules] of Object.entries(given)) {
    const at = `${path}.${task}`
    checkObject(rules, at, ['frontierFrom', 'strategy', 'qualityFloor'])
    const { frontierFrom, strategy, qualityFloor }: { readonly [rule in keyof TaskPolicy]?: unknown } = rules
    if (frontierFrom !== undefined) checkShare(frontierFrom, `${at}.frontierFrom`)
    if (qualityFloor !== undefined) checkShare(qualityFloor, `${at}.qualityFloor`)
    if (strategy !== undefined) checkWord(strategy, `${at}.strategy`, strategies)
  }
}

/** A strategy that has nothing to go by would be another in disguise. */
function refuseWithoutTable({ strategy, tasks, domain }: Policy, path: string): void {
  if (domain !== null) return
  const using = Object.entries(tasks).find(([, rules]) => rules.strategy === 'domain')
  const at = strategy === 'domain' ? 'strategy' : using === undefined ? null : `tasks.${using[0]}.strategy`
  if (at !== null) throw wrong(`${path}.${at}`, `is domain, which needs ${path}.domain: a measured table`)
}
