/** What carrying out a plan has come to: who has begun to answer, at what cost, and what was found out on the way. */
import type { Degradation, MapReduceReport, Plan, Reason, SessionState, Step, Target } from '@nearside/core'
import type { OpenHold } from '../purse/purse.ts'
import type { StepRecord } from '../record/record.ts'
import type { Begun } from './attempt.ts'

/** What became of its session, and the word that the next turn may bring; null where there is nothing to hold to. */
export type ServedSession = { readonly state: SessionState; readonly token: string | null }

export type Served = {
  readonly plan: Plan & { kind: 'serve' }
  readonly step: Step
  readonly target: Target
  readonly attempts: number
  readonly degraded: Degradation | null
  readonly begun: Begun
  readonly hold: OpenHold
  /** When the attempt that answered was begun. */
  readonly askedAt: number
  /** Null where the answer came whole. */
  readonly firstTokenMs: number | null
  /** Which weights answer, by their node's own word; null where it says nothing. */
  readonly version: string | null
  /** The session that it goes on with; left out where sessions are not kept. */
  readonly session?: ServedSession
  /** What was found out about the answer before it was served; left out where nobody looked. */
  readonly judged?: Judged
  /** What the strategy tells the caller in headers of its own. */
  readonly headers?: Readonly<Record<string, string>>
  /** How a long document was read in pieces, as far as it is known when it is asked; left out where none was. */
  readonly mapReduce?: () => MapReduceReport
}

export type Judged = {
  /** Why this answer is the one that is served. */
  readonly reason: Reason
  /** How far it is believed; null where nothing tells. */
  readonly confidence: number | null
  /** All that was asked, in turn. */
  readonly steps: readonly StepRecord[]
}
