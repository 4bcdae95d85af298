/**
 * Fills and checks what the host gave, once: from here on every value is there and nobody asks again.
 *
 * What cannot be right is refused with its path and what would be right: an unknown key is a misspelt one, a rule
 * that matches nothing is a rule that does not hold, and a model without a price would be spent without a cap.
 */
import {
  type BreakerLimits,
  type CapTerms,
  type ChatEvent,
  type DifficultyOf,
  defaultBreakerLimits,
  heuristicDifficulty,
  type LimitTerms,
  limitsOf,
  type Policy,
  type Target,
} from '@nearside/core'
import type { Env } from 'hono'
import { setCaps } from '../budget/set-caps.ts'
import type { EdgeAnswerer } from '../edge/answerer.ts'
import { arithmetic } from '../edge/arithmetic/arithmetic.ts'
import type { PrivacyGuard } from '../privacy/privacy-guard.ts'
import type { Sessions } from '../session/sessions.ts'
import type { AnswerCache } from './answer-cache.ts'
import { checkKinds } from './check-kinds.ts'
import { checkKeys, checkWhole, isObject, wholeNumbers, wrong } from './checks.ts'
import type { Endpoint } from './endpoint.ts'
import { livePolicy } from './live-policy.ts'
import type { Deadlines, Judge, NearsideOptions, Retry } from './options.ts'
import { type Admission, resolveAdmission } from './resolve-admission.ts'
import { type Alerts, resolveAlerts } from './resolve-alerts.ts'
import { resolveAliases } from './resolve-aliases.ts'
import { type Budgets, resolveBudgets } from './resolve-budgets.ts'
import { resolveCaches } from './resolve-caches.ts'
import { type Idempotency, resolveIdempotency } from './resolve-idempotency.ts'
import { type Quality, resolveQuality } from './resolve-quality.ts'
import { type Responses, resolveResponses } from './resolve-responses.ts'
import { resolveSessions } from './resolve-sessions.ts'
import { resolveStoredCaps, type StoredCaps } from './resolve-stored-caps.ts'
import { resolveStrategies, type Strategies } from './resolve-strategies.ts'
import { resolveTargets } from './resolve-targets.ts'
import type { TelemetrySink } from './telemetry-options.ts'

export type { Endpoint } from './endpoint.ts'
export { type AccountOf, type Admission, checkAccount, type KnownKey } from './resolve-admission.ts'

export type Options = Strategies & {
  readonly admission: Admission
  /** In the operator's order: the edge, the local nodes, the frontier. Their prices are today's. */
  readonly targets: readonly Target[]
  /** What makes embeddings, in the operator's order: asked for by name, and never by the router. */
  readonly embedders: readonly Target[]
  /** By the target's name; the edge has none. */
  readonly endpoints: ReadonlyMap<string, Endpoint>
  readonly answerers: readonly EdgeAnswerer[]
  readonly aliases: ReadonlyMap<string, string>
  /** As it is now: it may change while the gateway runs. */
  readonly policy: Policy
  readonly policyHash: string
  readonly difficulty: DifficultyOf
  /** Judges in place of it where it is not null. */
  readonly judge: Judge | null
  readonly budgets: Budgets | null
  /** Null where no answers are kept for repeats. */
  readonly idempotency: Idempotency | null
  /** In the order in which they are asked; none where no answers are kept. */
  readonly cache: readonly AnswerCache[]
  /** Null where no responses are kept. */
  readonly responses: Responses | null
  /** Null where conversations are not held to whom they began with. */
  readonly sessions: Sessions | null
  /** Null where an operator sets no caps while the gateway runs. */
  readonly storedCaps: StoredCaps | null
  /** Null where nobody is told of soft caps. */
  readonly alerts: Alerts | null
  readonly telemetry: readonly TelemetrySink[]
  /** Null where nobody judges near answers. */
  readonly quality: Quality | null
  readonly caps: readonly CapTerms[]
  readonly limits: LimitTerms | null
  readonly unpricedLimit: NonNullable<NearsideOptions['unpricedLimit']> | null
  readonly onHangUp: 'abort' | 'finish'
  readonly rewrite: ((events: AsyncIterable<ChatEvent>) => AsyncIterable<ChatEvent>) | null
  readonly deadlines: Deadlines
  readonly retry: Retry
  readonly breaker: BreakerLimits
  readonly bodyLimitBytes: number
  /** Null where no text is looked through. */
  readonly privacy: PrivacyGuard | null
  readonly edgeMaySee: boolean
  readonly onRecord: NonNullable<NearsideOptions['onRecord']> | null
  readonly onFault: NonNullable<NearsideOptions['onFault']> | null
  readonly fetch: typeof fetch
  readonly now: () => number
  readonly random: () => number
}

export const defaultDeadlines: Deadlines = {
  firstTokenMs: 30_000,
  idleMs: 30_000,
  totalMs: 300_000,
  bodyMs: 10_000,
  storeMs: 1_000,
  judgeMs: 2_000,
}

