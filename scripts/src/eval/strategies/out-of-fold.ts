/**
 * What the classifier says of each recorded request, by models that had not seen it: the folds of `nearside train`, with
 * the kind of task beside the score, since that is all that a gateway would know.
 */
import { type Heads, judgeHeads } from '@nearside/core'
import { crossJudged, outOfFold } from '../../train/fold-figures.ts'
import { sourceOf } from '../../train/leave-out.ts'
import { outcomeRows } from '../../train/outcomes.ts'
import { ownRequests } from '../../train/own-requests.ts'
import { readTrainingData } from '../../train/rows.ts'
import { readTexts } from '../../train/sparse.ts'
import { abstainThresholds } from '../../train/thresholds.ts'

export type Replayed = {
  readonly source: string
  readonly prompt: string
  /** The subject or exercise that the row itself names. */
  readonly domain: string
  readonly fold: number
  readonly task: string | null
  readonly difficulty: number | null
  readonly gain: number | null
  readonly smallScore: number
  readonly largeScore: number
}

/** Only of data that may ship, without the rows that a published router was trained on. */
export function replayedRows(
  folder: string,
  folds: number,
  onFold: (done: number) => void,
): readonly Replayed[] {
  const read = readTrainingData(folder)
  const data = { ...read, tasks: [...read.tasks, ...ownRequests()] }
  const rows = outcomeRows(data, null)
  const texts = readTexts(rows.map((row) => row.text))
  // A row with an outcome must not be known to the task head that judges it.
  const tasks = data.tasks.filter((row) => sourceOf(row) !== 'llmrouter')
  const out = outOfFold(texts, rows, tasks, folds, onFold)
  const thresholds = abstainThresholds(out.heads.filter((heads): heads is Heads => heads !== null))
  const said = crossJudged(rows, out, thresholds)
  const { weights } = out
  return rows.flatMap(({ row, family, domain }, i) => {
    const judged = said[i]
    const heads = out.heads[i]
    if (row === null || judged == null || heads == null || weights === null) return []
    const { task } = judgeHeads({ ...weights, thresholds }, heads)
    return [
      {
        source: family,
        prompt: row.prompt,
        domain,
        fold: out.fold[i]!,
        task,
        difficulty: judged.difficulty,
        gain: judged.gain,
        smallScore: row.small_score,
        largeScore: row.large_score,
      },
    ]
  })
}
