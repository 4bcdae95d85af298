/** Hands a request's record to the metrics and to the host; what the host does with it cannot hurt the answer. */
import { faultOf, type NearsideError } from '@nearside/core'
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

/** Work whose fault is told before it goes its way. */
export async function orTell<T>(work: Promise<T>, tell: (fault: NearsideError) => void): Promise<T> {
  try {
    return await work
  } catch (error) {
    tell(faultOf(error))
    throw error
  }
}
