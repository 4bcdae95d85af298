/**
 * Explores the designs of supervised sessions in an environment: an arm is a design, an item one task, and a run the whole task
 * through the gateway. Of the designs that were never dropped the winner is picked as the exhaustive table's is.
 *
 * With simulated models it is a simulation; what it shows is that the exploration finds what trying everything shows.
 */
import { type Design, designs } from '../../eval/designs/designs.ts'
import type { Measured } from '../../eval/designs/measure-design.ts'
import { together } from '../../eval/designs/together.ts'
import { type Winner, winnerOf } from '../../eval/designs/winners.ts'
import { explore } from '../explore.ts'
import { rankDesigns } from './rank-designs.ts'

export type DesignTerms = {
  readonly tasks: number
  /** The most runs, as a share of every design on every task. @default a third */
  readonly runsShare?: number
  /** In what order tasks are met. */
  readonly seed: number
  readonly atOnce?: number
  readonly onRun?: (done: number, most: number) => void
}

/** One design on one task; null ends the exploration. */
export type DesignRun = (design: Design, task: number) => Promise<Measured | null> | Measured | null

export type ExploredDesign = {
  readonly design: Design
  /** What was found over the tasks that it was run on. */
  readonly measured: Measured
  /** After which round it was dropped; null where it never was. */
  readonly droppedAfter: number | null
}

export type ExploredDesigns = {
  readonly designs: readonly ExploredDesign[]
  /** Among those that were never dropped. */
  readonly winner: Winner
  readonly pick: Design
  readonly rounds: number
  readonly runs: number
  readonly exhaustiveRuns: number
}

export const defaultRunsShare: number = 1 / 3

/** The fewest tasks that give each design one in the first of the rounds. */
export function fewestTasks(runsShare: number = defaultRunsShare): number {
  return Math.ceil(roundsOf(designs.length) / runsShare - 1e-9)
}

/** Null where a run ended it. */
export async function exploreDesigns(run: DesignRun, terms: DesignTerms): Promise<ExploredDesigns | null> {
  const { tasks, runsShare = defaultRunsShare, seed, atOnce = 1, onRun = () => {} } = terms
  const explored = await explore<Design, Measured>(designs, run, {
    items: tasks,
    budgetRuns: Math.floor(designs.length * tasks * runsShare + 1e-9),
    scores: [({ success }) => success],
    orders: rankDesigns,
    // The last two are the most successful one and the one that does best for its money: between these the pick is made.
    least: 2,
    seed,
    atOnce,
    onRun,
  })
  if (explored.stopped) return null
  const lived = Math.max(...explored.arms.map(({ rounds }) => rounds))
  const found = explored.arms.flatMap(({ arm, found: runs, rounds }): readonly ExploredDesign[] => {
    const [first, ...others] = [...runs].toSorted(([a], [b]) => a - b).map(([, one]) => one)
    if (first === undefined) return []
    const droppedAfter = rounds === lived ? null : rounds
    return [{ design: arm, measured: together([first, ...others]), droppedAfter }]
  })
  const winner = winnerOf(found.flatMap((one) => (one.droppedAfter === null ? [one.measured] : [])))
  const pick = designs.find(({ name }) => name === winner.cheapest_as_good)!
  const { rounds, runs, exhaustiveRuns } = explored
  return { designs: found, winner, pick, rounds, runs, exhaustiveRuns }
}

function roundsOf(arms: number): number {
  return Math.ceil(Math.log2(arms))
}
