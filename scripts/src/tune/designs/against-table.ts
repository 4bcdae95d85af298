/**
 * Holds the exploration against the exhaustive table: both on the same tasks, by the same runs.
 *
 * A run is made once and read by both, since a design does a task the same way each time. What is counted as the
 * exploration's are the runs that it asks for. Tasks can be met in other orders (deals) at no further run.
 */
import { designs } from '../../eval/designs/designs.ts'
import type { Measured } from '../../eval/designs/measure-design.ts'
import { together } from '../../eval/designs/together.ts'
import { type Winner, winnerOf } from '../../eval/designs/winners.ts'
import { type DesignRun, exploreDesigns } from './explore-designs.ts'

export type AgainstTable = {
  /** Every design on every task. */
  readonly rows: readonly Measured[]
  readonly winner: Winner
  readonly best: Measured
  readonly exhaustiveRuns: number
  readonly deals: readonly Deal[]
}

export type Deal = {
  readonly seed: number
  /** The row of the design that the exploration picked. */
  readonly picked: Measured
  /** Whether its success over all tasks lies within the interval of the best design's. */
  readonly within: boolean
  readonly runs: number
}

export type AgainstTerms = {
  readonly tasks: number
  readonly seeds: readonly number[]
  readonly runsShare?: number
  readonly atOnce?: number
  readonly onRun?: (done: number, most: number) => void
}

export async function againstTable(run: DesignRun, terms: AgainstTerms): Promise<AgainstTable> {
  const { tasks, seeds, runsShare, atOnce = 1, onRun = () => {} } = terms
  const share = runsShare === undefined ? {} : { runsShare }
  const explored: { readonly seed: number; readonly pick: string; readonly runs: number }[] = []
  for (const seed of seeds) {
    const found = await exploreDesigns(run, { tasks, seed, atOnce, ...share })
    if (found === null) throw new Error('The exploration was broken off.')
    explored.push({ seed, pick: found.pick.name, runs: found.runs })
  }
  const rows: Measured[] = []
  for (const design of designs) {
    const parts: Measured[] = []
    let next = 0
    const work = async (): Promise<void> => {
      for (let task = next++; task < tasks; task = next++) {
        const part = await run(design, task)
        if (part === null) throw new Error('The table was broken off.')
        parts[task] = part
        onRun(rows.length * tasks + parts.length, designs.length * tasks)
      }
    }
    await Promise.all(Array.from({ length: atOnce }, work))
    const [first, ...others] = parts
    if (first !== undefined) rows.push(together([first, ...others]))
  }
  const winner = winnerOf(rows)
  const named = (name: string): Measured => rows.find(({ design }) => design === name)!
  const best = named(winner.most_successful)
  return {
    rows,
    winner,
    best,
    exhaustiveRuns: designs.length * tasks,
    deals: explored.map(({ seed, pick, runs }) => {
      const picked = named(pick)
      return { seed, picked, within: picked.success >= best.successInterval[0], runs }
    }),
  }
}
