/**
 * What a pack answers to a follow-up: only straight after the very answer that it gives to the question before, and only in the
 * words that the operator stated. "And on Sundays?" means something else after anything else.
 */
import { fillAnswer } from './fill-answer.ts'
import { judgeQuestion, type PackAnswer } from './judge-question.ts'
import { longestQuestion } from './pieces.ts'
import type { IntentPack } from './read-pack.ts'
import { statedForm } from './stated-form.ts'

export type Turns = { readonly question: string; readonly answer: string; readonly followUp: string }

export function judgeFollowUp(pack: IntentPack, turns: Turns, now: number): PackAnswer | null {
  if (turns.followUp.length > longestQuestion) return null
  const before = judgeQuestion(pack, turns.question, now)
  if (before === null || before.text !== turns.answer) return null
  const form = statedForm(turns.followUp)
  const followUp = before.intent.followUps.find(({ asked }) => asked.includes(form))
  if (followUp === undefined) return null
  const text = fillAnswer(followUp.answer, before.intent, turns.question)
  return text === null ? null : { ...before, text }
}
