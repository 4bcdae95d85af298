/**
 * What is kept of a request: enough to see why it went where it went and to make the decision again, and
 * nothing of what was said. No prompt, no answer, no key, no header value of the caller's.
 */
import type {
  AnswerFault,
  Degradation,
  NanoUsd,
  NearsideErrorCode,
  Plan,
  Signals,
  TierName,
  Usage,
  Wishes,
} from '@nearside/core'

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
  /** How far it was believed; null where nothing told, or nothing came. */
  readonly confidence: number | null
  readonly faults: readonly AnswerFault[]
  /** What the node says that it took; null where it says nothing. */
  readonly joules: number | null
  readonly tookMs: number
}

export type RequestRecord = {
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
  readonly plan: Plan | null
  /** The hash of the policy that decided, as `/v1/route` shows it; null where nothing was decided. */
  readonly policy: string | null
  readonly served: {
    readonly target: string
    readonly tier: TierName
    readonly model: string
    readonly attempts: number
    /** Null where the answer came whole. */
    readonly firstTokenMs: number | null
  } | null
  /** What was asked in turn, where the strategy judged an answer before it was served; left out elsewhere. */
  readonly steps?: readonly StepRecord[]
  readonly degraded: Degradation | null
  /** How the answer ended; `refused` never began. */
  readonly outcome: 'answered' | 'cut' | 'client-gone' | 'refused'
  readonly error: NearsideErrorCode | null
  readonly usage: Usage | null
  /** Of all attempts together; null where none was made that may cost anything. */
  readonly charge: { readonly amount: NanoUsd; readonly flag: 'estimated' | 'uncertain' | null } | null
  readonly overheadMs: number
  /** The id of the request whose answer was given again; null where this one was carried out. */
  readonly replayOf: string | null
}