export const defaultRetry: Retry = { attempts: 2, pauseMs: 200, longestPauseMs: 2_000 }

const defaultBodyLimitBytes = 8 * 1024 * 1024

/** No Worker has this much memory. */
const mostBodyBytes = 128 * 1024 * 1024

/** Half a day: a lease of the ledger lasts a day at most, and a timer of more than 24 days fires at once. */
const longestMs = 12 * 3_600_000

const known: Readonly<Record<keyof NearsideOptions, true>> = {
  account: true,
  keys: true,
  managedKeys: true,
  open: true,
  openAccount: true,
  frontier: true,
  local: true,
  edge: true,
  aliases: true,
  prices: true,
  policy: true,
  strategies: true,
  hedging: true,
  labelling: true,
  difficulty: true,
  budgets: true,
  idempotency: true,
  responses: true,
  sessions: true,
  cache: true,
  semantic: true,
  storedCaps: true,
  alerts: true,
  quality: true,
  telemetry: true,
  budgetsZone: true,
  caps: true,
  limits: true,
  unpricedLimit: true,
  onStoreError: true,
  onHangUp: true,
  rewrite: true,
  deadlines: true,
  retry: true,
  breaker: true,
  bodyLimitBytes: true,
  privacy: true,
  edgeMaySee: true,
  onRecord: true,
  onFault: true,
  fetch: true,
  now: true,
  random: true,
}

export function resolveOptions<E extends Env>(own: NearsideOptions<E>): Options {
  // Inside, only what every context has is used; what the host's own context carries is seen by its functions alone.
  const given = own as unknown as NearsideOptions
  if (!isObject(given)) throw wrong('options', 'is an object')
  if ('then' in given)
    throw wrong('options', 'is an object, not a promise of one: what takes time is done before')
  checkKeys(given, known, '')
  checkKinds(given)
  const now = given.now ?? Date.now
  const answerers = given.edge === false ? [] : (given.edge ?? [arithmetic])
  const { targets, embedders, endpoints } = resolveTargets(given, answerers.length > 0, now)
  setCaps(given.caps ?? [], now())
  if (given.limits !== undefined) limitsOf(given.limits)

  const strategies = resolveStrategies(given)
  const policy = livePolicy(given, strategies.strategies)

  return {
    admission: resolveAdmission(given, now),
    get targets() {
      return targets()
    },
    get embedders() {
      return embedders()
    },
    endpoints,
    answerers,
    aliases: resolveAliases(given.aliases ?? {}, [...targets(), ...embedders()]),
    get policy() {
      return policy.now()
    },
    get policyHash() {
      return policy.hash()
    },
    ...strategies,
    difficulty: typeof given.difficulty === 'function' ? given.difficulty : heuristicDifficulty,
    judge: typeof given.difficulty === 'object' ? given.difficulty : null,
    budgets: resolveBudgets(given),
    idempotency: resolveIdempotency(given.idempotency),
    responses: resolveResponses(given.responses),
    sessions: resolveSessions(given.sessions),
    cache: resolveCaches(given),
    storedCaps: resolveStoredCaps(given),
    alerts: resolveAlerts(given),
    telemetry: given.telemetry ?? [],
    quality: resolveQuality(given, targets()),
    caps: given.caps ?? [],
    limits: given.limits ?? null,
    unpricedLimit: given.unpricedLimit ?? null,
    onHangUp: given.onHangUp ?? 'abort',
    rewrite: given.rewrite ?? null,
    deadlines: wholeNumbers(given.deadlines, defaultDeadlines, 'deadlines', longestMs),
    retry: wholeNumbers(given.retry, defaultRetry, 'retry', longestMs),
    breaker: wholeNumbers(given.breaker, defaultBreakerLimits, 'breaker', longestMs),
    bodyLimitBytes: resolveBodyLimit(given.bodyLimitBytes),
    privacy: given.privacy ?? null,
    edgeMaySee: given.edgeMaySee ?? true,
    onRecord: given.onRecord ?? null,
    onFault: given.onFault ?? null,
    fetch: resolveFetch(given.fetch),
    now,
    random: given.random ?? Math.random,
  }
}

/**
 * The headers of a call are shared by all calls to an upstream, and the platform's fetch only reads them. A fetch of the
 * host's own may change what it is given, so it gets a copy.
 */
function resolveFetch(given: typeof fetch | undefined): typeof fetch {
  // Called as a method of anything else, the platform's own fetch refuses.
  if (given === undefined) return (input, init) => fetch(input, init)
  return (input, init) => given(input, { ...init, headers: new Headers(init?.headers) })
}

function resolveBodyLimit(given: number | undefined): number {
  if (given === undefined) return defaultBodyLimitBytes
  checkWhole(given, 'bodyLimitBytes', mostBodyBytes)
  return given
}
