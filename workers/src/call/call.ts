/** A request that was let in: read, checked, and with all that its answer may depend on. */
import type { ChatRequest, Inspection, StepTaken, Wishes } from '@nearside/core'
import type { Account } from '../options/options.ts'
import type { Presented } from '../session/sessions.ts'
import type { Alarm } from './alarm.ts'

export type Call = {
  /** Minted here; never taken from a header. */
  readonly id: string
  readonly account: Account
  readonly request: ChatRequest
  readonly wishes: Wishes
  /** The supervised session that the caller says it goes on with, as it says it. */
  readonly sessionId?: string
  /** What was found in its text; left out where nobody looks. */
  readonly inspection?: Inspection
  /** What it brought as its session; left out where sessions are not kept. */
  readonly session?: Presented
  readonly at: number
  readonly alarm: Alarm
  /** Fires when the client leaves, where the platform tells. */
  readonly clientGone: AbortSignal
  /** One of several answers to a request: its upstream is told when it is given up, though the request goes on. */
  readonly severable?: true
  /** Keeps the isolate alive for work behind the answer. */
  readonly waitUntil: (work: Promise<unknown>) => void
  /** All of the caller's headers that an upstream sees. */
  readonly forwarded: Forwarded
  /** What was tried so far, for the record. */
  readonly taken: StepTaken[]
}

export type Forwarded = {
  /** How many gateways the request has come through, this one included. */
  readonly hops: number
  /** A well-formed `traceparent`; null where there was none. */
  readonly trace: string | null
  /** Whether anybody waits for the answer, where the caller said so: for nodes of the operator's own alone. */
  readonly priority: 'interactive' | 'batch' | null
}
