/** Hands a request's record to the metrics and to the host; what the host does with it cannot hurt the answer. */
import type { Context } from 'hono'
import type { RequestRecord } from '../record/record.ts'
import type { Desk } from './desk.ts'

export function recordTo(c: Context, desk: Desk): (record: RequestRecord) => void {
  return (record) => {
    desk.metrics.count(record)
    try {
      desk.options.onRecord?.(record, c)
    } catch {
      desk.metrics.recordFailures.add({})
    }
  }
}
