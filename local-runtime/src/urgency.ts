/**
 * How soon a caller wants its answer: within how many milliseconds its first token is of use, and whether anybody waits for it
 * at all. The first is the gateway's own header; the second is a header too, or OpenAI's `service_tier: flex`. A gateway that has other nodes
 * also says how long the request may stand in line here.
 */
import { type JsonObject, NearsideError, nodeRequestHeaders } from '@nearside/core'
import type { Priority } from './queue/two-lines.ts'

export type Urgency = {
  readonly priority: Priority
  /** Null where nothing was said. */
  readonly latencyMs: number | null
  /** How long it may stand in line, 0 where it is good for a free slot alone; null where nothing was said. */
  readonly waitMs: number | null
}

const longestMs = 3_600_000

export function readUrgency(headers: Headers, body: JsonObject): Urgency {
  return { priority: priorityIn(headers, body), latencyMs: latencyIn(headers), waitMs: waitIn(headers) }
}

function priorityIn(headers: Headers, body: JsonObject): Priority {
  const given = headers.get(nodeRequestHeaders.priority)
  if (given === null) return body.service_tier === 'flex' ? 'batch' : 'interactive'
  if (given === 'interactive' || given === 'batch') return given
  throw wrong(nodeRequestHeaders.priority, 'interactive or batch')
}

function latencyIn(headers: Headers): number | null {
  const given = headers.get(nodeRequestHeaders.latencyMs)
  if (given === null) return null
  const latencyMs = /^\d{1,7}$/.test(given) ? Number(given) : 0
  if (latencyMs >= 1 && latencyMs <= longestMs) return latencyMs
  throw wrong(nodeRequestHeaders.latencyMs, `a whole number of milliseconds from 1 to ${longestMs}`)
}

function waitIn(headers: Headers): number | null {
  const given = headers.get(nodeRequestHeaders.waitMs)
  if (given === null) return null
  if (/^\d{1,7}$/.test(given) && Number(given) <= longestMs) return Number(given)
  throw wrong(nodeRequestHeaders.waitMs, `a whole number of milliseconds from 0 to ${longestMs}`)
}

function wrong(header: string, wanted: string): NearsideError {
  return new NearsideError('bad-request', `${header} must be ${wanted}.`, { param: header })
}
