/**
 * Reads recorded outcomes: JSON lines, plain or gzipped, each a request and how good either model's answer was.
 *
 *     {"prompt":"…","small_score":0,"large_score":1,"small_usd":0,"large_usd":0.004,"small_latency_ms":310}
 *     {"prompt":"…","good":true}
 *     {"difficulty":0.8,"gain":0.4,"kind":"math","good":false}
 *
 * A verdict `good` is that of `nearside calibrate`: it tells of the small model alone, and the large one's answer is then taken to be
 * right. Costs, joules, latencies and the small answer's confidence may be there. What is wrong is refused by line and field.
 */
import { type Classifier, NearsideError } from '@nearside/core'
import { readJsonLines } from '../train/rows.ts'
import type { Known } from './known.ts'

export type OutcomeRow = Known & {
  /** Empty where the row has none. */
  readonly prompt: string
  readonly source: string
  /** Whether the large model's quality was assumed. */
  readonly assumed: boolean
}

type Fields = Readonly<Record<string, unknown>>

export function readOutcomes(path: string, classifier: () => Classifier): readonly OutcomeRow[] {
  let judge: Classifier | null = null
  return readJsonLines<unknown>(path).map((row, index) => {
    const at = (field: string): string => `${path}, record ${index + 1}: ${field}`
    if (typeof row !== 'object' || row === null || Array.isArray(row))
      throw new NearsideError('bad-options', `${path}, record ${index + 1}, is an object.`)
    const fields = row as Fields
    const number = (field: string, least: number, most: number): number | null => {
      const value = fields[field]
      if (value === undefined || value === null) return null
      if (typeof value === 'number' && value >= least && value <= most) return value
      throw new NearsideError('bad-options', `${at(field)} is a number from ${least} to ${most}.`)
    }
    const text = (field: string): string | null => {
      const value = fields[field]
      if (value === undefined || value === null) return null
      if (typeof value === 'string' && value !== '') return value
      throw new NearsideError('bad-options', `${at(field)} is a text.`)
    }
    const verdict = fields.good
    if (verdict !== undefined && typeof verdict !== 'boolean')
      throw new NearsideError('bad-options', `${at('good')} is true or false.`)
    const small = number('small_score', 0, 1) ?? (verdict === undefined ? null : Number(verdict))
    const large = number('large_score', 0, 1)
    if (small === null)
      throw new NearsideError('bad-options', `${at('small_score')} is missing, and so is a verdict, good.`)
    if (large === null && verdict === undefined)
      throw new NearsideError('bad-options', `${at('large_score')} is missing, and so is a verdict, good.`)
    const prompt = text('prompt')
    const difficulty = number('difficulty', 0, 1)
    if (prompt === null && difficulty === null)
      throw new NearsideError('bad-options', `${at('prompt')} is missing, and so is a difficulty.`)
    if (difficulty === null) judge ??= classifier()
    const judged = difficulty === null ? judge!.judgeText(prompt ?? '') : null
    const most = Number.MAX_SAFE_INTEGER
    return {
      id: text('id') ?? `record ${index + 1}`,
      prompt: prompt ?? '',
      source: text('source') ?? '',
      assumed: large === null,
      task: judged === null ? text('kind') : judged.task,
      difficulty: judged === null ? difficulty : judged.difficulty,
      gain: judged === null ? number('gain', -1, 1) : judged.gain,
      local: {
        quality: small,
        usd: number('small_usd', 0, most),
        joules: number('small_joules', 0, most),
        latencyMs: number('small_latency_ms', 0, most),
        confidence: number('small_confidence', 0, 1),
      },
      frontier: {
        quality: large ?? 1,
        usd: number('large_usd', 0, most),
        joules: number('large_joules', 0, most),
        latencyMs: number('large_latency_ms', 0, most),
      },
    }
  })
}
