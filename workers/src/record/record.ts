/**
 * What is kept of a request: enough to see why it went where it went and to make the decision again, and
 * nothing of what was said. No prompt, no answer, no key, no header value of the caller's.
 */
import type {
  Degradation,
  NanoUsd,
  NearsideErrorCode,
  Plan,
  Signals,
  TierName,
  Usage,
  Wishes,
} from '@nearside/core'
import type { PrivacyReport } from '../privacy/privacy-report.ts'

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
  readonly served: {
    readonly target: string
    readonly tier: TierName
    readonly model: string
    readonly attempts: number
    /** Null where the answer came whole. */
    readonly firstTokenMs: number | null
  } | null
  readonly degraded: Degradation | null
  /** How the answer ended; `refused` never began. */
  readonly outcome: 'answered' | 'cut' | 'client-gone' | 'refused'
  readonly error: NearsideErrorCode | null
  readonly usage: Usage | null
  /** Of all attempts together; null where none was made that may cost anything. */
  readonly charge: { readonly amount: NanoUsd; readonly flag: 'estimated' | 'uncertain' | null } | null
  readonly overheadMs: number
  /** What was found in the text, as counts; left out where nobody looks. */
  readonly privacy?: PrivacyReport
  /** The id of the request whose answer was given again; null where this one was carried out. */
  readonly replayOf: string | null
}
