/**
 * Has threads tried anew where answers have become slow, while nobody is answered. What the engine can change by itself it
 * changes at once; where threads are fixed with the weights, the model is loaded anew, beside itself where memory allows.
 */
import type { EngineModel, Recalibration } from '../engine/engine.ts'
import type { Resident } from '../resident/resident.ts'
import { type Slowdown, slowdown } from './slowdown.ts'

const recalibrationOutcomes = ['kept', 'changed', 'reloaded', 'interrupted', 'failed'] as const
export type RecalibrationOutcome = (typeof recalibrationOutcomes)[number]

export type Recalibrated = {
  readonly outcome: RecalibrationOutcome
  /** Null where the trial came to no end. */
  readonly threads: number | null
  readonly why: string
}

export type Recalibrator = {
  /** Another load: what is measured from here on is held against its speed. */
  loaded(model: EngineModel): void
  answered(tokens: number, durationMs: number, together: number): void
  /** Tries, if it is time and nobody is answered. Never rejects. */
  tryIfDue(): Promise<void>
  counts(): Readonly<Record<RecalibrationOutcome, number>>
}

export type RecalibratorOptions = {
  readonly resident: Resident
  readonly everyMs: number
  readonly isIdle: () => boolean
  readonly now: () => number
  readonly onTried: (tried: Recalibrated) => void
}

export function recalibrator({ resident, everyMs, isIdle, now, onTried }: RecalibratorOptions): Recalibrator {
  const counts = { kept: 0, changed: 0, reloaded: 0, interrupted: 0, failed: 0 }
  let watch: Slowdown = slowdown({ tokensPerSecond: null, loadedAtMs: 0, everyMs })
  let trying = false

  function told(outcome: RecalibrationOutcome, threads: number | null, why: string): void {
    counts[outcome]++
    onTried({ outcome, threads, why })
  }

  async function conclude(found: Recalibration): Promise<void> {
    const { outcome, threads, why } = found
    if (outcome !== 'reload') return told(outcome, threads, why)
    // Somebody has come while it was tried; the next quiet moment does as well.
    if (!isIdle()) return told('interrupted', null, why)
    await resident.replace()
    told('reloaded', threads, why)
  }

  return {
    loaded({ tokensPerSecond }) {
      watch = slowdown({ tokensPerSecond, loadedAtMs: now(), everyMs })
    },
    answered: (tokens, durationMs, together) => watch.answered(tokens, durationMs, together),
    counts: () => ({ ...counts }),

    async tryIfDue() {
      if (trying || !isIdle() || !watch.isTrialDue(now())) return
      trying = true
      const tried = watch
      try {
        const found = await resident.recalibrate()
        tried.tried(now(), found === null || found.isAsAtLoad)
        if (found !== null) await conclude(found)
      } catch (error) {
        tried.tried(now(), true)
        told('failed', null, error instanceof Error ? error.message : 'unknown reason')
      } finally {
        trying = false
      }
    },
  }
}
