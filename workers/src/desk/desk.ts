/**
 * What one middleware instance keeps between requests: its options, what it has heard of its upstreams and of the
 * budget store, and its counters. All of it is this isolate's own view, bounded by the number of upstreams, and
 * lost without harm when the isolate is put away.
 */
import {
  afterOutcome,
  type Health,
  isLasting,
  type NearsideError,
  type Outcome,
  requestsPerSlot,
  restLeftMs,
  standing,
  type TargetView,
  unknownHealth,
} from '@nearside/core'
import { openSoftCapAlerts, type SoftCapAlerts } from '../alerts/soft-cap-alerts.ts'
import { type KeptResponses, openKeptResponses } from '../conversation/kept-responses.ts'
import { openReplays, type Replays } from '../idempotency/open-replays.ts'
import { type CapsOf, openCaps } from '../ledger/caps-of.ts'
import { type LimitsOf, openLimits } from '../ledger/limits-of.ts'
import { openStoreGuard, type StoreGuard } from '../ledger/store-guard.ts'
import { type Metrics, openMetrics } from '../metrics/metrics.ts'
import type { OpenAnswerCache } from '../options/answer-cache.ts'
import type { Options } from '../options/resolve-options.ts'
import { openFaults } from './fault-to.ts'
import { openTraffic, type TrafficCount } from './traffic.ts'

export type Desk = {
  readonly options: Options
  readonly metrics: Metrics
  /** Null where nothing is capped. */
  readonly ledger: StoreGuard | null
  readonly capsOf: CapsOf
  readonly limitsOf: LimitsOf
  /** Null where nobody is told of soft caps. */
  readonly alerts: SoftCapAlerts | null
  /** Null where no answers are kept for repeats. */
  readonly replays: Replays | null
  /** Null where no responses are kept. */
  readonly kept: KeptResponses | null
  /** Null where no answers are kept. */
  readonly answers: OpenAnswerCache | null
  /** The targets with what was heard of them: what the decision is made from. */
  field(): readonly TargetView[]
  heard(target: string, outcome: Outcome): void
  /** What was placed lately, where the policy asks. */
  readonly traffic: TrafficCount
  /** How long an upstream will still rest; null where it may be asked now. */
  restLeftMs(target: string): number | null
  /** A fault that a caller is told of: what caused it is the host's to know, where it asks. */
  faulted(fault: NearsideError, id: string): void
}

export function openDesk(options: Options): Desk {
  const health = new Map<string, Health>()
  const of = (name: string): Health => health.get(name) ?? unknownHealth
  let lastField: readonly TargetView[] | null = null
  let lastTargets: Options['targets'] | null = null
  const metrics = openMetrics()
  const ledger = options.budgets === null ? null : openStoreGuard(options.budgets, options, metrics)
  return {
    options,
    metrics,
    ledger,
    capsOf: openCaps(options, ledger),
    limitsOf: openLimits(options),
    alerts:
      options.alerts === null
        ? null
        : openSoftCapAlerts(options.alerts, { send: options.fetch, now: options.now }, metrics.alerts),
    replays: replaysOf(options, metrics),
    traffic: openTraffic(options.now),
    kept: options.responses === null ? null : openKeptResponses(options.responses, options.deadlines.storeMs),
    answers: answersOf(options, metrics),
    field() {
      const { targets } = options
      // Prices change at midnight, and the targets with them.
      if (lastField !== null && lastTargets === targets) return lastField
      const now = options.now()
      const field = targets.map((target) => ({
        ...target,
        standing: standing(of(target.name), options.breaker, now),
        firstTokenMs: of(target.name).firstTokenMs,
        requestsPerSlot: requestsPerSlot(of(target.name), now),
        wholeMs: of(target.name).wholeMs ?? null,
      }))
      // A rest ends and a load grows old by themselves; all else changes only when something is heard.
      if (targets.every(({ name }) => isLasting(of(name)))) {
        lastField = field
        lastTargets = targets
      }
      return field
    },
    restLeftMs: (target) => restLeftMs(of(target).breaker, options.breaker, options.now()),
    heard(target, outcome) {
      const before = of(target)
      const after = afterOutcome(before, outcome, options.breaker, options.now())
      if (after === before) return
      health.set(target, after)
      lastField = null
    },
    faulted: openFaults(options),
  }
}

function replaysOf(options: Options, { idempotency }: Metrics): Replays | null {
  if (options.idempotency === null) return null
  const { deadlines, onHangUp, now } = options
  const terms = { leaseMs: deadlines.totalMs, finishes: onHangUp === 'finish', now }
  return openReplays(options.idempotency, terms, idempotency)
}

/** The caches in the order in which they are asked; the first brings what carries a request through all of them. */
function answersOf({ cache, now, onHangUp }: Options, metrics: Metrics): OpenAnswerCache | null {
  const [first] = cache
  if (first === undefined) return null
  const terms = { now, finishes: onHangUp === 'finish', counted: metrics.cache }
  return first.carry(
    cache.map((each) => each.open(terms)),
    terms,
  )
}
