/**
 * What one middleware instance keeps between requests: its options, what it has heard of its upstreams and of the
 * budget store, and its counters. All of it is this isolate's own view, bounded by the number of upstreams, and
 * lost without harm when the isolate is put away.
 */
import {
  afterOutcome,
  type Health,
  type NearsideError,
  type Outcome,
  requestsPerSlot,
  restLeftMs,
  standing,
  type TargetView,
  unknownHealth,
} from '@nearside/core'
import { type CapsOf, openCaps } from '../ledger/caps-of.ts'
import { type LimitsOf, openLimits } from '../ledger/limits-of.ts'
import { openStoreGuard, type StoreGuard } from '../ledger/store-guard.ts'
import { type Metrics, openMetrics } from '../metrics/metrics.ts'
import type { Options } from '../options/resolve-options.ts'
import { openFaults } from './fault-to.ts'

export type Desk = {
  readonly options: Options
  readonly metrics: Metrics
  /** Null where nothing is capped. */
  readonly ledger: StoreGuard | null
  readonly capsOf: CapsOf
  readonly limitsOf: LimitsOf
  /** The targets with what was heard of them: what the decision is made from. */
  field(): readonly TargetView[]
  heard(target: string, outcome: Outcome): void
  /** How long an upstream will still rest; null where it may be asked now. */
  restLeftMs(target: string): number | null
  /** A fault that a caller is told of: what caused it is the host's to know, where it asks. */
  faulted(fault: NearsideError, id: string): void
}

export function openDesk(options: Options): Desk {
  const health = new Map<string, Health>()
  const of = (name: string): Health => health.get(name) ?? unknownHealth
  const metrics = openMetrics()
  return {
    options,
    metrics,
    ledger: options.budgets === null ? null : openStoreGuard(options.budgets, options, metrics),
    capsOf: openCaps(options),
    limitsOf: openLimits(options),
    field: () =>
      options.targets.map((target) => ({
        ...target,
        standing: standing(of(target.name), options.breaker, options.now()),
        firstTokenMs: of(target.name).firstTokenMs,
        requestsPerSlot: requestsPerSlot(of(target.name), options.now()),
      })),
    restLeftMs: (target) => restLeftMs(of(target).breaker, options.breaker, options.now()),
    heard(target, outcome) {
      health.set(target, afterOutcome(of(target), outcome, options.breaker, options.now()))
    },
    faulted: openFaults(options),
  }
}
