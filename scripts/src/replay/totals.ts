/** The sums over all kinds of task, of which no part is rounded. */
import type { Basis, TaskReport } from './replaying.ts'

export type Totals = Pick<
  TaskReport,
  | 'requests'
  | 'moved'
  | 'basis'
  | 'certain'
  | 'estimatedLeast'
  | 'estimatedMost'
  | 'inexactCharges'
  | 'joules'
  | 'estimatedJoules'
  | 'withoutJoules'
>

export function totalsOf(tasks: readonly TaskReport[]): Totals {
  const counted = (of: (task: TaskReport) => number): number => tasks.reduce((sum, task) => sum + of(task), 0)
  const money = (of: (task: TaskReport) => bigint): bigint => tasks.reduce((sum, task) => sum + of(task), 0n)
  const basis = (name: Basis): number => counted((task) => task.basis[name])
  return {
    requests: counted(({ requests }) => requests),
    moved: counted(({ moved }) => moved),
    basis: {
      recorded: basis('recorded'),
      known: basis('known'),
      estimated: basis('estimated'),
      unknown: basis('unknown'),
    },
    certain: money(({ certain }) => certain),
    estimatedLeast: money(({ estimatedLeast }) => estimatedLeast),
    estimatedMost: money(({ estimatedMost }) => estimatedMost),
    inexactCharges: counted(({ inexactCharges }) => inexactCharges),
    joules: counted(({ joules }) => joules),
    estimatedJoules: counted(({ estimatedJoules }) => estimatedJoules),
    withoutJoules: counted(({ withoutJoules }) => withoutJoules),
  }
}
