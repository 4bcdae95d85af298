/**
 * Answers sums, exactly, when the request is a sum and nothing else.
 *
 * The whole question must be understood: the words around the sum are taken off, and what is left over makes it
 * abstain, for "in binary", "roughly" and "in this story" each change the answer. So does everything that people
 * read in two ways. What is answered is the bare number: a whole one, or a decimal that is exact within 30 places.
 */
import type { ChatRequest } from '@nearside/core'
import type { EdgeAnswerer, EdgeOffer } from '../answerer.ts'
import { plainQuestion } from '../plain-question.ts'
import { readAsking } from './asking.ts'
import { isCertain } from './certainty.ts'
import { evaluate } from './expression.ts'
import { evaluatePhrase } from './phrases.ts'
import { toDecimal } from './rational.ts'
import { namesNumber, tokenise } from './tokens.ts'

/** A sum is short; a longer text costs no more than measuring it. */
const longestQuestion = 300

export const arithmetic: EdgeAnswerer = {
  name: 'arithmetic',
  offer(request: ChatRequest): EdgeOffer | null {
    // Asked of every request, and nearly none holds a sum: what names no number is not looked at any closer.
    const last = request.messages.at(-1)?.text ?? ''
    if (last.length > longestQuestion || !namesNumber(last)) return null
    const question = plainQuestion(request)
    const text = question === null ? null : answerSum(question)
    return text === null ? null : { answerer: 'arithmetic', text, confidence: 1 }
  },
}

/** The number that a question asks for, or null where it is not certainly a sum. */
export function answerSum(question: string): string | null {
  if (question.length > longestQuestion) return null
  const text = question
    .toLowerCase()
    .replaceAll('’', "'")
    .replace(/\bwhat'?s\b/, 'what is')
  const tokens = tokenise(text)
  if (tokens === null) return null
  const { sum, manner, english } = readAsking(tokens)
  const value = (isCertain(sum, manner, english) ? evaluate(sum) : null) ?? evaluatePhrase(sum, manner)
  return value && toDecimal(value)
}
