/** How the holds of a gateway were closed, held against the bills of the frontier that it asked. */
import type { LabObserved } from './lab-app.ts'
import type { Closing } from './rules.ts'

/** How each hold was closed. A usage that was told is one of the frontier's bills, and each of these is paid once. */
export function closingsOf(
  calls: LabObserved['calls'],
  bills: readonly number[],
  must: (holds: boolean, what: string) => void,
): readonly Closing[] {
  const unpaid = [...bills]
  const closings = calls
    .filter(({ verb, outcome }) => verb === 'reserve' && outcome === 'granted')
    .map(({ hold, amount }): Closing => {
      const ends = calls.filter((call) => call.hold === hold && call.verb !== 'reserve')
      const [end] = ends
      must(ends.length === 1, `${hold} was closed ${ends.length} times.`)
      if (end === undefined || end.verb === 'release') return 'released'
      const bill = unpaid.indexOf(end.amount)
      if (bill >= 0) unpaid.splice(bill, 1)
      return bill >= 0 ? 'usage' : end.amount === amount ? 'held' : 'seen'
    })
  must(unpaid.length === 0, `The frontier's bills of ${unpaid.join()} were not paid.`)
  return closings
}
