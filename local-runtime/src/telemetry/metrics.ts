/** The server's counts in Prometheus' text format: a fold over records, and what is true right now. */
import type { NodeLoad } from '@nearside/core'
import type { RequestRecord } from './record.ts'

export type Metrics = {
  add(record: RequestRecord): void
  text(now: MetricsNow): string
}

export type MetricsNow = {
  readonly ready: boolean
  readonly load: NodeLoad
  readonly tokensMade: number
  readonly engineRestarts: number
}

export function metrics(): Metrics {
  /** By outcome: `ok`, or the code of the fault, of which there are few. */
  const requests = new Map<string, number>()
  let promptTokens = 0
  let waitedSeconds = 0
  let firstTokenSeconds = 0
  let firstTokens = 0

  return {
    add(record) {
      const outcome = record.fault ?? 'ok'
      requests.set(outcome, (requests.get(outcome) ?? 0) + 1)
      promptTokens += record.promptTokens ?? 0
      waitedSeconds += (record.waitedMs ?? 0) / 1_000
      if (record.firstTokenMs === null) return
      firstTokenSeconds += record.firstTokenMs / 1_000
      firstTokens++
    },

    text({ ready, load, tokensMade, engineRestarts }) {
      const outcomes = [...requests].map(([outcome, count]) => [`{outcome="${outcome}"}`, count] as const)
      return [
        family('requests_total', 'counter', 'Requests for an answer, by how they ended.', outcomes),
        family('prompt_tokens_total', 'counter', 'Tokens of prompts read.', promptTokens),
        family(
          'output_tokens_total',
          'counter',
          'Tokens generated, those of cancelled answers too.',
          tokensMade,
        ),
        family('wait_seconds_total', 'counter', 'Time that requests waited for a slot.', waitedSeconds),
        family('first_token_seconds', 'summary', 'Time from request to first token.', [
          ['_sum', firstTokenSeconds],
          ['_count', firstTokens],
        ]),
        family('engine_restarts_total', 'counter', 'Starts after the engine died.', engineRestarts),
        family('ready', 'gauge', 'Whether requests are accepted.', Number(ready)),
        family('queue_waiting', 'gauge', 'Requests waiting for a slot.', load.queue),
        family('slots', 'gauge', 'Requests that can be answered at the same time.', load.slots),
        family('slots_busy', 'gauge', 'Requests being answered.', load.slotsBusy),
        family('kv_used_ratio', 'gauge', "Part of all slots' context in use.", load.kv ?? 0),
        family('memory_used_ratio', 'gauge', 'Part of the allowed memory in use.', load.memory ?? 0),
      ].join('')
    },
  }
}

function family(
  name: string,
  type: 'counter' | 'gauge' | 'summary',
  help: string,
  samples: number | readonly (readonly [suffix: string, value: number])[],
): string {
  const full = `nearside_runtime_${name}`
  const lines = (typeof samples === 'number' ? [['', samples] as const] : samples).map(
    ([suffix, value]) => `${full}${suffix} ${value}\n`,
  )
  return `# HELP ${full} ${help}\n# TYPE ${full} ${type}\n${lines.join('')}`
}
