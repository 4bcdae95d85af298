/**
 * What a pack answers to a question that stands for itself; null where it is not certain enough, where the question is about none
 * of its intents, or where the answer is not in force.
 */
import type { PackIntent } from './card.ts'
import { columnLogits } from './column-logits.ts'
import { fillAnswer } from './fill-answer.ts'
import { longestQuestion, piecesOf } from './pieces.ts'
import type { IntentPack } from './read-pack.ts'
import { likenessOf } from './signs.ts'

export type PackAnswer = {
  readonly intent: PackIntent
  readonly text: string
  /** The probability that this is the right answer, as the build's kept-back questions had it. */
  readonly confidence: number
}

export function judgeQuestion(pack: IntentPack, question: string, now: number): PackAnswer | null {
  if (question.length > longestQuestion) return null
  const { intents, outside, certainty } = pack.card
  const { column, signs } = likenessOf(columnLogits(pack, piecesOf(question)), outside)
  const intent = intents[column]
  if (intent === undefined || !isInForce(intent, now)) return null
  let logOdds = certainty.offset
  for (let s = 0; s < signs.length; s++) logOdds += certainty.weights[s]! * signs[s]!
  if (!(logOdds >= certainty.threshold)) return null
  const text = fillAnswer(intent.answer, intent, question)
  return text === null ? null : { intent, text, confidence: 1 / (1 + Math.exp(-logOdds)) }
}

function isInForce({ fromMs, untilMs }: PackIntent, now: number): boolean {
  return (fromMs === null || now >= fromMs) && (untilMs === null || now < untilMs)
}
