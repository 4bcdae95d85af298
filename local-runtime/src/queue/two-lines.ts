/**
 * Two fair lines, of which those who have somebody waiting for their answer go first. Batch work never starves: after so
 * many others have passed it, one of it is taken, so its wait is bounded by the length of the line.
 */
import { fairLine } from './fair-line.ts'

export type Priority = 'interactive' | 'batch'

export type TwoLines<T> = {
  readonly length: number
  /** How many would be taken before a newcomer of this kind, as far as can be said. */
  ahead(priority: Priority): number
  lengthOf(priority: Priority): number
  add(priority: Priority, caller: string, entry: T): void
  /** Takes out the next entry; null when nobody waits. */
  take(): T | null
  remove(priority: Priority, caller: string, entry: T): void
}

/** So many interactive requests pass a batch request that waits, and no more. */
export const mostPassed = 4

export function twoLines<T>(): TwoLines<T> {
  const lines = { interactive: fairLine<T>(), batch: fairLine<T>() }
  let passed = 0

  return {
    get length() {
      return lines.interactive.length + lines.batch.length
    },
    ahead(priority) {
      const { interactive, batch } = lines
      if (priority === 'batch') return interactive.length + batch.length
      return interactive.length + Math.min(batch.length, Math.floor((interactive.length + 1) / mostPassed))
    },
    lengthOf: (priority) => lines[priority].length,
    add: (priority, caller, entry) => lines[priority].add(caller, entry),
    take() {
      const { interactive, batch } = lines
      const batchIsDue = batch.length > 0 && (interactive.length === 0 || passed >= mostPassed)
      passed = batchIsDue || batch.length === 0 ? 0 : passed + 1
      return (batchIsDue ? batch : interactive).take()
    },
    remove: (priority, caller, entry) => lines[priority].remove(caller, entry),
  }
}
