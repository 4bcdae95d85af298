/**
 * Judges a conversation as a whole: every user turn by itself, and the hardest rules.
 *
 * "And now commit it" after a hard task is no easy request, and an unknown turn may be a hard one, so that a conversation
 * with an unknown turn is unknown. The newest turns are read first, and only so much in all, that a conversation of
 * megabytes is judged in the time of a long one.
 */
import type { ChatRequest } from '../chat/chat-request.ts'
import type { TurnKind } from '../signals/signals.ts'
import { type FeatureReader, featureReader, readCharacters } from './features.ts'
import { type Basis, judgeHeads, type TextJudgement } from './judge-text.ts'
import { type Heads, runHeads } from './run-heads.ts'
import type { ClassifierWeights } from './weights.ts'

export type Judgement = {
  /** How likely a 3B-class model falls short, over the hardest turn; null where nothing tells. */
  readonly difficulty: number | null
  /** What the difficulty rests on: outcomes of requests like it, its kind of task, or nothing. */
  readonly basis: Basis
  /** What the frontier is expected to gain in quality, over the turn where that is most; known even where difficulty is not. */
  readonly gain: number
  /** The kind of the newest turn, and how sure that is. */
  readonly task: string
  readonly taskConfidence: number
  /** The hardest turn of each kind, the newest kind first; left out where all turns are of one kind. */
  readonly kinds?: readonly TurnKind[]
  /** The newest turn as a vector of length one. */
  readonly vector: Float32Array
}

export type Classifier = {
  readonly weights: ClassifierWeights
  /** Of one text, everything that the heads say. */
  readText(text: string): Heads
  judgeText(text: string): TextJudgement
  /** Of length one: the product of two is near one where the texts want the same. */
  sentenceVector(text: string): Float32Array
  judge(request: ChatRequest): Judgement
}

/** Characters of a conversation that are read; each turn counts with what is read of it. */
const readInAll = 24_000

export function classifierOf(weights: ClassifierWeights): Classifier {
  const read: FeatureReader = featureReader()
  const readText = (text: string): Heads => runHeads(weights, read(text))
  return {
    weights,
    readText,
    judgeText: (text) => judgeHeads(weights, readText(text)),
    sentenceVector: (text) => readText(text).vector,
    judge: ({ messages }) => {
      let left = readInAll
      let newest: Heads | null = null
      let difficulty: number | null = 0
      let basis: Basis = 'none'
      let gain = Number.NEGATIVE_INFINITY
      const kinds = openKinds()
      for (let i = messages.length - 1; i >= 0 && left > 0; i--) {
        const { role, text } = messages[i]!
        if (role !== 'user') continue
        left -= Math.min(text.length, readCharacters) + 64
        const heads = readText(text)
        newest ??= heads
        const turn = judgeHeads(weights, heads)
        gain = Math.max(gain, turn.gain)
        kinds.add(turn)
        if (turn.difficulty === null) difficulty = null
        else if (difficulty !== null && (turn.difficulty > difficulty || basis === 'none')) {
          difficulty = turn.difficulty
          basis = turn.basis
        }
      }
      const latest = newest ?? readText('')
      const last = judgeHeads(weights, latest)
      if (gain === Number.NEGATIVE_INFINITY) gain = last.gain
      const { task, taskConfidence } = last
      if (basis === 'none') difficulty = null
      if (difficulty === null) basis = 'none'
      return {
        difficulty,
        basis,
        gain,
        task,
        taskConfidence,
        ...kinds.told(),
        get vector() {
          return latest.vector
        },
      }
    },
  }
}

/**
 * A threshold may belong to a kind of task, so the hardest of all turns is not enough: an easy sum behind a hard program is held
 * against the program's threshold by the program alone. A turn that nobody can judge is a kind beside those that were judged.
 */
function openKinds() {
  const kinds = new Map<string, TurnKind>()
  return {
    add({ task, difficulty, gain }: TextJudgement): void {
      const name = difficulty === null ? `${task}?` : task
      const before = kinds.get(name)
      kinds.set(name, {
        task,
        difficulty: difficulty === null ? null : Math.max(difficulty, before?.difficulty ?? 0),
        gain: Math.max(gain, before?.gain ?? gain),
      })
    },
    told: (): { readonly kinds?: readonly TurnKind[] } =>
      kinds.size < 2 ? {} : { kinds: [...kinds.values()] },
  }
}
