/**
 * The verdicts that this isolate has heard, by kind of task: what `/metrics` shows of them, the alarm when a kind falls
 * below the level, and the offsets that decisions of this isolate are made with.
 *
 * All of it is bounded, and lost without harm when the isolate is put away: an offset that is lost is learnt again.
 */
import {
  afterVerdict,
  type Drift,
  driftOf,
  emptyTally,
  type Privacy,
  type QualityStanding,
  type QualityVerdict,
  qualityStanding,
  type Tally,
  thresholdMove,
} from '@nearside/core'
import type { SoftCapAlerts } from '../alerts/soft-cap-alerts.ts'
import type { Metrics } from '../metrics/metrics.ts'
import type { Quality } from '../options/resolve-quality.ts'

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

/** Of whom a verdict is. Free of text. */
export type JudgedAnswer = {
  readonly id: string
  readonly at: number
  /** `unknown` where nobody judged its kind. */
  readonly task: string
  readonly tier: string
  readonly model: string
  readonly privacy: Privacy
}

export type QualityBook = {
  readonly terms: Quality
  /** Takes one of the places for samples under way; false where there is none. */
  begin(): boolean
  end(): void
  skipped(why: Skipped): void
  spent(amount: number): void
  judged(answer: JudgedAnswer, verdict: QualityVerdict, waitUntil: (work: Promise<unknown>) => void): void
  /** How much sooner the frontier takes over for this kind of task. */
  thresholdOffset(task: string | null): number
}

/** A host's own judge may name kinds without end. */
const mostTasks = 100
const other = 'other'
export const unknownTask = 'unknown'

type Kept = { tally: Tally; drift: Drift; offset: number }

export function openQualityBook(
  terms: Quality,
  now: () => number,
  { registry }: Pick<Metrics, 'registry'>,
  alerts: SoftCapAlerts | null,
): QualityBook {
  const tasks = new Map<string, Kept>()
  let underWay = 0
  const counted = countersOf(terms, registry, tasks)

  function keptOf(task: string): readonly [name: string, kept: Kept] {
    const known = tasks.get(task)
    if (known !== undefined) return [task, known]
    if (tasks.size >= mostTasks && task !== other) return keptOf(other)
    const made: Kept = { tally: emptyTally, drift: 'unsure', offset: 0 }
    tasks.set(task, made)
    return [task, made]
  }

  function tell(callback: () => void | Promise<void> | undefined): Promise<unknown> {
    // What the host does with it cannot hurt: it is counted.
    return new Promise<void>((resolve) => resolve(callback())).catch(() => counted.callbacks.add({}))
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
    judged(answer, verdict, waitUntil) {
      const [task, kept] = keptOf(answer.task)
      const { outcome, swayed, near, reference } = verdict
      counted.verdicts.add({ task, tier: answer.tier, outcome })
      if (swayed) counted.swayed.add({ task })
      kept.tally = afterVerdict(kept.tally, verdict, terms.window)
      const standing = qualityStanding(kept.tally)
      const { id, at, tier, model } = answer
      const { onJudged, onThresholdMove, thresholds, level } = terms
      if (onJudged !== null) {
        const judge = terms.judge.model
        waitUntil(
          tell(() =>
            onJudged({ id, at, task, tier, model, judge, outcome, swayed, near, reference, standing }),
          ),
        )
      }

      const before = kept.drift
      kept.drift = driftOf(kept.tally, level)
      if (kept.drift === 'below' && before !== 'below') {
        counted.drifts.add({ task })
        alerts?.drifted({ task, level, standing, privacy: answer.privacy }, waitUntil)
      }
      const move = thresholds === null ? null : thresholdMove(kept.offset, kept.drift, thresholds)
      if (move === null) return
      kept.offset = move.to
      kept.tally = emptyTally
      kept.drift = 'unsure'
      counted.moves.add({ task, because: move.because })
      if (onThresholdMove !== null)
        waitUntil(tell(() => onThresholdMove({ ...move, task, at: now(), standing })))
    },
    thresholdOffset(task) {
      if (terms.thresholds === null) return 0
      const name = task ?? unknownTask
      return tasks.get(name)?.offset ?? 0
    },
  }
}

function countersOf(terms: Quality, registry: Metrics['registry'], tasks: ReadonlyMap<string, Kept>) {
  const shown = (value: (standing: QualityStanding, kept: Kept) => number) => () =>
    [...tasks].map(([task, kept]) => ({ labels: { task }, value: value(qualityStanding(kept.tally), kept) }))
  const gauge = (name: string, help: string, value: Parameters<typeof shown>[0]): void =>
    registry.gauge(name, help, shown(value))
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
    (_, kept) => (kept.drift === 'below' ? 1 : 0),
  )
  if (terms.thresholds !== null)
    gauge(
      'nearside_quality_threshold_offset',
      'How much sooner the frontier takes over.',
      (_, kept) => kept.offset,
    )
  const counter = (name: string, help: string) => registry.counter(name, help)
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
