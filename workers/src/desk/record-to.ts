/**
 * Hands a request's record to the metrics and to the host, once: whatever ends a request first tells of it. What the host
 * does with it, now or later, cannot hurt the answer.
 */
import type { Context } from 'hono'
import { waitUntilOf } from '../call/wait-until.ts'
import type { RequestRecord } from '../record/record.ts'
import type { Desk } from './desk.ts'

/** Writes a request's record, once. */
export type Tell = (record: RequestRecord) => void

export function recordTo(c: Context, { metrics, options }: Desk): Tell {
  const failed = (): void => metrics.recordFailures.add({})
  let told = false
  return (record) => {
    if (told) return
    told = true
    metrics.count(record)
    try {
      const handed = options.onRecord?.(record, c)
      if (handed !== undefined) waitUntilOf(c)(Promise.resolve(handed).catch(failed))
    } catch {
      failed()
    }
  }
}
