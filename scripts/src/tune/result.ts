/** What `nearside tune` found: the value that is printed with `--json`, and that the report page is made from. */
import type { GivenPolicy } from '@nearside/core'
import type { Figures, Intervals } from './figures.ts'
import type { Kept, Objectives } from './objectives.ts'

export type Point = Figures & {
  readonly name: string
  /** Null where a point is drawn as part of a line alone. */
  readonly intervals: Intervals | null
}

export type TaskRow = {
  /** Null: every kind without a rule of its own. */
  readonly task: string | null
  readonly rule: string
  /** On the reporting half. */
  readonly figures: Figures
  readonly intervals: Intervals
  readonly strongQuality: number
  readonly localQuality: number
}

export type Frontier = {
  /** Null: all requests together. */
  readonly task: string | null
  readonly localQuality: number
  readonly strongQuality: number
  /** Nothing that was tried is at once better and cheaper, by what the choosing half showed; the figures are the reporting half's. */
  readonly points: readonly Point[]
}

export type Spent = {
  readonly usd: number
  readonly limitUsd: number
  readonly calls: number
  /** Answers that an earlier run had asked for. */
  readonly remembered: number
  readonly runs: number
  readonly exhaustiveRuns: number
  /** Whether the limit ended it. */
  readonly limitReached: boolean
}

export type TuneResult = {
  readonly tune: 'outcomes' | 'tasks'
  /** What it was measured on, and by which scores of the judge. */
  readonly measuredOn: string
  readonly scores: string
  readonly objectives: Objectives
  readonly requests: { readonly choosing: number; readonly reporting: number }
  readonly strongQuality: number
  readonly localQuality: number
  readonly chosen: {
    readonly policy: GivenPolicy
    readonly policyHash: string
    /** On the half that it was chosen on, and on the one that it was not. */
    readonly choosing: Figures
    readonly reporting: Point
    readonly kept: readonly Kept[]
    /** On the reporting half, between neighbours of the frontier: the share of strong calls that reaches the quality; null where none does. */
    readonly strongShareAtQuality: number | null
    /** The same where requests are sent up by lot. */
    readonly strongShareByLot: number | null
  }
  readonly tasks: readonly TaskRow[]
  readonly frontiers: readonly Frontier[]
  readonly spent: Spent | null
  /** Sentences for people: what these figures do not tell. */
  readonly uncertain: readonly string[]
}
