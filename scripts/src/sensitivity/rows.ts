/**
 * The data sets as rows: sentences with their spans, requests that a model should refuse, requests of every day.
 *
 * Files are JSON lines, plain or gzip. A row that lacks what is needed stops the reading, with its file and line.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { NearsideError } from '@nearside/core'

export type LabelledSpan = { readonly type: string; readonly start: number; readonly end: number }
export type SentenceRow = {
  readonly text: string
  /** `pii`, `entity_only`, `none`, `none_assumed`; or, in a file of unsafe requests, what is unsafe about it. */
  readonly label: string
  readonly spans: readonly LabelledSpan[]
}

export type SensitivityData = {
  readonly sentences: readonly SentenceRow[]
  readonly unsafe: readonly SentenceRow[]
  /** Utterances to services and requests of all kinds: harmless, and where ordinary words are counted. */
  readonly intents: readonly string[]
  readonly tasks: readonly { readonly text: string; readonly task: string }[]
  /** Examination questions, which speak of wars, drugs and diseases in all innocence. */
  readonly questions: readonly string[]
}

export function readSensitivityData(folder: string): SensitivityData {
  const texts = (path: string): readonly string[] =>
    readJsonLines(join(folder, path), (row) => textOf(row.text))
  return {
    sentences: readSentences(join(folder, 'sensitivity/pii.jsonl')),
    unsafe: readSentences(join(folder, 'sensitivity/unsafe_prompts.jsonl')),
    intents: [...texts('intents/clinc150_train.jsonl'), ...texts('intents/banking77_train.jsonl')],
    tasks: readJsonLines(join(folder, 'tasks/tasks.jsonl.gz'), (row) =>
      // The one source whose terms allow research only.
      row.source === 'belle_eval' ? undefined : { text: textOf(row.text), task: textOf(row.task) },
    ),
    questions: readJsonLines(join(folder, 'routing/mmlu_gpt4_mixtral.jsonl.gz'), (row) => textOf(row.prompt)),
  }
}

export function readSentences(file: string): readonly SentenceRow[] {
  return readJsonLines(file, (row) => ({
    text: textOf(row.text),
    label: textOf(row.label),
    spans: Array.isArray(row.spans) ? row.spans.map(spanOf) : [],
  }))
}

type Row = { readonly [field: string]: unknown }

function readJsonLines<T>(file: string, read: (row: Row) => T | undefined): readonly T[] {
  const bytes = readFileSync(file)
  const lines = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8').split('\n')
  return lines.flatMap((line, i) => {
    if (line.trim() === '') return []
    try {
      const row = read(JSON.parse(line) as Row)
      return row === undefined ? [] : [row]
    } catch (error) {
      throw new NearsideError('bad-options', `${file}, line ${i + 1}: ${String(error)}`, { cause: error })
    }
  })
}

function textOf(value: unknown): string {
  if (typeof value !== 'string') throw new TypeError(`a text was expected, not ${JSON.stringify(value)}`)
  return value
}

function spanOf(value: unknown): LabelledSpan {
  const { type, start, end } = value as { type?: unknown; start?: unknown; end?: unknown }
  if (typeof type !== 'string' || typeof start !== 'number' || typeof end !== 'number') {
    throw new TypeError(`a span was expected, not ${JSON.stringify(value)}`)
  }
  return { type, start, end }
}
