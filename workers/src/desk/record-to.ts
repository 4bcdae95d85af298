/**
 * Hands a request's record to the metrics and to the host, once: whatever ends a request first tells of it. What the host
 * does with it, now or later, cannot hurt the answer.
 */
import { requestHeaders } from '@nearside/core'
import type { Context } from 'hono'
import { waitUntilOf } from '../call/wait-until.ts'
import type { Surroundings } from '../options/telemetry-options.ts'
import type { RequestRecord } from '../record/record.ts'
import type { Desk } from './desk.ts'

/** Writes a request's record, once. */
export type Tell = (record: RequestRecord) => void

export function recordTo(c: Context, { metrics, options, telemetry }: Desk): Tell {
  const failed = (): void => metrics.recordFailures.add({})
  let told = false
  return (record) => {
    if (told) return
    told = true
    metrics.count(record)
    telemetry?.told(record, surroundings(c))
    try {
      const handed = options.onRecord?.(record, c)
      if (handed !== undefined) waitUntilOf(c)(Promise.resolve(handed).catch(failed))
    } catch {
      failed()
    }
  }
}

/** The path itself may hold anything. */
function surroundings(c: Context): Surroundings {
  const operation = c.req.path.endsWith('/embeddings') ? 'embeddings' : 'chat'
  return { trace: c.req.header(requestHeaders.traceparent), operation, waitUntil: waitUntilOf(c) }
}
