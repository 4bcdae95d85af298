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
}

it('counts requests by how they ended, in a form that Prometheus reads', () => {
  const counts = metrics()
  counts.add(record)
  counts.add({ ...record, fault: 'queue-full', status: 429, promptTokens: null, firstTokenMs: null })
  const load = { queue: 2, slotsBusy: 1, slots: 1, kv: 0.25, memory: 0.5, tokensPerSecond: 12 }
  const text = counts.text({ ready: true, load, tokensMade: 7, engineRestarts: 1 })

  expect(text).toContain('nearside_runtime_requests_total{outcome="ok"} 1\n')
  expect(text).toContain('nearside_runtime_requests_total{outcome="queue-full"} 1\n')
  expect(text).toContain('nearside_runtime_prompt_tokens_total 5\n')
  expect(text).toContain('nearside_runtime_output_tokens_total 7\n')
  expect(text).toContain('nearside_runtime_first_token_seconds_sum 0.75\n')
  expect(text).toContain('nearside_runtime_queue_waiting 2\n')
  for (const line of text.trimEnd().split('\n')) {
    expect(line).toMatch(
      /^(# (HELP|TYPE) nearside_runtime_\w+ .+|nearside_runtime_\w+(\{outcome="[\w-]+"\})? [\d.]+)$/,
    )
  }
})
