/**
 * Judges an answer of a small model: how far it is believed, and what is plainly wrong with it.
 *
 * The confidence is what the node says of its own answer, else what the tokens' probabilities come to, made comparable by
 * the curve of its kind of task; a fault takes it down to what an answer with that fault is worth. Where nothing was told
 * and nothing is wrong the confidence is unknown, and the policy says what that means.
 */
import type { Choice } from '../chat/chat-event.ts'
import type { ChatRequest } from '../chat/chat-request.ts'
import type { Usage } from '../chat/usage.ts'
import { type AnswerFault, mostBelieved } from './answer-fault.ts'
import { type Calibration, calibrated } from './calibration.ts'
import { type AskedForm, askedForm, formFaults, formMayHold, isJsonText } from './form-faults.ts'
import { isRefusal } from './refusal.ts'
import { repeats } from './repeats.ts'
import { tokenConfidence } from './token-confidence.ts'

export type AnswerCheck = {
  /** From 0 to 1; null where nothing tells. */
  readonly confidence: number | null
  readonly faults: readonly AnswerFault[]
}

export type AnswerToCheck = {
  readonly choices: readonly Choice[]
  readonly usage: Usage | null
  /** What the node says of its own answer; null where it says nothing. */
  readonly toldConfidence: number | null
}

export type AnswerChecker = {
  /** An answer that is all there. */
  whole(answer: AnswerToCheck): AnswerCheck
  /** The first words of an answer, which can only be found wanting: what begins well may end in anything. */
  opening(text: string, logprobs: readonly number[]): AnswerCheck
}

export function answerChecker(
  request: ChatRequest,
  task: string | null,
  calibration: Calibration | null,
): AnswerChecker {
  const form = askedForm(request)
  const asked = request.messages.findLast(({ role }) => role === 'user')?.text ?? ''
  const believed = (said: number | null, faults: readonly AnswerFault[]): AnswerCheck => {
    const limits = faults.map((fault) => mostBelieved[fault])
    if (said === null) return { confidence: limits.length === 0 ? null : Math.min(...limits), faults }
    return { confidence: Math.min(calibrated(calibration, task, said), ...limits), faults }
  }
  return {
    whole({ choices, usage, toldConfidence }) {
      const faults = new Set<AnswerFault>()
      let said: number | null = toldConfidence
      for (const choice of choices) {
        for (const fault of faultsOf(choice, usage, request, asked, form)) faults.add(fault)
        if (toldConfidence !== null) continue
        const own = tokenConfidence(choice.logprobs.map(({ logprob }) => logprob))
        // Of several answers the least sure one counts: any of them may be used.
        if (own !== null) said = said === null ? own : Math.min(said, own)
      }
      if (choices.length === 0) faults.add('empty')
      return believed(said, [...faults])
    },
    opening(text, logprobs) {
      const faults: AnswerFault[] = []
      if (isRefusal(text, asked)) faults.push('refused')
      if (!formMayHold(text, form)) faults.push('not-json')
      if (repeats(text)) faults.push('repeats')
      return believed(tokenConfidence(logprobs), faults)
    },
  }
}

function faultsOf(
  { text, toolCalls, finishReason }: Choice,
  usage: Usage | null,
  { outputLimit, answers }: ChatRequest,
  asked: string,
  form: AskedForm,
): readonly AnswerFault[] {
  if (finishReason === 'content_filter') return ['filtered']
  if (toolCalls.length > 0) {
    // No arguments at all is how some servers write an empty object.
    const readable = toolCalls.every(
      (call) => call.name !== '' && (call.arguments === '' || isJsonText(call.arguments)),
    )
    return readable ? [] : ['broken-call']
  }
  if (text.trim() === '') return ['empty']
  const faults: AnswerFault[] = [...formFaults(text, form)]
  if (isRefusal(text, asked)) faults.push('refused')
  if (repeats(text)) faults.push('repeats')
  if (finishReason === 'length' && !reachedOwnLimit(outputLimit, answers, usage)) faults.push('truncated')
  return faults
}

/** A limit of the caller's own ends every model's answer, so that another one would be no better. */
function reachedOwnLimit(outputLimit: number | null, answers: number, usage: Usage | null): boolean {
  if (outputLimit === null) return false
  return usage === null || usage.outputTokens >= outputLimit || answers > 1
}
