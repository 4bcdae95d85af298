/** What the gateway counts. Each isolate counts for itself: a scrape sees the isolate that answers it. */
import type { RequestRecord } from '../record/record.ts'
import { type Counter, type Histogram, openRegistry, type Registry } from './registry.ts'

export type Metrics = {
  readonly registry: Registry
  count(record: RequestRecord): void
  readonly recordFailures: Counter
  readonly storeFailures: Counter
  readonly denials: Counter
  readonly storeMs: Histogram
  readonly idempotency: Counter
  readonly alerts: Counter
  readonly cache: Counter
  readonly softCapsPassed: Counter
  readonly holds: Counter
  readonly overruns: Counter
}

// Past the store's default deadline of a second and a settle's whole five: a slow store shall show where it stands.
const storeBucketsMs = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000]
const latencyBucketsMs = [5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000]

export function openMetrics(): Metrics {
  const registry = openRegistry()
  const requests = registry.counter(
    'nearside_requests_total',
    'Requests by the tier that served them, the reason and how they ended.',
  )
  const errors = registry.counter('nearside_errors_total', 'Requests that ended in an error, by its code.')
  const degraded = registry.counter('nearside_degraded_total', 'Answers that were worse than wished, by why.')
  const sessions = registry.counter(
    'nearside_sessions_total',
    'Answers where sessions are kept, by what became of the one that was brought.',
  )
  const strategies = registry.counter(
    'nearside_strategies_total',
    'Requests that a plan was made for, by its strategy and the tier that served them.',
  )
  const attempts = registry.counter(
    'nearside_attempts_total',
    'Attempts at a tier, by how they went: begun, failed, denied, or passed over because it rests.',
  )
  const fallbacks = registry.counter(
    'nearside_fallbacks_total',
    'Answers from another tier than the one that the request belongs to.',
  )
  const escalations = registry.counter(
    'nearside_escalations_total',
    'Answers begun nearer that were given up for those of another tier.',
  )
  const joules = registry.counter('nearside_joules_total', 'Energy that local nodes say they used.')
  const tokens = registry.counter('nearside_tokens_total', 'Tokens that upstreams say they used.')
  const spent = registry.counter('nearside_spent_nano_usd_total', 'What was charged, in nano-dollars.')
  const firstToken = registry.histogram(
    'nearside_first_token_ms',
    'Milliseconds until an upstream began to answer.',
    latencyBucketsMs,
  )
  const duration = registry.histogram(
    'nearside_request_ms',
    'Milliseconds from a request to the end of its answer.',
    latencyBucketsMs,
  )

  const countSteps = ({ plan, steps, served, joules: used }: RequestRecord): void => {
    const tier = served?.tier ?? 'none'
    if (plan !== null) strategies.add({ strategy: plan.strategy, tier })
    let begun: string | null = null
    for (const step of steps) {
      attempts.add({ tier: step.tier, outcome: step.outcome })
      if (step.outcome !== 'begun') continue
      if (begun !== null && begun !== step.tier) escalations.add({ from: begun, to: step.tier })
      begun = step.tier
    }
    if (plan?.kind === 'serve' && served !== null && served.tier !== plan.wished)
      fallbacks.add({ from: plan.wished, to: served.tier })
    if (used !== null) joules.add({ tier }, used)
  }

  return {
    registry,
    count(record) {
      const tier = record.served?.tier ?? 'none'
      const reason =
        record.plan === null
          ? 'none'
          : record.plan.kind === 'serve'
            ? record.plan.reason
            : record.plan.refusal
      requests.add({ tier, reason, outcome: record.outcome })
      duration.observe({ tier }, record.durationMs)
      if (record.error !== null) errors.add({ code: record.error })
      if (record.degraded !== null) degraded.add({ why: record.degraded })
      if (record.session !== undefined) sessions.add({ state: record.session })
      countSteps(record)
      const firstTokenMs = record.served?.firstTokenMs ?? null
      if (firstTokenMs !== null) firstToken.observe({ tier }, firstTokenMs)
      if (record.usage !== null) {
        tokens.add({ tier, direction: 'prompt' }, record.usage.promptTokens)
        tokens.add({ tier, direction: 'output' }, record.usage.outputTokens)
      }
      if (record.charge !== null)
        spent.add({ tier, flag: record.charge.flag ?? 'exact' }, record.charge.amount)
    },
    recordFailures: registry.counter('nearside_record_failures_total', 'Times that `onRecord` threw.'),
    storeFailures: registry.counter(
      'nearside_store_failures_total',
      'Calls of the budget store that failed or were not made because it rests, by verb.',
    ),
    denials: registry.counter(
      'nearside_denials_total',
      'Reservations refused, by what refused them: a cap that is exhausted or in flight, or a limit.',
    ),
    alerts: registry.counter('nearside_alerts_total', 'Alerts to the webhook, by whether it took them.'),
    softCapsPassed: registry.counter(
      'nearside_soft_caps_passed_total',
      'Calls that went past a soft cap, by its window.',
    ),
    holds: registry.counter(
      'nearside_holds_total',
      'Holds of money, by what became of them: made, settled, released, late (it had lapsed), unreserved, or untold.',
    ),
    overruns: registry.counter(
      'nearside_overrun_nano_usd_total',
      'What charges came to above what had been held, in nano-dollars.',
    ),
    idempotency: registry.counter(
      'nearside_idempotency_total',
      'Requests with an idempotency-key, by what became of them.',
    ),
    cache: registry.counter(
      'nearside_cache_total',
      'What kept answers had to do with requests: hit, hit-alike, shared, miss, bypass, unavailable; and with their store: kept, not-kept, store-failed.',
    ),
    storeMs: registry.histogram(
      'nearside_store_ms',
      'Milliseconds that the budget store took.',
      storeBucketsMs,
    ),
  }
}
