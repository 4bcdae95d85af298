/**
 * The judge's verdicts by kind of task, as this isolate has last heard of them: what `/metrics` shows, the alarm when a kind
 * falls below the level, and the offsets that its decisions are made with. Who keeps the verdicts is the host's choice: this
 * isolate for itself, or a book that all of them share.
 */
import {
  countsOf,
  type KindNow,
  type Privacy,
  type QualityStanding,
  type QualityVerdict,
  qualityStanding,
} from '@nearside/core'
import type { SoftCapAlerts } from '../alerts/soft-cap-alerts.ts'
import type { Metrics } from '../metrics/metrics.ts'
import type { Quality } from '../options/resolve-quality.ts'
import type { VerdictOf } from '../verdicts/keeper.ts'
import { ownKeeper } from './own-keeper.ts'

export type Skipped =
  | 'privacy'
  | 'not-text'
  | 'too-long'
  | 'busy'
  | 'budget'
  | 'resting'
  | 'late'
  | 'failed'
  | 'unread'
  | 'queue-failed'

/** Of whom a verdict is. Free of text; its task is `unknown` where nobody judged its kind. */
export type JudgedAnswer = VerdictOf & {
  readonly id: string
  readonly at: number
  readonly tier: string
  readonly model: string
}

type WaitUntil = (work: Promise<unknown>) => void

export type QualityBook = {
  readonly terms: Quality
  /** Takes one of the places for samples under way; false where there is none. */
  begin(): boolean
  end(): void
  skipped(why: Skipped): void
  spent(amount: number): void
  judged(answer: JudgedAnswer, verdict: QualityVerdict, waitUntil: WaitUntil): void
  /** How its threshold is moved, as last heard; undefined where nothing was. */
  kindOf(task: string | null): KindNow | undefined
  /** Hears, behind an answer, what others have told the book. */
  lookUp(privacy: Privacy, waitUntil: WaitUntil): void
}

export const unknownTask = 'unknown'

export function openQualityBook(
  terms: Quality,
  now: () => number,
  metrics: Pick<Metrics, 'registry'>,
  alerts: SoftCapAlerts | null,
): QualityBook {
  const { level, onJudged, onThresholdMove } = terms
  const keeper = terms.book?.open(terms, now, metrics) ?? ownKeeper(terms, now)
  const { kinds } = keeper
  let underWay = 0
  const counted = countersOf(terms, metrics.registry, kinds)

  async function tell(callback: () => void | Promise<void> | undefined): Promise<void> {
    try {
      await callback()
    } catch {
      // What the host does with it cannot hurt: it is counted.
      counted.callbacks.add({})
    }
  }

  async function judged(answer: JudgedAnswer, verdict: QualityVerdict, waitUntil: WaitUntil): Promise<void> {
    const { privacy, epoch: _, ...of } = answer
    const { kind: task, counts, alarmed, move } = await keeper.take(answer, countsOf(verdict))
    counted.verdicts.add({ task, tier: of.tier, outcome: verdict.outcome })
    if (verdict.swayed) counted.swayed.add({ task })
    const standing = qualityStanding(counts)
    if (alarmed) {
      counted.drifts.add({ task })
      alerts?.drifted({ task, level, standing, privacy }, waitUntil)
    }
    if (move !== null) counted.moves.add({ task, because: move.because })
    const judge = terms.judge.model
    if (onJudged !== null) waitUntil(tell(() => onJudged({ ...of, ...verdict, task, judge, standing })))
    if (onThresholdMove !== null && move !== null) waitUntil(tell(() => onThresholdMove(move)))
  }

  return {
    terms,
    begin() {
      if (underWay >= terms.concurrent) return false
      underWay++
      return true
    },
    end() {
      underWay--
    },
    skipped: (why) => counted.skipped.add({ why }),
    spent: (amount) => counted.spent.add({}, amount),
    judged: (answer, verdict, waitUntil) => waitUntil(judged(answer, verdict, waitUntil)),
    kindOf: (task) => kinds.get(task ?? unknownTask),
    lookUp: keeper.lookUp,
  }
}

function countersOf(terms: Quality, registry: Metrics['registry'], kinds: ReadonlyMap<string, KindNow>) {
  const gauge = (
    name: string,
    help: string,
    value: (standing: QualityStanding, now: KindNow) => number,
  ): void =>
    registry.gauge(name, help, () =>
      [...kinds].map(([task, now]) => ({ labels: { task }, value: value(qualityStanding(now.counts), now) })),
    )
  gauge(
    'nearside_quality_share',
    'Share of the last judged near answers that were no worse than the frontier’s.',
    (s) => s.share,
  )
  gauge('nearside_quality_share_low', 'Lower end of its 95 % interval (Wilson).', (s) => s.low)
  gauge('nearside_quality_share_high', 'Upper end of its 95 % interval (Wilson).', (s) => s.high)
  gauge('nearside_quality_window_verdicts', 'Verdicts that it rests on.', (s) => s.verdicts)
  gauge(
    'nearside_quality_below_level',
    'Whether it is surely below the level that the operator stated.',
    (_, { below }) => Number(below),
  )
  if (terms.thresholds !== null)
    gauge(
      'nearside_quality_threshold_offset',
      'How much sooner the frontier takes over.',
      (_, { offset }) => offset,
    )
  const { counter } = registry
  return {
    verdicts: counter(
      'nearside_quality_verdicts_total',
      'Near answers that were judged, by task, tier and outcome.',
    ),
    swayed: counter(
      'nearside_quality_swayed_total',
      'Verdicts that are ties because the judge changed its mind with the places.',
    ),
    skipped: counter('nearside_quality_skipped_total', 'Sampled near answers that were not judged, by why.'),
    spent: counter('nearside_quality_spent_nano_usd_total', 'What judging was charged, in nano-dollars.'),
    drifts: counter('nearside_quality_drifts_total', 'Times that a kind of task fell below the level.'),
    moves: counter(
      'nearside_quality_threshold_moves_total',
      'Times that a threshold was moved, by task and why.',
    ),
    callbacks: counter(
      'nearside_quality_callback_failures_total',
      'Times that onJudged or onThresholdMove failed.',
    ),
  }
}
