/**
 * Shares what the meter counts among the answers that run at the same time, by the tokens that each of them had meanwhile: those
 * read and those written. What the machine uses while nothing runs belongs to nobody.
 *
 * The meter is read whenever an answer begins or ends, and again when one is asked for its share, so in between the same
 * answers run. Where no token came in such a span, they share it equally.
 */
import type { Meter } from './rapl.ts'

export type Energy = { readonly joules: number; readonly estimated: boolean }

export type EnergyShare = {
  /** What it has used so far, or in all once it has ended; null where it was too little for an estimate. */
  soFar(): Energy | null
  end(): void
}

export type EnergyMeter = {
  /** `tokens` tells how many the answer has read and written so far. */
  begin(tokens: () => number): EnergyShare
  /** What answers have used in all. */
  totalJoules(): number
  readonly standsOn: string
}

type Running = { readonly tokens: () => number; before: number; joules: number }

export function energyMeter(meter: Meter): EnergyMeter {
  const running = new Set<Running>()
  let metered = meter.joules()
  let total = 0

  function settle(): void {
    const now = meter.joules()
    const spent = Math.max(0, now - metered)
    metered = now
    if (running.size === 0 || spent === 0) return
    const made = [...running].map((answer) => ({ answer, tokens: answer.tokens() - answer.before }))
    const all = made.reduce((sum, { tokens }) => sum + tokens, 0)
    for (const { answer, tokens } of made) {
      answer.joules += spent * (all > 0 ? tokens / all : 1 / made.length)
      answer.before += tokens
    }
    total += spent
  }

  return {
    standsOn: meter.standsOn,
    totalJoules: () => rounded(total),
    begin(tokens) {
      settle()
      const answer: Running = { tokens, before: tokens(), joules: 0 }
      running.add(answer)
      return {
        soFar() {
          if (running.has(answer)) settle()
          // Processor time comes in hundredths of a second: none of it does not mean that nothing was used.
          if (meter.estimated && answer.joules === 0) return null
          return { joules: rounded(answer.joules), estimated: meter.estimated }
        },
        end() {
          if (!running.has(answer)) return
          settle()
          running.delete(answer)
        },
      }
    },
  }
}

function rounded(joules: number): number {
  return Math.round(joules * 1_000) / 1_000
}
