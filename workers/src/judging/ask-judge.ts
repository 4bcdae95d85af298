/**
 * One question to the judge: past the gate, and out of the judge's own purse.
 *
 * It is asked once. A judge that fails is no reason to ask again, nor to put an upstream to rest that callers wait for; one
 * that rests for them is left alone.
 */
import {
  type Ending,
  type JsonObject,
  NearsideError,
  noUsage,
  observe,
  readChatRequest,
  type Wishes,
} from '@nearside/core'
import { openAlarm } from '../call/alarm.ts'
import type { Call } from '../call/call.ts'
import type { Desk } from '../desk/desk.ts'
import { openPurse } from '../purse/purse.ts'
import type { JudgedAnswer, Skipped } from '../quality/quality-book.ts'
import { askUpstream } from '../tiers/openai-compatible.ts'
import { readBounded } from '../tiers/read-bounded.ts'

export type Asking = {
  readonly desk: Desk
  readonly waitUntil: (work: Promise<unknown>) => void
  readonly signal: AbortSignal
}

export type JudgeAnswer =
  | { readonly outcome: 'said'; readonly text: string }
  | { readonly outcome: 'skipped'; readonly why: Skipped }

const skip = (why: Skipped): JudgeAnswer => ({ outcome: 'skipped', why })

export async function askJudge(
  { id, privacy }: Pick<JudgedAnswer, 'id' | 'privacy'>,
  step: number,
  { desk, waitUntil, signal }: Asking,
  body: JsonObject,
): Promise<JudgeAnswer> {
  const { options, quality: book } = desk
  if (book === null) return skip('failed')
  const { judge: target, tenant, caps } = book.terms
  const endpoint = options.endpoints.get(target.name)
  if (endpoint === undefined) return skip('failed')
  if (desk.restLeftMs(target.name) !== null) return skip('resting')
  if (signal.aborted) return skip('late')

  const request = readChatRequest({ model: target.model, ...body })
  const wishes: Wishes = {
    ask: { kind: 'model', model: target.model },
    privacy,
    latencyMs: null,
    quality: null,
    strategy: null,
  }
  const call: Call = {
    id: `${id}.judge`,
    account: { tenant, caps },
    request,
    wishes,
    at: options.now(),
    alarm: openAlarm(options.now),
    clientGone: signal,
    waitUntil,
    forwarded: { hops: 1, trace: null, priority: null },
    taken: [],
  }
  const signals = observe(request, null, unjudged)
  const purse = openPurse(call, signals, desk)
  const grant = await purse.reserve(step, 1, target).catch(() => null)
  if (grant === null || !grant.granted) return skip('budget')
  const { hold } = grant
  if (signal.aborted) {
    hold.close({ type: 'refused' })
    return skip('late')
  }
  let ending: Ending = { type: 'cut', promptTokens: 0, outputTokens: 0, heard: false }
  try {
    const response = await askUpstream(
      {
        target,
        endpoint,
        privacy,
        body: endpoint.speech.body(request, {
          model: target.model,
          includeUsage: false,
          limitField: endpoint.limitField,
          ...(hold.outputLimit === null ? {} : { outputLimit: hold.outputLimit }),
        }),
        stream: false,
        forwarded: call.forwarded,
        urgency: null,
        signal,
        onHeaders: () => {},
      },
      options.fetch,
      options.now,
    )
    const answer = endpoint.speech.answer(await readBounded(response, mostBytes))
    ending = { type: 'usage-given', usage: answer.usage ?? noUsage }
    if (answer.usage === null)
      ending = {
        type: 'ended-without-usage',
        promptTokens: signals.promptTokens,
        outputTokens: request.outputLimit ?? 0,
      }
    return { outcome: 'said', text: answer.choices[0]?.text ?? '' }
  } catch (error) {
    if (error instanceof NearsideError && !error.maybeBilled) ending = { type: 'refused' }
    return skip(signal.aborted ? 'late' : 'failed')
  } finally {
    hold.close(ending)
    if (purse.charged !== null) book.spent(purse.charged.amount)
  }
}

const unjudged = (): number => Number.NaN

/** No answer of a few thousand tokens is longer. */
const mostBytes = 1024 * 1024
