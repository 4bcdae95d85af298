/**
 * Which design wins in an environment: of those that cannot be told from the most successful one, the cheapest.
 *
 * All designs did the same tasks, so they are compared task by task: a design is told from the best where the difference
 * over tasks, drawn again with repetition, is above zero in 97.5 of 100 draws. Of few tasks little can be told, and what
 * cannot be told is not thereby as good: whatever is more than five points behind is not taken for it either.
 */
import { bootstrapInterval } from '../../measure/bootstrap.ts'
import { seededRandom } from '../../train/random.ts'
import type { Measured } from './measure-design.ts'

export type Winner = {
  readonly environment: string
  readonly most_successful: string
  /** Those that cannot be told from it, itself included. */
  readonly as_good: readonly string[]
  readonly cheapest_as_good: string
}

/** How far behind a design may be found and still be taken for as good, where it cannot be told. */
export const mostBehind = 0.05

export function winnersOf(rows: readonly Measured[]): readonly Winner[] {
  return [...new Set(rows.map((row) => row.environment))].map((environment) =>
    winnerOf(rows.filter((row) => row.environment === environment)),
  )
}

/** Of rows of one environment, all over the same tasks. */
export function winnerOf(rows: readonly Measured[]): Winner {
  const best = rows.reduce((most, row) =>
    row.success > most.success || (row.success === most.success && row.chargedNano < most.chargedNano)
      ? row
      : most,
  )
  const near = rows.filter((row) => row === best || (isNear(row, best) && !isBehind(row, best)))
  const cheapest = near.reduce((least, row) => (row.chargedNano < least.chargedNano ? row : least))
  return {
    environment: best.environment,
    most_successful: best.design,
    as_good: near.map((row) => row.design),
    cheapest_as_good: cheapest.design,
  }
}

function isNear(row: Measured, best: Measured): boolean {
  return best.success - row.success <= mostBehind + 1e-9
}

/** Task by task, and not by luck alone. */
export function isBehind(row: Pick<Measured, 'done'>, best: Pick<Measured, 'done'>): boolean {
  const ahead = best.done.map((done, i) => Number(done) - Number(row.done[i]))
  const mean = (drawn: Int32Array): number =>
    drawn.reduce((sum, i) => sum + (ahead[i] ?? 0), 0) / drawn.length
  const [low] = bootstrapInterval(ahead.length, mean, seededRandom(1), 1_000)
  return low > 0
}
