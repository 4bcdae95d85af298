/** An operator's file of intents as it was written, read and checked, with the line of each example for the report. */
import type { PackSlot } from '@nearside/core'

export type PackSource = {
  readonly name: string
  /** How often what is answered has to be right, from 0.5 to 0.999. */
  readonly precision: number
  readonly systemPrompts: readonly string[]
  readonly intents: readonly IntentSource[]
  /** What the pack must leave to others. */
  readonly outside: readonly Example[]
}

export type IntentSource = {
  readonly name: string
  readonly language: string
  readonly examples: readonly Example[]
  /** Constants are filled in; slots stand as `{{slot}}`. */
  readonly answer: string
  readonly slots: readonly PackSlot[]
  readonly fromMs: number | null
  readonly untilMs: number | null
  readonly followUps: readonly FollowUpSource[]
}

export type FollowUpSource = { readonly asked: readonly Example[]; readonly answer: string }

export type Example = { readonly text: string; readonly line: number }
