/** The server's counts in Prometheus' text format: a fold over records, and what is true right now. */
import type { NodeStanding } from './node-standing.ts'
import type { RequestRecord } from './record.ts'

export type Metrics = {
  add(record: RequestRecord): void
  text(now: NodeStanding): string
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

    text(now) {
      const { model, engine, pressure, energy } = now
      return [
        family(
          'requests_total',
          'counter',
          'Requests for an answer, by how they ended.',
          labelled('outcome', requests),
        ),
        family('prompt_tokens_total', 'counter', 'Tokens of prompts read.', promptTokens),
        family(
          'output_tokens_total',
          'counter',
          'Tokens generated, those of cancelled answers too.',
          engine.tokensMade,
        ),
        family('wait_seconds_total', 'counter', 'Time that requests waited for a slot.', waitedSeconds),
        family('first_token_seconds', 'summary', 'Time from request to first token.', [
          ['_sum', firstTokenSeconds],
          ['_count', firstTokens],
        ]),
        family('engine_restarts_total', 'counter', 'Starts after the engine died.', engine.restarts),
        family(
          'recalibrations_total',
          'counter',
          'Trials of threads after answers had become slow, by what came of them.',
          labelled('outcome', Object.entries(engine.recalibrations)),
        ),
        family('model_loads_total', 'counter', 'Loads of the model.', model?.loads ?? 0),
        family(
          'model_unloads_total',
          'counter',
          'Times that the model left memory, by why.',
          labelled('because', Object.entries(model?.unloads ?? {})),
        ),
        family(
          'memory_steps_total',
          'counter',
          'Steps taken against a shortage of memory.',
          labelled('step', Object.entries(pressure.steps)),
        ),
        family('energy_joules_total', 'counter', 'Energy used while answers ran.', energy?.joules ?? 0),
        family('ready', 'gauge', 'Whether requests are accepted.', Number(now.standing === 'ready')),
        family('model_loaded', 'gauge', 'Whether the model is in memory.', Number(model?.loaded ?? false)),
        family('queue_waiting', 'gauge', 'Requests waiting for a slot.', now.queue),
        family('queue_waiting_batch', 'gauge', 'Of them, those of batch work.', now.waiting.batch),
        family('slots', 'gauge', 'Requests that can be answered at the same time.', now.slots),
        family('slots_busy', 'gauge', 'Requests being answered.', now.slotsBusy),
        family('tokens_per_second', 'gauge', 'Speed of a single answer.', now.tokensPerSecond ?? 0),
        family('kv_used_ratio', 'gauge', "Part of all slots' context in use.", now.kv ?? 0),
        family('memory_used_ratio', 'gauge', 'Part of the allowed memory in use.', now.memory ?? 0),
        family('memory_available_bytes', 'gauge', 'Memory that can still be taken.', pressure.availableBytes),
        family(
          'memory_pressure_level',
          'gauge',
          'Steps in force against a shortage, 0 to 3.',
          pressure.level,
        ),
        family('memory_stalled_percent', 'gauge', 'Time stalled for memory.', pressure.stalledPercent ?? 0),
        family(
          'engine_resident_bytes',
          'gauge',
          "Memory of the engine's process.",
          engine.residentBytes ?? 0,
        ),
        family(
          'parked_bytes',
          'gauge',
          'Encrypted states of conversations on a disk.',
          engine.parked?.bytes ?? 0,
        ),
        family('parked_total', 'counter', 'States of conversations parked.', engine.parked?.parked ?? 0),
        family('restored_total', 'counter', 'Parked states brought back.', engine.parked?.restored ?? 0),
        family(
          'engine_kept_tokens',
          'gauge',
          'Tokens whose keys and values are kept.',
          engine.keptTokens ?? 0,
        ),
      ].join('')
    },
  }
}

function labelled(
  label: string,
  counts: Iterable<readonly [string, number]>,
): readonly (readonly [string, number])[] {
  return [...counts].map(([name, count]) => [`{${label}="${name}"}`, count] as const)
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
