/** A kept answer as the response to a request of its own, and that request's record: nothing was asked, nothing is charged. */
import {
  type JsonObject,
  responseHeaders as names,
  noUsage,
  type Plan,
  type Reason,
  retellStream,
  retellWhole,
} from '@nearside/core'
import type { CachedCall, CacheLayer, KeptEntry } from '../options/answer-cache.ts'
import { bareRecord } from '../record/bare-record.ts'
import type { RequestRecord } from '../record/record.ts'

export type Again = {
  readonly call: CachedCall
  readonly entry: KeptEntry
  readonly kind: CacheLayer['kind']
  readonly now: number
}

const reasonOf: Readonly<Record<CacheLayer['kind'], Reason>> = { exact: 'cached', alike: 'cached-alike' }

/**
 * In other words is not the same: of 361 near-twins that thresholds were never set on none was taken for the question, which leaves
 * room for one in a hundred.
 */
const confidenceOf: Readonly<Record<CacheLayer['kind'], number>> = { exact: 1, alike: 0.99 }

const nothing = '0.00'

export function toldAgain({ call, entry, kind, now }: Again): Response {
  const { request } = call
  const said: JsonObject = {
    decision: call.id,
    tier: 'edge',
    model: entry.model,
    strategy: 'direct',
    reason: reasonOf[kind],
    confidence: confidenceOf[kind],
    cost: nothing,
    cache: { decision: entry.decision, age_seconds: Math.max(0, Math.floor((now - entry.at) / 1_000)) },
  }
  const told = {
    id: `chatcmpl-${call.id}`,
    createdSeconds: Math.floor(call.at / 1_000),
    nearside: said,
  }
  const body = request.stream
    ? retellStream(entry.answer, told, request.includeUsage)
    : retellWhole(entry.answer, told)
  return new Response(body, {
    headers: {
      'content-type': request.stream ? 'text/event-stream; charset=utf-8' : 'application/json',
      [names.requestId]: call.id,
      [names.decision]: call.id,
      [names.tier]: 'edge',
      [names.model]: entry.model,
      [names.strategy]: 'direct',
      [names.reason]: reasonOf[kind],
      [names.confidence]: String(confidenceOf[kind]),
      [names.overheadMs]: String(Math.max(0, now - call.at)),
      [names.cost]: nothing,
      [names.cache]: 'hit',
    },
  })
}

export function againRecord({ call, entry, kind, now }: Again): RequestRecord {
  const plan: Plan = {
    kind: 'serve',
    strategy: 'direct',
    steps: [{ target: 'cache', tier: 'edge', model: entry.model }],
    fallbacks: [],
    wished: 'edge',
    reason: reasonOf[kind],
    confidence: confidenceOf[kind],
    degraded: null,
    privacy: call.wishes.privacy.level,
  }
  return {
    ...bareRecord,
    id: call.id,
    tenant: call.account.tenant,
    at: call.at,
    durationMs: now - call.at,
    stream: call.request.stream,
    wishes: call.wishes,
    plan,
    served: { target: 'cache', tier: 'edge', model: entry.model, attempts: 1, firstTokenMs: null },
    outcome: 'answered',
    usage: noUsage,
    overheadMs: now - call.at,
    replayOf: entry.decision,
  }
}
