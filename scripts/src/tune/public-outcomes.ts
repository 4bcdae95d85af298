/**
 * The public outcomes that the shipped classifier was trained on, judged by classifiers that had not seen the row: the folds of
 * `nearside eval strategies`. They take two minutes, so what they say is kept, under a name made from the data and the classifier.
 */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { NearsideError } from '@nearside/core'
import { shippedModel } from '../eval/load-model.ts'
import { type Replayed, replayedRows } from '../eval/strategies/out-of-fold.ts'
import type { OutcomeRow } from './read-outcomes.ts'

const folds = 5
const trainedOn = [
  'routing/mmlu_gpt4_mixtral.jsonl.gz',
  'routing/gsm8k_gpt4_mixtral.jsonl',
  'routing/llmrouter_7b_vs_51b.jsonl.gz',
  'tasks/tasks.jsonl.gz',
]

export function publicOutcomes(
  folder: string,
  set: string,
  keep: string,
  onFold: (done: number, most: number) => void,
): readonly OutcomeRow[] {
  const rows = judged(folder, keep, onFold)
  const sets = [...new Set(rows.map(({ source }) => source))]
  if (!sets.includes(set))
    throw new NearsideError('bad-options', `--set is one of ${sets.join(', ')}, but was ${set}.`)
  return rows.flatMap(({ source, prompt, task, difficulty, gain, smallScore, largeScore }, index) =>
    source === set
      ? [
          {
            id: `row ${index + 1}`,
            prompt,
            source,
            assumed: false,
            task,
            difficulty,
            gain,
            local: { quality: smallScore, usd: null, joules: null, latencyMs: null, confidence: null },
            frontier: { quality: largeScore, usd: null, joules: null, latencyMs: null },
          },
        ]
      : [],
  )
}

function judged(
  folder: string,
  keep: string,
  onFold: (done: number, most: number) => void,
): readonly Replayed[] {
  const hash = createHash('sha256').update(readFileSync(shippedModel)).update(String(folds))
  for (const file of trainedOn) hash.update(read(join(folder, file)))
  const kept = join(keep, `out-of-fold-${hash.digest('hex').slice(0, 16)}.json`)
  if (existsSync(kept)) return JSON.parse(readFileSync(kept, 'utf8')) as readonly Replayed[]
  const rows = replayedRows(folder, folds, (done) => onFold(done, folds))
  mkdirSync(keep, { recursive: true })
  writeFileSync(kept, JSON.stringify(rows))
  return rows
}

function read(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (cause) {
    throw new NearsideError('bad-options', `${path} cannot be read.`, { cause })
  }
}
