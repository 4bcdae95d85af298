/**
 * What a classifier is worth on a kind of data that it never saw: a whole source is left out of training, then scored.
 *
 * Of a source of outcomes: on how many of its prompts the experts abstain, and how well the rest are ranked. Of a source
 * of tasks: how many are named rightly, by the map of names beside this file.
 */
import { type ClassifierWeights, judgeHeads, neverSeen, routingScore, runHeads } from '@nearside/core'
import { routingFigures } from '../measure/routing.ts'
import { assemble } from './assemble.ts'
import { fitDifficulty } from './fit-difficulty.ts'
import { fitTasks } from './fit-tasks.ts'
import { featuresOf, indices, outOfFold } from './fold-figures.ts'
import { countsAsRight } from './label-map.ts'
import { outcomeRows } from './outcomes.ts'
import type { TaskRow, TrainingData } from './rows.ts'
import { logits } from './softmax.ts'
import { readTexts, scaledRows, shapeNorm } from './sparse.ts'
import { abstainThresholds } from './thresholds.ts'

export type AbstainFigures = {
  readonly source: string
  readonly n: number
  readonly abstains: number
  readonly abstainsInDomain: number
  /** Of all prompts, were none abstained from. */
  readonly apgrOfAll: number
  readonly apgrOfRest: number | null
  readonly restN: number
}

const fewest = 50

export function leaveSourceOut(
  data: TrainingData,
  source: string,
  onFold: (done: number) => void = () => {},
): AbstainFigures {
  const rows = outcomeRows(data, source)
  const texts = readTexts(rows.map((row) => row.text))
  const inside = outOfFold(texts, rows, [], 3, onFold)
  const seen = indices(rows, (i) => inside.heads[i] !== null)
  const thresholds = abstainThresholds(seen.map((i) => inside.heads[i]!))
  const difficulty = fitDifficulty(
    texts,
    rows,
    rows.map((_, i) => i),
  )
  const weights: ClassifierWeights = assemble(
    { difficulty, calibration: inside.curves, tasks: null, vector: null, thresholds },
    texts,
    rows.map((_, i) => i),
  )
  const left = data.routing.filter((row) => row.source === source)
  const leftTexts = readTexts(left.map((row) => row.prompt))
  const heads = left.map((_, i) => runHeads(weights, featuresOf(leftTexts, i)))
  const apgr = (kept: readonly number[]): number =>
    routingFigures(
      kept.map((i) => routingScore(judgeHeads(weights, heads[i]!))),
      kept.map((i) => ({ smallScore: left[i]!.small_score, largeScore: left[i]!.large_score })),
    ).apgr
  const rest = indices(left, (i) => !neverSeen(weights, heads[i]!))
  return {
    source,
    n: left.length,
    abstains: 1 - rest.length / left.length,
    abstainsInDomain: seen.filter((i) => neverSeen(weights, inside.heads[i]!)).length / seen.length,
    apgrOfAll: apgr(left.map((_, i) => i)),
    apgrOfRest: rest.length >= fewest ? apgr(rest) : null,
    restN: rest.length,
  }
}

export type TaskLeaveOut = {
  readonly perSource: Readonly<
    Record<string, { readonly n: number; readonly exact: number; readonly mapped: number }>
  >
  /** Over all rows of sources left out; and the mean over sources. */
  readonly exact: number
  readonly mapped: number
  readonly mappedBySource: number
  /** Rows by true kind, columns by what was said. */
  readonly confusion: Readonly<Record<string, Readonly<Record<string, number>>>>
}

/** A set of requests, whatever templates it comes in; T0's templates are one source. */
export function sourceOf(row: TaskRow): string {
  return row.source.split(':')[0]!
}

export function leaveTasksOut(
  data: TrainingData,
  sources: readonly string[],
  onSource: (done: number) => void,
): TaskLeaveOut {
  const texts = readTexts(data.tasks.map((row) => row.text))
  const perSource: Record<string, { n: number; exact: number; mapped: number }> = {}
  const confusion: Record<string, Record<string, number>> = {}
  let [n, exact, mapped] = [0, 0, 0]
  for (const [done, source] of sources.entries()) {
    const said = namesLeftOut(data.tasks, texts, source)
    let [right, meant] = [0, 0]
    for (const [i, name] of said) {
      const row = data.tasks[i]!
      if (name === row.task) right++
      if (countsAsRight(row, name)) meant++
      const line = confusion[row.task] ?? {}
      confusion[row.task] = line
      line[name] = (line[name] ?? 0) + 1
    }
    perSource[source] = { n: said.size, exact: right / said.size, mapped: meant / said.size }
    n += said.size
    exact += right
    mapped += meant
    onSource(done + 1)
  }
  const mean = Object.values(perSource).reduce((sum, each) => sum + each.mapped, 0) / sources.length
  return { perSource, exact: exact / n, mapped: mapped / n, mappedBySource: mean, confusion }
}

function namesLeftOut(
  rows: readonly TaskRow[],
  texts: ReturnType<typeof readTexts>,
  source: string,
): ReadonlyMap<number, string> {
  const chosen = indices(rows, (i) => sourceOf(rows[i]!) !== source)
  const norm = shapeNorm(texts, chosen)
  const model = fitTasks(texts, rows, chosen, norm)
  const scaled = scaledRows(texts, null, norm, model.shapeWeight)
  const into = new Float32Array(model.tasks.length)
  return new Map(
    indices(rows, (i) => sourceOf(rows[i]!) === source).map((i) => {
      logits(scaled, i, model.softmax.weights, model.softmax.offset, into)
      return [i, model.tasks[into.indexOf(Math.max(...into))]!]
    }),
  )
}
