/**
 * How likely a 3B-class model falls short of a frontier model: a documented heuristic, behind the interface
 * that a learned classifier fills.
 *
 * Each user turn is scored by what it asks for. Work on a text that is given (rewriting, sorting out, summing
 * up) is what small models do well; proving, deriving, designing and debugging is what they do badly; long
 * prompts, code, formulae and many conditions at once make any request harder. The sum goes through a logistic
 * curve. The conversation is as hard as its hardest turn: "and now commit it" after a hard task is no easy
 * request.
 *
 * The tables are English; a turn in which they find nothing is judged by its shape alone and lands near the
 * middle, where the policy's threshold decides.
 */
import type { ChatRequest } from '../chat/chat-request.ts'
import type { TurnKind } from './signals.ts'

/** What a judge that knows more than the difficulty says: null where it cannot tell. */
export type JudgedRequest = {
  readonly difficulty: number | null
  readonly gain: number | null
  readonly task: string | null
  /** The same for each kind of turn, where a conversation has several: their thresholds may differ. */
  readonly kinds?: readonly TurnKind[]
}

/** Fills `Signals.difficulty`, and where it can the gain and the task; a learned model has the same shape. */
export type DifficultyOf = (request: ChatRequest) => number | JudgedRequest

type Cue = { readonly weight: number; readonly pattern: RegExp }

/** Every pattern is an alternation of plain words: no repetition, so no backtracking. */
const cues: readonly Cue[] = [
  {
    weight: 2.4,
    pattern:
      /\b(?:prove|proof|theorem|lemma|derive|derivation|induction|integral|eigenvalue|differential equation|probability that|modulo|polynomial|debug|refactor|deadlock|race condition|segfault|stack trace|concurrency)\b/i,
  },
  {
    weight: 1.3,
    pattern:
      /\b(?:implement|algorithm|data structure|time complexity|optimi[sz]e|architecture|trade-offs?|evaluate the|critique|root cause|strategy for|design an?|diagnos[ei]s|contraindication|liability|jurisdiction|statute|tax treaty|step by step|multi-step|rigorous|formally|in depth|comprehensive)\b/i,
  },
  {
    weight: -1.6,
    pattern:
      /\b(?:rewrite|rephrase|reword|paraphrase|proofread|shorten|fix the grammar|spelling|summari[sz]e|tl;?dr|classify|categori[sz]e|sentiment|extract|list the)\b/i,
  },
  {
    weight: -0.9,
    pattern:
      /\b(?:hello|hi|hey|thanks|thank you|good morning|friendlier|more polite|title for|translate|synonym|antonym|define|what does|what is|who is|when was)\b/i,
  },
]

/** Only this much of a turn is read for cues: what a turn asks for stands at its beginning or its end. */
const readChars = 4_000

/**
 * Turns beyond this many characters, the newest first, are not read, so that megabytes are judged in time. A conversation
 * that long is more than the default policy gives a local model, however easy it is.
 */
const readInAll = 32_000

export const heuristicDifficulty: (request: ChatRequest) => number = ({ messages }) => {
  let hardest = 0
  let left = readInAll
  for (let i = messages.length - 1; i >= 0 && left > 0; i--) {
    const message = messages[i]!
    if (message.role !== 'user') continue
    left -= Math.min(message.text.length, readChars)
    hardest = Math.max(hardest, turnDifficulty(message.text))
  }
  return hardest
}

function turnDifficulty(text: string): number {
  const read =
    text.length <= readChars ? text : `${text.slice(0, readChars / 2)}\n${text.slice(-readChars / 2)}`
  let sum = -0.2
  for (const cue of cues) if (cue.pattern.test(read)) sum += cue.weight

  if (/```|\bfunction\b|\bclass \w|[{};]\s*\n|=>|#include|\bdef \w/.test(read)) sum += 0.8
  if (/[∀∃∑∫√≤≥≠∈⊂→]|\\(?:frac|sum|int|sqrt|begin)|\w\^\w|\bmod \d/.test(read)) sum += 0.8
  sum += Math.min(1.6, Math.log2(1 + text.length / 1_200) * 0.6)
  return 1 / (1 + Math.exp(-sum))
}
