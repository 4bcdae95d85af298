/** One request for an answer, from its arrival until its connection is done with it. */
import { randomUUID } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { errorAnswer, type NearsideError, type NearsideErrorCode } from '@nearside/core'
import type { Progress } from './answer/run-answer.ts'
import type { EnergyShare } from './energy/share.ts'
import { watchHangUp } from './http/hang-up.ts'
import type { RequestRecord } from './telemetry/record.ts'

export type Call = {
  readonly id: string
  /** Milliseconds since the epoch. */
  readonly at: number
  /** On the clock that only runs forward, in milliseconds. */
  readonly begunMs: number
  /** Aborted when the client leaves or the server will wait no longer; the reason is the fault. */
  readonly controller: AbortController
  stream: boolean
  status: number
  fault: NearsideErrorCode | null
  waitedMs: number | null
  progress: Progress | null
  /** Null before its answer has begun, and where nothing is metered. */
  energy: EnergyShare | null
  /** Notes why the call failed, and gives the fault back. */
  failed(fault: NearsideError): NearsideError
}

export function openCall(
  outgoing: ServerResponse,
  now: { readonly at: number; readonly begunMs: number },
): Call {
  const call: Call = {
    id: `chatcmpl-${randomUUID().replaceAll('-', '')}`,
    ...now,
    controller: new AbortController(),
    stream: false,
    status: 200,
    fault: null,
    waitedMs: null,
    progress: null,
    energy: null,
    failed(fault) {
      call.fault = fault.code
      call.status = errorAnswer(fault).status
      return fault
    },
  }
  watchHangUp(outgoing, call.controller)
  return call
}

export function recordOf(call: Call, endedMs: number): RequestRecord {
  const { progress } = call
  const energy = call.energy?.soFar() ?? null
  const left = call.controller.signal.aborted && call.fault === null
  return {
    id: call.id,
    at: call.at,
    status: left ? 499 : call.status,
    fault: left ? 'client-gone' : call.fault,
    stream: call.stream,
    promptTokens: progress?.promptTokens ?? null,
    outputTokens: progress?.outputTokens ?? 0,
    finishReasons: progress?.finishReasons ?? [],
    confidence: progress?.confidence ?? null,
    waitedMs: call.waitedMs === null ? null : rounded(call.waitedMs),
    firstTokenMs: progress?.firstTokenAtMs == null ? null : rounded(progress.firstTokenAtMs - call.begunMs),
    totalMs: rounded(endedMs - call.begunMs),
    joules: energy?.joules ?? null,
    joulesEstimated: energy?.estimated ?? false,
  }
}

function rounded(milliseconds: number): number {
  return Math.round(milliseconds * 10) / 10
}
