/**
 * What the heads say of one text, as the decision needs it: how hard it is, and on what that rests.
 *
 * Where the text is like what was seen with outcomes, the calibrated probability holds. An open request (a letter, a chat,
 * an idea) belongs to the background and is judged by its kind of task; an expert on examination questions has nothing to
 * say there. What is like nothing, and what is like a known domain but only just, is unknown: the operator's default decides.
 */
import type { Heads } from './run-heads.ts'
import type { ClassifierWeights } from './weights.ts'

export type Basis = 'outcomes' | 'task' | 'none'

export type TextJudgement = {
  /** How likely a 3B-class model falls short, from 0 to 1; null where nothing tells. */
  readonly difficulty: number | null
  readonly basis: Basis
  /** What the frontier is expected to gain in quality, from -1 to 1: a guess even where the difficulty is unknown. */
  readonly gain: number
  readonly task: string
  readonly taskConfidence: number
}

/** The part of the weights that judging needs. */
export type JudgingWeights = Pick<ClassifierWeights, 'names' | 'thresholds' | 'taskDifficulty'>

export function judgeHeads(weights: JudgingWeights, heads: Heads): TextJudgement {
  const { names, taskDifficulty } = weights
  let likeliest = 0
  let weighed = 0
  let weight = 0
  for (let i = 0; i < heads.tasks.length; i++) {
    if (heads.tasks[i]! > heads.tasks[likeliest]!) likeliest = i
    // The head was trained to doubt itself, since sets name things differently: its shares are squared.
    const share = heads.tasks[i]! ** 2
    weighed += share * taskDifficulty[i]!
    weight += share
  }
  const byTask = weight > 0 ? weighed / weight : 0.5
  const task = names.tasks[likeliest] ?? ''
  const taskConfidence = heads.tasks[likeliest] ?? 0
  const basis = basisOf(weights, heads, taskConfidence)
  const told = { basis, task, taskConfidence }
  const background = heads.domains[0] ?? 0
  return {
    ...told,
    difficulty: basis === 'none' ? null : basis === 'task' ? byTask : heads.shortfall,
    gain: basis === 'task' ? mixed(background, byTask * gainOfDifficulty, heads.gain) : heads.gain,
  }
}

/** Each expert counts by how likely the text is one of its own; an open request's share is judged by its kind of task. */
function mixed(share: number, own: number, rest: number): number {
  return share * own + (1 - share) * rest
}

/** So much of the background, and a text belongs to it rather than to any domain. */
const ratherBackground = 0.5
/** Where the small model falls short, half of the time the frontier does as well: roughly so in every set with outcomes. */
const gainOfDifficulty = 0.5

function basisOf(weights: JudgingWeights, heads: Heads, taskConfidence: number): Basis {
  if (!neverSeen(weights, heads)) return 'outcomes'
  const background = heads.domains[0] ?? 0
  return background > ratherBackground && taskConfidence >= weights.thresholds.taskBelow ? 'task' : 'none'
}

/** Whether the experts abstain: nothing with outcomes was like this. */
export function neverSeen({ thresholds }: Pick<ClassifierWeights, 'thresholds'>, heads: Heads): boolean {
  return heads.novelty > thresholds.novelAbove
}
