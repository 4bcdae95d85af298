/**
 * Spreads calls over nodes that are equally good for them, by the power of a few random choices.
 *
 * Each isolate has a view of its own, seconds old. If all of them chose the node that looks best, all would choose the same
 * one, and it would be the worst until they hear of it. So each draws a few at random and takes the best: nearly as
 * even as a queue that knows everything, and no view has to be exact. The others stand behind by their expected wait.
 *
 * The draw is in the nodes (`lot`): equal inputs give equal orders.
 */
import type { TargetView } from './target.ts'

/** `ordered` by rank; the local nodes of the same rank, which stand side by side, change places among themselves. */
export function balanced(
  ordered: readonly TargetView[],
  rank: (target: TargetView) => number,
): readonly TargetView[] {
  const out: TargetView[] = []
  for (let from = 0; from < ordered.length; ) {
    const first = ordered[from]!
    let to = from + 1
    if (first.tier === 'local') {
      const its = rank(first)
      while (to < ordered.length && ordered[to]!.tier === 'local' && rank(ordered[to]!) === its) to++
    }
    if (to - from < 2) out.push(first)
    else out.push(...spread(ordered.slice(from, to)))
    from = to
  }
  return out
}

/** Those that rest behind the others, and then by what is known of them at this moment, without chance. */
export function byExpectedWait(nodes: readonly TargetView[]): readonly TargetView[] {
  const rest = ({ standing }: TargetView): number => (standing === 'resting' ? 1 : 0)
  return nodes.toSorted((a, b) => rest(a) - rest(b) || waitOf(a) - waitOf(b))
}

/**
 * How many nodes are asked only whether they have a slot free, before a call is put in a line: what they answer is this moment's
 * truth, where a view may be old. More of them were tried in simulation, and are worth less than the calls they make.
 */
export const mostKnocks = 3

function spread(nodes: readonly TargetView[]): readonly TargetView[] {
  const byLot = nodes.toSorted((a, b) => a.lot - b.lot)
  const chosen = byLot.slice(0, choices).reduce((best, node) => (waitOf(node) < waitOf(best) ? node : best))
  const others = byLot.filter((node) => node !== chosen).toSorted((a, b) => waitOf(a) - waitOf(b))
  return [chosen, ...others]
}

/** Two are what theory asks for. With speeds that differ eightfold four keep the slowest waits shorter, and isolates still apart. */
const choices = 4

function waitOf({ expectedWaitMs }: TargetView): number {
  return expectedWaitMs ?? 0
}
