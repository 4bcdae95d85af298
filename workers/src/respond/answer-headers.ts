/** What the headers and the `nearside` object of an answer say. Nothing in them comes from an upstream's headers. */
import {
  formatUsd,
  ignoredFields,
  type JsonObject,
  type JsonValue,
  type NanoUsd,
  responseHeaders as names,
} from '@nearside/core'
import type { Call } from '../call/call.ts'
import { privacyHeaders } from '../privacy/privacy-headers.ts'
import type { Charged, Purse } from '../purse/purse.ts'
import { rateHeaders } from '../purse/rate-headers.ts'
import type { Served } from '../run/run-plan.ts'
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
    [names.reason]: served.plan.reason,
    [names.confidence]: String(rounded(served.plan.confidence)),
    [names.overheadMs]: String(purse.waitedMs),
  }
  if (cost !== null) headers[names.cost] = usd(cost)
  if (purse.remaining !== null) headers[names.budgetRemaining] = usd(purse.remaining)
  if (degraded !== null) headers[names.degraded] = degraded
  const ignored = ignoredFields(served.step.tier, call.request.body)
  if (call.inspection !== undefined) Object.assign(headers, privacyHeaders(call, served.target.zone))
  if (ignored.length > 0) headers[names.ignored] = ignored.join(', ')
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
    reason: served.plan.reason,
    confidence: rounded(served.plan.confidence),
    cost: usd(charged.amount),
    ...(charged.flag === null ? {} : { cost_flag: charged.flag }),
    ...(degraded === null ? {} : { degraded }),
    ...(served.step.tier === 'local' ? nodeReport(upstreamWire) : {}),
  }
}

/** What a local node says of its own answer: only numbers in their ranges, whatever else it sends. */
function nodeReport(wire: string | null): JsonObject {
  if (wire === null || !wire.includes('"nearside"')) return {}
  const member = memberOf(JSON.parse(wire))
  if (typeof member !== 'object' || member === null) return {}
  const { confidence, joules, joulesEstimated } = member as {
    confidence?: JsonValue
    joules?: JsonValue
    joulesEstimated?: JsonValue
  }
  const joulesSaid = typeof joules === 'number' && joules >= 0 && joules < 1e9
  return {
    ...(typeof confidence === 'number' && confidence >= 0 && confidence <= 1
      ? { answer_confidence: confidence }
      : {}),
    ...(joulesSaid ? { joules } : {}),
    ...(joulesSaid && joulesEstimated === true ? { joules_estimated: true } : {}),
  }
}

function memberOf(answer: JsonValue): JsonValue {
  return typeof answer === 'object' && answer !== null && 'nearside' in answer
    ? (answer.nearside ?? null)
    : null
}

function usd(amount: NanoUsd): string {
  return formatUsd(amount).replace('$', '')
}

function rounded(share: number): number {
  return Math.round(share * 1_000) / 1_000
}
