/**
 * In which orders designs stand between two rounds of their exploration.
 *
 * A design that is told, task by task, to be behind the most successful one is out: no price brings it back. Of the others
 * there are four orders: by success, and by what a task takes in money, in energy and in context. In the last three those
 * that are as good as the best, as far as can be seen, stand before all that are not, so that what leads is an end of the
 * frontier and not whatever costs nothing and does nothing. After few tasks one more or less says nothing: it is forgiven.
 */
import type { Measured } from '../../eval/designs/measure-design.ts'
import { isBehind, mostBehind } from '../../eval/designs/winners.ts'
import type { Standing } from '../explore.ts'

const takings: readonly ((run: Measured) => number)[] = [
  (run) => run.chargedNano,
  (run) => run.deviceMillijoules,
  (run) => run.peakDeviceTokens,
]

export function rankDesigns(left: readonly Standing<Measured>[]): readonly (readonly number[])[] {
  const rows = left.map(({ place, found }) => ({
    place,
    done: found.flatMap((run) => run.done),
    success: meanOf(found, (run) => run.success),
    takes: takings.map((of) => meanOf(found, of)),
  }))
  const best = rows.reduce((most, row) => (row.success > most.success ? row : most))
  const rivals = rows
    .filter((row) => row === best || !isBehind(row, best))
    .toSorted((a, b) => b.success - a.success || a.takes[0]! - b.takes[0]!)
  const least = best.success - Math.max(mostBehind, 1 / best.done.length) - 1e-9
  const asGood = rivals.filter((row) => row.success >= least)
  const others = rivals.filter((row) => row.success < least)
  const byTaking = takings.map((_, at) => [
    ...asGood.toSorted((a, b) => a.takes[at]! - b.takes[at]!),
    ...others,
  ])
  return [rivals, ...byTaking].map((order) => order.map(({ place }) => place))
}

function meanOf(found: readonly Measured[], of: (run: Measured) => number): number {
  return found.reduce((sum, run) => sum + of(run), 0) / found.length
}
