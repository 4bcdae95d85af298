/**
 * What the heads say of one text, as the decision needs it: how hard it is, and on what that rests.
 *
 * Outcomes come first: where the text is like what was seen with outcomes, the calibrated probability holds. An open
 * request (a letter, a chat, an idea) is like none of them and is judged by its kind of task; an expert on examination
 * questions has nothing to say there. What is like nothing at all is unknown, and the operator's default decides.
 */
import type { Heads } from './run-heads.ts'
import type { ClassifierWeights } from './weights.ts'

export type Basis = 'outcomes' | 'task' | 'none'

export type TextJudgement = {
  /** How likely a 3B-class model falls short, from 0 to 1; null where nothing tells. */
  readonly difficulty: number | null
  readonly basis: Basis
  readonly task: string
  readonly taskConfidence: number
}

export function judgeHeads(weights: ClassifierWeights, heads: Heads): TextJudgement {
  const { names, thresholds, taskDifficulty } = weights
  let likeliest = 0
  let byTask = 0
  for (let i = 0; i < heads.tasks.length; i++) {
    if (heads.tasks[i]! > heads.tasks[likeliest]!) likeliest = i
    byTask += heads.tasks[i]! * taskDifficulty[i]!
  }
  const task = names.tasks[likeliest] ?? ''
  const taskConfidence = heads.tasks[likeliest] ?? 0
  if (!neverSeen(weights, heads))
    return { difficulty: heads.shortfall, basis: 'outcomes', task, taskConfidence }
  return taskConfidence >= thresholds.taskBelow
    ? { difficulty: byTask, basis: 'task', task, taskConfidence }
    : { difficulty: null, basis: 'none', task, taskConfidence }
}

/** Whether the experts abstain: nothing with outcomes was like this. */
export function neverSeen({ thresholds }: ClassifierWeights, heads: Heads): boolean {
  return heads.novelty > thresholds.novelAbove
}
