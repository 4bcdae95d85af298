/** Asks for the answer, out of the passages alone; one of several models in turn, until one has begun or asks for more. */
import {
  askAnswer,
  beginsJobs,
  type Job,
  type JsonObject,
  type NearsideError,
  readJobs,
  type Step,
  type Target,
  textTokens,
} from '@nearside/core'
import type { Begun } from '../run/attempt.ts'
import { giveUp, missedRecord } from '../run/near-answer.ts'
import { targetOf } from '../run/target-of.ts'
import { askOne, branchOf, finish, type One, textOf } from './ask-one.ts'
import { readOpening } from './opening.ts'
import { isProvider, type Reading, withValues } from './reading.ts'

export type SummedUp =
  | { readonly kind: 'answer'; readonly one: One; readonly step: Step; readonly begun: Begun }
  | { readonly kind: 'jobs'; readonly jobs: readonly Job[] }
  | { readonly kind: 'none'; readonly error: NearsideError | null }

export async function sumUp(reading: Reading, by: readonly Step[], mayAskMore: boolean): Promise<SummedUp> {
  const { desk, steps, policy, chunks, endsAt } = reading
  let error: NearsideError | null = null
  for (const [index, step] of by.entries()) {
    // Whoever is asked when the time is over cannot answer, and may bill all the same.
    if (desk.options.now() >= endsAt) break
    const branch = branchOf(reading, bodyFor(reading, targetOf(step, desk), mayAskMore ? policy.jobs : 0))
    const one = await askOne(reading, step, branch, { endsAt, othersLeft: index < by.length - 1 })
    if ('missed' in one) {
      steps.push(one.missed)
      error = one.error ?? error
      if (error?.code.startsWith('budget-') === true || error?.code === 'store-failed') break
      continue
    }
    const opened = await openingOf(reading, one, mayAskMore)
    if (opened === null) {
      steps.push(missedRecord(step, 'failed', one.tookMs))
      continue
    }
    if ('begun' in opened) return { kind: 'answer', one, step, begun: opened.begun }
    const jobs = readJobs(opened.text, { chunks: chunks.length, mostJobs: policy.jobs })
    steps.push(missedRecord(step, jobs === null ? 'failed' : 'planned', one.tookMs))
    return { kind: 'jobs', jobs: jobs?.jobs ?? [] }
  }
  return { kind: 'none', error }
}

/**
 * Null where it broke off before it said anything that could be told, or where all that it says is a wish for more when there is no more. A text
 * that only begins like one is what the caller asked for.
 */
async function openingOf(
  reading: Reading,
  one: One,
  mayAskMore: boolean,
): Promise<{ readonly begun: Begun } | { readonly text: string } | null> {
  const { begun } = one.asked
  const { chunks, policy } = reading
  const isWish = (text: string): boolean =>
    mayAskMore
      ? beginsJobs(text) === true
      : readJobs(text, { chunks: chunks.length, mostJobs: policy.jobs }) !== null
  if (begun.kind === 'whole') {
    const text = textOf(begun.answer)
    if (!isWish(text)) return { begun }
    finish(reading, one, begun.answer.usage)
    return mayAskMore ? { text } : null
  }
  if (begun.kind === 'native') return { begun }
  try {
    const opening = await readOpening(begun)
    if (opening.kind === 'answer' || !isWish(opening.text))
      return { begun: { ...begun, first: opening.first } }
    finish(reading, one, opening.usage)
    return mayAskMore ? { text: opening.text } : null
  } catch (cause) {
    const { aborted } = reading.call.clientGone
    giveUp({ target: one.target, asked: one.asked, begun }, reading.desk, aborted ? 'client-gone' : 'cut')
    if (aborted) throw cause
    return null
  }
}

function bodyFor(reading: Reading, target: Target, mostJobs: number): JsonObject {
  const { body, found, chunks, counts, policy, passages, call } = reading
  // Values that were taken out for a provider are no secret to what stands on the premises.
  const own = isProvider(target.zone) ? (text: string) => text : (text: string) => withValues(reading, text)
  const task = own(found.task)
  const instructions = own(found.instructions)
  const outputTokens = call.request.outputLimit ?? leastForAnswer
  const mostPrompt =
    target.tier === 'local'
      ? Math.min(reading.desk.options.policy.localPromptTokens, target.contextTokens - outputTokens)
      : target.contextTokens - outputTokens
  const beside = textTokens(task) + textTokens(instructions) + promptOverhead
  const messages = askAnswer({
    task,
    instructions,
    passages: passages.map((passage) => ({ ...passage, text: own(passage.text) })),
    chunks: chunks.length,
    unanswered: counts.unanswered + counts.left,
    mostJobs,
    saysMissing: policy.saysMissing,
    mostTokens: Math.max(leastForPassages, mostPrompt - beside),
  })
  const { prediction: _, ...asked } = body
  return { ...asked, messages }
}

/** What an answer is left at least, and what the prompt says beside task and passages. */
const leastForAnswer = 1_024
const promptOverhead = 400
const leastForPassages = 200
