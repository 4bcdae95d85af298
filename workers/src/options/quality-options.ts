/** How near answers are judged, as a host says it, and what it hears of that. */
import type { CapTerms, QualityStanding, QualityVerdict, ThresholdTerms, Zone } from '@nearside/core'
import type { SharedBook } from '../verdicts/keeper.ts'
import type { MovedThreshold } from '../verdicts/verdict-store.ts'

/** What a judge found of one near answer. Free of text. */
export type Judged = QualityVerdict & {
  /** The request's id, as in its record. */
  readonly id: string
  readonly at: number
  readonly task: string
  readonly tier: string
  readonly model: string
  readonly judge: string
  /** What the last verdicts on this kind of task say together, this one with them. */
  readonly standing: QualityStanding
}

/** A near answer on its way to be judged elsewhere. Everything of the caller's is in `sealed`. */
export type JudgeJob = { readonly version: 1; readonly id: string; readonly sealed: string }

export type QualityOptions = {
  /** Which share of near answers is judged, from 0 to 1. */
  readonly share: number
  /** Who judges: a model of `frontier`, or of `local`. */
  readonly judge: string
  /** What judging may cost: caps of a tenant of its own. Needs `budgets`, unless the judge is free. */
  readonly caps?: readonly CapTerms[]
  /** That tenant's name in the ledger; no account may have it. @default 'nearside-judge' */
  readonly tenant?: string
  /** The share of near answers that should be no worse than the judge's own; less raises the alarm. @default 0.8 */
  readonly level?: number
  /** How many verdicts of each kind of task are kept. @default 200 */
  readonly window?: number
  /** How many samples each isolate has under way at most; more are skipped. @default 2 */
  readonly concurrent?: number
  /** How long judging one answer may take, behind the answer. @default 20000 */
  readonly deadlineMs?: number
  /** The most tokens of the judge's own answer. @default 1024 */
  readonly answerTokens?: number
  /** Moves `frontierFrom` by kind of task: steps of 0.05 from a floor of 0 to a ceiling of 0.2. @default none */
  readonly thresholds?: Partial<ThresholdTerms>
  /** Keeps verdicts and moves for all isolates together, such as `sharedVerdicts({ store: redisVerdictStore({ url, token }) })`. @default each isolate keeps its own */
  readonly book?: SharedBook
  /** Has answers judged elsewhere, by `qualityConsumer`. The job is sealed; the zone is by default 'provider:queue'. @default none */
  readonly queue?: {
    readonly send: (job: JudgeJob) => Promise<unknown>
    readonly secret: string
    readonly zone?: Zone
  }
  /** Hears each verdict. */
  readonly onJudged?: (judged: Judged) => void | Promise<void>
  /** Hears each move of a threshold. */
  readonly onThresholdMove?: (move: MovedThreshold) => void | Promise<void>
}
