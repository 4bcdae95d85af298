/** What the headers and the `nearside` object of an answer say. Nothing in them comes from an upstream's headers. */
import {
  formatUsd,
  ignoredFields,
  type JsonObject,
  type NanoUsd,
  responseHeaders as names,
  readNodeReport,
} from '@nearside/core'
import type { Call } from '../call/call.ts'
import { privacyHeaders } from '../privacy/privacy-headers.ts'
import type { Charged, Purse } from '../purse/purse.ts'
import { rateHeaders } from '../purse/rate-headers.ts'
import type { StepRecord } from '../record/record.ts'
import type { Served } from '../run/served.ts'
import { piecesMember, piecesText } from './pieces-text.ts'
import { sessionHeaders } from './session-headers.ts'
import { degradedOf } from './settlement.ts'

export function answerHeaders(
  call: Call,
  served: Served,
  purse: Purse,
  contentType: string,
  cost: NanoUsd | null,
): Record<string, string> {
  const degraded = degradedOf(served, purse)
  const headers: Record<string, string> = {
    'content-type': contentType,
    [names.requestId]: call.id,
    [names.decision]: call.id,
    [names.tier]: served.step.tier,
    [names.model]: served.step.model,
    [names.strategy]: served.plan.strategy,
    [names.reason]: served.judged?.reason ?? served.plan.reason,
    [names.confidence]: String(rounded(confidenceOf(served))),
    [names.overheadMs]: String(purse.waitedMs),
  }
  if (served.headers !== undefined) Object.assign(headers, served.headers)
  if (cost !== null) headers[names.cost] = usd(cost)
  if (purse.remaining !== null) headers[names.budgetRemaining] = usd(purse.remaining)
  if (degraded !== null) headers[names.degraded] = degraded
  const ignored = ignoredFields(served.step.tier, call.request.body)
  if (served.mapReduce !== undefined) headers[names.pieces] = piecesText(served.mapReduce())
  if (call.inspection !== undefined) Object.assign(headers, privacyHeaders(call, served.target.zone))
  if (served.session !== undefined) Object.assign(headers, sessionHeaders(served.session))
  if (ignored.length > 0) {
    const withheld = headers[names.ignored]
    headers[names.ignored] = (withheld === undefined ? ignored : [withheld, ...ignored]).join(', ')
  }
  return purse.rates === null ? headers : Object.assign(headers, rateHeaders(purse.rates))
}

export function nearsideMember(
  call: Call,
  served: Served,
  purse: Purse,
  charged: Charged,
  upstreamWire: string | null,
): JsonObject {
  const degraded = degradedOf(served, purse)
  return {
    decision: call.id,
    tier: served.step.tier,
    model: served.step.model,
    strategy: served.plan.strategy,
    reason: served.judged?.reason ?? served.plan.reason,
    confidence: rounded(confidenceOf(served)),
    cost: usd(charged.amount),
    ...(charged.flag === null ? {} : { cost_flag: charged.flag }),
    ...(degraded === null ? {} : { degraded }),
    ...(served.step.tier === 'local' ? nodeReport(upstreamWire) : {}),
    ...(served.judged === undefined ? {} : { steps: served.judged.steps.map(stepMember) }),
    ...(served.mapReduce === undefined ? {} : { map_reduce: piecesMember(served.mapReduce()) }),
  }
}

function nodeReport(wire: string | null): JsonObject {
  const { confidence, joules, joulesEstimated } = readNodeReport(wire)
  return {
    ...(confidence === null ? {} : { answer_confidence: confidence }),
    ...(joules === null ? {} : { joules }),
    ...(joulesEstimated ? { joules_estimated: true } : {}),
  }
}

function confidenceOf({ judged, plan }: Served): number {
  return judged?.confidence ?? plan.confidence
}

/** What else was asked for this answer, and what it cost in time and energy. */
function stepMember({
  tier,
  model,
  outcome,
  confidence,
  faults,
  agreement,
  said,
  joules,
  tookMs,
}: StepRecord): JsonObject {
  return {
    tier,
    model,
    outcome,
    ...(confidence === null ? {} : { confidence: rounded(confidence) }),
    ...(faults.length === 0 ? {} : { faults }),
    ...(agreement === undefined ? {} : { agreement: rounded(agreement) }),
    ...(said === undefined ? {} : { said }),
    ...(joules === null ? {} : { joules }),
    ms: tookMs,
  }
}

function usd(amount: NanoUsd): string {
  return formatUsd(amount).replace('$', '')
}

function rounded(share: number): number {
  return Math.round(share * 1_000) / 1_000
}
