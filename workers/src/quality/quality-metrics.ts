/** What `/metrics` shows of the judge's verdicts: what this isolate counted, and how each kind stood when it last heard. */
import { type KindNow, type QualityStanding, qualityStanding } from '@nearside/core'
import type { Counter, Registry } from '../metrics/registry.ts'

export type QualityCounters = Readonly<
  Record<
    'verdicts' | 'swayed' | 'skipped' | 'spent' | 'drifts' | 'moves' | 'callbacks' | 'bookMisses',
    Counter
  >
>

export function openQualityMetrics(
  registry: Registry,
  kinds: ReadonlyMap<string, KindNow>,
  /** Null where thresholds do not move. */
  offsetOf: ((now: KindNow) => number) | null,
): QualityCounters {
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
  if (offsetOf !== null)
    gauge('nearside_quality_threshold_offset', 'How much sooner the frontier takes over.', (_, now) =>
      offsetOf(now),
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
    bookMisses: counter(
      'nearside_quality_book_misses_total',
      'Verdicts that the shared book did not count, and looks at it that failed, by why.',
    ),
  }
}
