/** What exploring designs found, as a value that is written and shown. */
import type { GivenPolicy } from '@nearside/core'
import type { Measured } from '../../eval/designs/measure-design.ts'
import type { Winner } from '../../eval/designs/winners.ts'
import type { Profile } from '../../simulate/doubles/profile.ts'
import type { EnvironmentName } from '../../simulate/environments/environment.ts'

export type DesignsResult = {
  readonly tune: 'designs'
  /** Whether a model was a double; false where both were real. */
  readonly simulation: boolean
  /** What the models and the prices were, a sentence each. */
  readonly assumptions: readonly string[]
  /** Of the doubles that were asked; null where a real model was. */
  readonly profiles: { readonly executor: Profile | null; readonly supervisor: Profile | null }
  readonly seed: number
  readonly tasks: number
  readonly runsShare: number
  readonly environments: readonly EnvironmentResult[]
  readonly uncertain: readonly string[]
}

export type EnvironmentResult = {
  readonly environment: EnvironmentName
  readonly pick: Measured
  readonly policy: GivenPolicy
  readonly winner: Winner
  readonly arms: readonly ArmRow[]
  readonly rounds: number
  readonly runs: number
  readonly exhaustiveRuns: number
}

export type ArmRow = {
  readonly measured: Measured
  /** After which round it was dropped; null where it never was. */
  readonly droppedAfter: number | null
  readonly standing: 'picked' | 'as good' | 'behind' | 'dropped'
}
