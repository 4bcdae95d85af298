/**
 * What a pack answers to a question that stands for itself; null where it is not certain enough, where the question is about none
 * of its intents, or where the answer is not in force.
 */
import type { PackIntent } from './card.ts'
import { columnLogits } from './column-logits.ts'
import { fillAnswer } from './fill-answer.ts'
import { longestQuestion, piecesOf } from './pieces.ts'
import type { IntentPack } from './read-pack.ts'
import { likenessOf, logOddsOf } from './signs.ts'
import { statedForm } from './stated-form.ts'
import { statedIntent } from './stated-wordings.ts'

export type PackAnswer = {
  readonly intent: PackIntent
  readonly text: string
  /** The probability that this is the right answer, as the build's kept-back questions had it. */
  readonly confidence: number
}

export function judgeQuestion(pack: IntentPack, question: string, now: number): PackAnswer | null {
  if (question.length > longestQuestion) return null
  const { column, confidence } = certainIntent(pack, question)
  const intent = pack.card.intents[column]
  if (intent === undefined || !isInForce(intent, now)) return null
  const text = fillAnswer(intent.answer, intent, question)
  return text === null ? null : { intent, text, confidence }
}

type Certain = { readonly column: number; readonly confidence: number }

const nobody: Certain = { column: -1, confidence: 0 }

function certainIntent(pack: IntentPack, question: string): Certain {
  const stated = statedIntent(pack.stated, statedForm(question))
  if (stated >= 0) return { column: stated, confidence: 1 }
  const { certainty } = pack.card
  const { column, signs } = likenessOf(columnLogits(pack, piecesOf(question)))
  const logOdds = logOddsOf(signs, certainty)
  return logOdds >= certainty.threshold ? { column, confidence: 1 / (1 + Math.exp(-logOdds)) } : nobody
}

function isInForce({ fromMs, untilMs }: PackIntent, now: number): boolean {
  return (fromMs === null || now >= fromMs) && (untilMs === null || now < untilMs)
}
