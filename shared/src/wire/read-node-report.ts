/** What a local node says of its own answer, in the `nearside` object of its JSON: only numbers in their ranges, whatever else it sends. */
import type { JsonValue } from '../chat/json.ts'
import { isJsonObject } from './json-object.ts'

export type NodeReport = {
  readonly confidence: number | null
  readonly joules: number | null
  /** Whether the joules were worked out and not measured. */
  readonly joulesEstimated: boolean
}

const nothingSaid: NodeReport = { confidence: null, joules: null, joulesEstimated: false }

/** `wire` is the text of an answer that was read before; null where there is none. */
export function readNodeReport(wire: string | null): NodeReport {
  if (wire === null || !wire.includes('"nearside"')) return nothingSaid
  const answer = JSON.parse(wire) as JsonValue
  if (!isJsonObject(answer) || !isJsonObject(answer.nearside)) return nothingSaid
  const { confidence, joules, joulesEstimated } = answer.nearside
  const known = typeof joules === 'number' && joules >= 0 && joules < 1e9
  return {
    confidence: typeof confidence === 'number' && confidence >= 0 && confidence <= 1 ? confidence : null,
    joules: known ? joules : null,
    joulesEstimated: known && joulesEstimated === true,
  }
}
