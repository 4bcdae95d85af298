/**
 * What is kept of one kind of task: the newest verdicts, how far its threshold is moved, and whether the alarm was given.
 *
 * The newest verdicts only, by number and by age: what a model was good at last month says nothing of today's. And only
 * those of answers that were given under the threshold in force: an answer is judged seconds after it was decided on,
 * perhaps by somebody who had not heard of a move, and counting it would make one fall move a threshold many times over.
 * The epoch tells them apart; it is how often the threshold has moved. Verdicts that race each other need no order; of
 * two who would change the same thing, the second finds it changed.
 */
import { sumOfCounts, type VerdictCounts } from './tally.ts'

export type KeptKind = {
  /** When its last verdict came. */
  readonly heardAt: number
  readonly epoch: number
  readonly offset: number
  readonly below: boolean
  /** The newest last. */
  readonly newest: readonly { readonly at: number; readonly counts: VerdictCounts }[]
}

export type KindNow = {
  readonly epoch: number
  /** How much sooner the frontier takes over. */
  readonly offset: number
  /** Whether it is known to be below the level. */
  readonly below: boolean
  readonly counts: VerdictCounts
}

export type KeepTerms = {
  /** The most verdicts that are kept. */
  readonly window: number
  /** How long a verdict counts, and after how long without one the whole kind is forgotten. */
  readonly keepMs: number
}

/** From what it was to what it shall be: a threshold moved so far, or the alarm given or called off. */
export type KindChange = {
  readonly from: Pick<KindNow, 'epoch' | 'below'>
  readonly to: { readonly offset: number } | { readonly below: boolean }
}

export const newKind: KeptKind = { heardAt: 0, epoch: 0, offset: 0, below: false, newest: [] }

/** Null where it was forgotten. */
export function keptKind(kept: KeptKind | null, keepMs: number, now: number): KeptKind | null {
  return kept === null || kept.heardAt + keepMs <= now ? null : kept
}

/** Null where its answer was given under another threshold. */
export function withVerdict(
  kept: KeptKind,
  counts: VerdictCounts,
  epoch: number,
  { window, keepMs }: KeepTerms,
  now: number,
): KeptKind | null {
  if (epoch !== kept.epoch) return null
  const newest = [...kept.newest, { at: now, counts }].filter(({ at }) => at + keepMs > now).slice(-window)
  return { ...kept, heardAt: now, newest }
}

/** Null where somebody else has changed it meanwhile. A move begins a new count. */
export function withChange(kept: KeptKind, { from, to }: KindChange): KeptKind | null {
  if (kept.epoch !== from.epoch || kept.below !== from.below) return null
  return 'offset' in to
    ? { ...kept, epoch: kept.epoch + 1, offset: to.offset, below: false, newest: [] }
    : { ...kept, below: to.below }
}

export function kindNow({ epoch, offset, below, newest }: KeptKind): KindNow {
  return { epoch, offset, below, counts: sumOfCounts(newest.map(({ counts }) => counts)) }
}
