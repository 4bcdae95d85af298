import { expect, it } from 'vitest'
import { defaultDeadlines } from '../options/resolve-options.ts'
import type { RequestRecord } from '../record/record.ts'
import { openMetrics } from './metrics.ts'

it('tells a store that answers just inside its deadline from one that was given up', () => {
  const metrics = openMetrics()
  metrics.storeMs.observe({ verb: 'reserve' }, defaultDeadlines.storeMs - 1)
  metrics.storeMs.observe({ verb: 'reserve' }, defaultDeadlines.storeMs + 1)
  const text = metrics.registry.text()
  expect(text).toContain('nearside_store_ms_bucket{verb="reserve",le="500"} 0\n')
  expect(text).toContain(`nearside_store_ms_bucket{verb="reserve",le="${defaultDeadlines.storeMs}"} 1\n`)
  expect(text).toContain('nearside_store_ms_bucket{verb="reserve",le="5000"} 2\n')
})

const record = (given: Partial<RequestRecord>): RequestRecord => ({
  version: 1,
  id: 'ns_1',
  tenant: 'acme',
  at: 0,
  durationMs: 1,
  stream: false,
  wishes: null,
  signals: null,
  field: null,
  policy: null,
  frontierFrom: null,
  plan: null,
  steps: [],
  served: null,
  degraded: null,
  outcome: 'answered',
  error: null,
  usage: null,
  charge: null,
  joules: null,
  answerConfidence: null,
  overheadMs: 0,
  replayOf: null,
  ...given,
})
const step = (tier: 'local' | 'frontier', outcome: 'begun' | 'failed') => ({
  target: tier,
  tier,
  model: 'm',
  attempt: 1,
  startedMs: 0,
  durationMs: 1,
  outcome,
  error: null,
})
const plan = {
  kind: 'serve',
  strategy: 'direct',
  steps: [{ target: 'local', tier: 'local', model: 'm' }],
  fallbacks: [{ target: 'frontier', tier: 'frontier', model: 'm' }],
  wished: 'local',
  reason: 'easy',
  confidence: 1,
  degraded: null,
  privacy: 'public',
} as const
const served = { target: 'frontier', tier: 'frontier', model: 'm', attempts: 2, firstTokenMs: null } as const

it('counts what was tried, who answered in whose place, and the energy', () => {
  const metrics = openMetrics()
  metrics.count(record({ plan, served, steps: [step('local', 'failed'), step('frontier', 'begun')] }))
  metrics.count(
    record({ plan, served: { ...served, tier: 'local' }, steps: [step('local', 'begun')], joules: 2.5 }),
  )
  const text = metrics.registry.text()
  expect(text).toContain('nearside_strategies_total{strategy="direct",tier="frontier"} 1\n')
  expect(text).toContain('nearside_attempts_total{tier="local",outcome="failed"} 1\n')
  expect(text).toContain('nearside_fallbacks_total{from="local",to="frontier"} 1\n')
  expect(text).toContain('nearside_joules_total{tier="local"} 2.5\n')
  expect(text).not.toContain('nearside_escalations_total{')
})

it('counts an answer that was begun nearer and given up as an escalation', () => {
  const metrics = openMetrics()
  metrics.count(record({ plan, served, steps: [step('local', 'begun'), step('frontier', 'begun')] }))
  expect(metrics.registry.text()).toContain('nearside_escalations_total{from="local",to="frontier"} 1\n')
})

it('counts a refusal before anything was decided', () => {
  const metrics = openMetrics()
  metrics.count(record({ outcome: 'refused', error: 'unauthorized' }))
  const text = metrics.registry.text()
  expect(text).toContain('nearside_requests_total{tier="none",reason="none",outcome="refused"} 1\n')
  expect(text).not.toContain('nearside_strategies_total{')
})
