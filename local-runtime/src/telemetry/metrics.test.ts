import { expect, it } from 'vitest'
import { metrics } from './metrics.ts'
import type { RequestRecord } from './record.ts'

const record: RequestRecord = {
  id: 'chatcmpl-1',
  at: 0,
  status: 200,
  fault: null,
  stream: false,
  promptTokens: 5,
  outputTokens: 3,
  finishReasons: ['stop'],
  confidence: 0.5,
  waitedMs: 500,
  firstTokenMs: 750,
  totalMs: 1_000,
  joules: 3,
  joulesEstimated: false,
}

it('counts requests by how they ended, in a form that Prometheus reads', () => {
  const counts = metrics()
  counts.add(record)
  counts.add({ ...record, fault: 'queue-full', status: 429, promptTokens: null, firstTokenMs: null })
  const text = counts.text({
    standing: 'ready',
    ...{ queue: 2, slotsBusy: 1, slots: 1, kv: 0.25, memory: 0.5, tokensPerSecond: 12 },
    waiting: { interactive: 1, batch: 1 },
    model: {
      name: 'small',
      version: '1',
      contextTokens: 512,
      loaded: true,
      loads: 2,
      unloads: { idle: 1, pressure: 0, replaced: 0 },
    },
    engine: {
      ...{ standsOn: 'a test', keptTokens: 40, residentBytes: null, tokensMade: 7, restarts: 1 },
      recalibrations: { kept: 2 },
    },
    pressure: {
      level: 2,
      steps: { forget: 3, 'stop-admitting': 1, unload: 0 },
      ...{ availableBytes: 10, limitBytes: 100, stalledPercent: 12.5 },
    },
    energy: { joules: 3.5, standsOn: 'a test' },
  })

  expect(text).toContain('nearside_runtime_requests_total{outcome="ok"} 1\n')
  expect(text).toContain('nearside_runtime_requests_total{outcome="queue-full"} 1\n')
  expect(text).toContain('nearside_runtime_prompt_tokens_total 5\n')
  expect(text).toContain('nearside_runtime_output_tokens_total 7\n')
  expect(text).toContain('nearside_runtime_first_token_seconds_sum 0.75\n')
  expect(text).toContain('nearside_runtime_queue_waiting 2\n')
  expect(text).toContain('nearside_runtime_memory_steps_total{step="stop-admitting"} 1\n')
  expect(text).toContain('nearside_runtime_memory_pressure_level 2\n')
  expect(text).toContain('nearside_runtime_model_unloads_total{because="idle"} 1\n')
  expect(text).toContain('nearside_runtime_energy_joules_total 3.5\n')
  for (const line of text.trimEnd().split('\n')) {
    expect(line).toMatch(
      /^(# (HELP|TYPE) nearside_runtime_\w+ .+|nearside_runtime_\w+(\{(?:outcome|because|step)="[\w-]+"\})? [\d.]+)$/,
    )
  }
})
