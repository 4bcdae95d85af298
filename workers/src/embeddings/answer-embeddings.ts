/**
 * Answers a request for embeddings: the same keys, privacy, budgets, limits, retries and record as a chat has.
 *
 * Only the model is not chosen here. Vectors of two models cannot be compared, so a caller who was given another model
 * than yesterday's would search in vain and never know why; upstreams that offer one model by one name stand in for each
 * other. The vectors themselves pass as the upstream wrote them.
 */
import {
  type ChatRequest,
  decide,
  type EmbeddingRequest,
  faultOf,
  NearsideError,
  observeEmbedding,
  readEmbeddingRequest,
} from '@nearside/core'
import type { Context } from 'hono'
import { authenticate } from '../call/account.ts'
import type { Call } from '../call/call.ts'
import { readCall } from '../call/read-call.ts'
import type { Desk } from '../desk/desk.ts'
import { recordTo, type Tell } from '../desk/record-to.ts'
import { once } from '../idempotency/once.ts'
import { letIn } from '../privacy/let-in.ts'
import { openPurse } from '../purse/purse.ts'
import { answerHeaders } from '../respond/answer-headers.ts'
import { type Known, nothingKnown, openSettlement, refusedRecord } from '../respond/settlement.ts'
import { runPlan } from '../run/run-plan.ts'
import { embeddingDesk } from './embedding-desk.ts'

export async function answerEmbeddings(c: Context, id: string, chatDesk: Desk): Promise<Response> {
  const desk = embeddingDesk(chatDesk)
  const { options } = desk
  const tell = recordTo(c, desk)
  const known = nothingKnown(id, options.now)
  try {
    const account = await authenticate(c, options)
    known.tenant = account.tenant
    let inputs: EmbeddingRequest['inputs'] = ['']
    const call = await readCall(c, { ...known, account }, options, (body) => {
      const request = readEmbeddingRequest(body)
      inputs = request.inputs
      return asRequest(request)
    })
    if (call.inspection !== undefined) letIn(call.inspection, known)
    return await once(c, call, desk, tell, () => serve(call, inputs, known, desk, tell))
  } catch (error) {
    known.alarm.clear()
    const fault = faultOf(error)
    tell(refusedRecord(known, fault, desk))
    throw fault.code === 'context-too-long' ? tooLong() : error
  }
}

async function serve(
  call: Call,
  inputs: EmbeddingRequest['inputs'],
  known: Known,
  desk: Desk,
  tell: Tell,
): Promise<Response> {
  if (call.wishes.ask.kind !== 'model') {
    throw new NearsideError(
      'bad-request',
      'Embeddings are made by the model that is named, in every call the same; GET /v1/models lists them.',
      { param: 'model' },
    )
  }
  const { signals, longestInput } = observeEmbedding({ inputs })
  const { policy } = desk.options
  const field = desk.field()
  const plan = decide(longestInput, call.wishes, policy, field)
  const purse = openPurse(call, signals, desk)
  const story = {
    call,
    signals,
    plan,
    purse,
    field,
    policy,
    policyHash: desk.options.policyHash,
    traffic: null,
    budget: null,
  }
  known.story = story
  const served = await runPlan(call, plan, null, purse, desk)
  const settlement = openSettlement(story, served, desk, tell)
  // Whoever answers without a stream was asked for none.
  if (served.begun.kind !== 'whole') throw new NearsideError('internal', 'Embeddings came as a stream.')
  const { usage, wire } = served.begun.answer
  const end = { outcome: 'answered', usage, seenTokens: 0, error: null } as const
  const { amount } = settlement.charge(end)
  settlement.end(end)
  return new Response(wire, { headers: answerHeaders(call, served, purse, 'application/json', amount) })
}

/** What the purse, the plan and the record ask of a request, said of one that has no conversation and no output. */
function asRequest({ model, body }: EmbeddingRequest): ChatRequest {
  return {
    model,
    messages: [],
    stream: false,
    includeUsage: false,
    outputLimit: 0,
    answers: 1,
    tools: 0,
    responseFormat: 'text',
    sampling,
    body,
  }
}

const sampling: ChatRequest['sampling'] = {
  temperature: null,
  topP: null,
  seed: null,
  frequencyPenalty: null,
  presencePenalty: null,
  stop: [],
  logprobs: false,
  topLogprobs: 0,
}

/** The decision speaks of a conversation. */
function tooLong(): NearsideError {
  return new NearsideError('context-too-long', 'Each input must be no longer than this model can read.', {
    param: 'input',
  })
}
