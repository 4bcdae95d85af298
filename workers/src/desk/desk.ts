/**
 * What one middleware instance keeps between requests: its options, what it has heard of its upstreams and of the
 * budget store, and its counters. All of it is this isolate's own view, bounded by the number of upstreams, and
 * lost without harm when the isolate is put away.
 */
import { type BudgetHint, type NearsideError, type Policy, type TargetView, withOffset } from '@nearside/core'
import { openSoftCapAlerts, type SoftCapAlerts } from '../alerts/soft-cap-alerts.ts'
import { type KeptResponses, openKeptResponses } from '../conversation/kept-responses.ts'
import { type Fleet, openFleet } from '../fleet/fleet.ts'
import { openReplays, type Replays } from '../idempotency/open-replays.ts'
import { type CapsOf, openCaps } from '../ledger/caps-of.ts'
import { type LimitsOf, openLimits } from '../ledger/limits-of.ts'
import { openStoreGuard, type StoreGuard } from '../ledger/store-guard.ts'
import { type Metrics, openMetrics } from '../metrics/metrics.ts'
import type { OpenAnswerCache } from '../options/answer-cache.ts'
import type { Account } from '../options/options.ts'
import type { Options } from '../options/resolve-options.ts'
import type { Telemetry } from '../options/telemetry-options.ts'
import { openQualityBook, type QualityBook } from '../quality/quality-book.ts'
import { openTelemetry } from '../telemetry/telemetry.ts'
import { openFaults } from './fault-to.ts'
import { openTraffic, type TrafficCount } from './traffic.ts'

export type Desk = Fleet & {
  readonly options: Options
  readonly metrics: Metrics
  /** Null where nothing is capped. */
  readonly ledger: StoreGuard | null
  readonly capsOf: CapsOf
  /** What the store last said that is left; null where nothing is known. */
  hintFor(account: Account, field: readonly TargetView[]): BudgetHint | null
  readonly limitsOf: LimitsOf
  /** Null where nobody is told of soft caps. */
  readonly alerts: SoftCapAlerts | null
  /** Null where no answers are kept for repeats. */
  readonly replays: Replays | null
  /** Null where no responses are kept. */
  readonly kept: KeptResponses | null
  /** Null where no answers are kept. */
  readonly answers: OpenAnswerCache | null
  /** What was placed lately, where the policy asks. */
  readonly traffic: TrafficCount
  /** Null where nobody is told of requests beside the host. */
  readonly telemetry: Telemetry | null
  /** Null where nobody judges near answers. */
  readonly quality: QualityBook | null
  /** The policy for a task of this kind, as far as the judge's verdicts have moved it. */
  policyFor(task: string | null): Policy
  /** A fault that a caller is told of: what caused it is the host's to know, where it asks. */
  faulted(fault: NearsideError, id: string): void
}

export function openDesk(options: Options): Desk {
  const metrics = openMetrics()
  const heard = options.budgets?.store.openHeard?.(options.now)
  const ledger =
    options.budgets === null ? null : openStoreGuard(options.budgets, options, metrics, heard?.hear)
  const { capsOf, knownCaps } = openCaps(options, ledger)
  const alerts =
    options.alerts === null
      ? null
      : openSoftCapAlerts(options.alerts, { send: options.fetch, now: options.now }, metrics.alerts)
  const quality =
    options.quality === null ? null : openQualityBook(options.quality, options.now, metrics, alerts)
  // Of one policy, as many as there are steps between the floor and the ceiling.
  let moved = { from: options.policy, by: new Map<number, Policy>() }
  return {
    options,
    metrics,
    ledger,
    capsOf,
    hintFor: (account, field) =>
      heard?.hint(account.tenant, field, (model) => knownCaps(account, model)) ?? null,
    limitsOf: openLimits(options),
    alerts,
    telemetry: openTelemetry(options, metrics),
    quality,
    policyFor(task) {
      const offset = quality?.kindOf(task)?.offset ?? 0
      const { policy } = options
      if (offset === 0) return policy
      if (moved.from !== policy) moved = { from: policy, by: new Map() }
      const its = moved.by.get(offset) ?? withOffset(policy, offset)
      moved.by.set(offset, its)
      return its
    },
    replays: replaysOf(options, metrics),
    traffic: openTraffic(options.now),
    kept: options.responses === null ? null : openKeptResponses(options.responses, options.deadlines.storeMs),
    answers: answersOf(options, metrics),
    ...openFleet(options),
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
