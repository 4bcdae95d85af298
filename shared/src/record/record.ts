/**
 * What is kept of a request: enough to see why it went where it went and to make the decision again, and
 * nothing of what was said. No prompt, no answer, no key, no header value of the caller's.
 *
 * `decide(signals, wishes, policy, field, traffic, budget)` gives its plan again; `JSON.stringify` gives a line of JSON.
 */
import type { AnswerFault } from '../answer-check/answer-fault.ts'
import type { Usage } from '../chat/usage.ts'
import type { NearsideErrorCode } from '../fault/nearside-error.ts'
import type { Inspection } from '../inspection/inspect.ts'
import type { MapReduceReport } from '../map-reduce/report.ts'
import type { Plan } from '../plan/plan.ts'
import type { Degradation } from '../plan/reason.ts'
import type { SessionState } from '../plan/session-state.ts'
import type { Traffic } from '../plan/stand-ins.ts'
import type { TargetView, TierName } from '../plan/target.ts'
import type { Wishes } from '../plan/wishes.ts'
import type { BudgetHint } from '../plan/within-means.ts'
import type { NanoUsd } from '../price/nano-usd.ts'
import type { Signals } from '../signals/signals.ts'

/** Grows by new fields alone while its number stays; whoever takes one away or changes its meaning counts it up. */
export const recordVersion: 1 = 1

/** One attempt at one target, or one that was passed over. */
export type StepTaken = {
  readonly target: string
  readonly tier: TierName
  readonly model: string
  /** From 1; 0 where it was not asked at all. */
  readonly attempt: number
  /** After the request came. */
  readonly startedMs: number
  /** Until its answer began, or it failed. */
  readonly durationMs: number
  readonly outcome: 'begun' | 'failed' | 'denied' | 'resting'
  readonly error: NearsideErrorCode | null
}

/** One answer, or none, of a strategy that asks more than once. */
export type StepRecord = {
  readonly target: string
  readonly tier: TierName
  readonly model: string
  readonly outcome:
    | 'served'
    /** It did not pass, and a better one was asked. */
    | 'unsure'
    /** It said something else than the other. */
    | 'differed'
    /** It said the same as the other. */
    | 'agreed'
    | 'failed'
    | 'denied'
    | 'resting'
    /** The time that it had was over. */
    | 'too-slow'
    /** Of a session's executor: the supervisor's word came before it, and it was asked anew. */
    | 'replaced'
    /** Of a session's supervisor: what it said stands in `said`. */
    | 'spoke'
    /** It wrote the questions for the pieces of a document, or asked for more of them. */
    | 'planned'
    /** It found a passage in a piece. */
    | 'found'
    /** It said that a piece has nothing about its question. */
    | 'abstained'
  /** What a supervisor said; left out where none spoke. */
  readonly said?: string
  /** How far it was believed; null where nothing told, or nothing came. */
  readonly confidence: number | null
  readonly faults: readonly AnswerFault[]
  /** How alike it was to the other answer, from 0 to 1; left out where nothing was compared. */
  readonly agreement?: number
  /** What the node says that it took; null where it says nothing. */
  readonly joules: number | null
  readonly tookMs: number
}

export type RequestRecord = {
  readonly version: typeof recordVersion
  /** The id in `x-request-id` and `x-nearside-decision`. */
  readonly id: string
  /** Null where nobody was let in. */
  readonly tenant: string | null
  readonly at: number
  readonly durationMs: number
  readonly stream: boolean
  /** Null where the request was refused before it was decided; so are signals and plan. */
  readonly wishes: Wishes | null
  readonly signals: Signals | null
  /** The targets as they stood when it was decided, and the policy that it was decided by, as a hash of its settings. */
  readonly field: readonly TargetView[] | null
  readonly policy: string | null
  /** What was placed lately, where the policy asks. */
  readonly traffic?: Traffic | null
  /** What was known of the caller's caps; null or left out where nothing was. */
  readonly budget?: BudgetHint | null
  /** Where the frontier took over: the policy's own threshold, as far as verdicts have moved it. */
  readonly frontierFrom: number | null
  readonly plan: Plan | null
  /** What was tried, in turn. */
  readonly steps: readonly StepTaken[]
  /** What was judged in turn before an answer was served; left out where the strategy judges none. */
  readonly judged?: readonly StepRecord[]
  readonly served: {
    readonly target: string
    readonly tier: TierName
    readonly model: string
    readonly attempts: number
    /** Which weights answered, by their node's own word; left out where it said nothing. */
    readonly version?: string
    /** Null where the answer came whole. */
    readonly firstTokenMs: number | null
  } | null
  readonly degraded: Degradation | null
  /** What became of the session that was brought, or of the want of one; left out where sessions are not kept. */
  readonly session?: SessionState
  /** How the answer ended; `refused` never began. */
  readonly outcome: 'answered' | 'cut' | 'client-gone' | 'refused'
  readonly error: NearsideErrorCode | null
  readonly usage: Usage | null
  /** Of all attempts together; null where none was made that may cost anything. */
  readonly charge: { readonly amount: NanoUsd; readonly flag: 'estimated' | 'uncertain' | null } | null
  /** What a local node says of its own answer; null where it says nothing. */
  readonly joules: number | null
  readonly answerConfidence: number | null
  readonly overheadMs: number
  /** What was found in the text, as counts; left out where nobody looks. */
  readonly privacy?: Omit<Inspection, 'redaction'> & { readonly redacted: number | null }
  /** How a long document was read in pieces; left out where none was. */
  readonly mapReduce?: MapReduceReport
  /** The id of the request whose answer was given again; null where this one was carried out. */
  readonly replayOf: string | null
}
