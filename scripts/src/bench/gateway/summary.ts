/** From samples to what is read: a row for each target, mode and concurrency, and the figures of DESIGN.md §9. */
import { median, ratioByRound, round, type Spread, spread } from '../statistics.ts'
import type { Mode } from './requests.ts'
import { concurrencies, type Sample } from './rounds.ts'
import type { TargetName } from './targets.ts'

const baseline: TargetName = 'ten-line proxy'
type Measure = 'rps' | 'p50Ms' | 'p99Ms' | 'firstByteP50Ms'

export type LoadRow = {
  readonly target: TargetName
  readonly mode: Mode
  readonly concurrency: number
  readonly rps: Spread
  readonly p50Ms: Spread
  readonly p99Ms: Spread
  readonly firstByteP50Ms: Spread
  /** Medians of each round's ratio to the ten-line proxy. */
  readonly overTenLines: { readonly rps: Spread; readonly p50Ms: Spread }
  readonly answered: number
  readonly failed: number
}

export class Samples {
  readonly #samples: readonly Sample[]

  constructor(samples: readonly Sample[]) {
    this.#samples = samples
  }

  of(target: TargetName, mode: Mode, concurrency: number): readonly Sample[] {
    return this.#samples.filter(
      (sample) => sample.target === target && sample.mode === mode && sample.concurrency === concurrency,
    )
  }

  /** One value a round. */
  values(target: TargetName, mode: Mode, concurrency: number, measure: Measure): number[] {
    return this.of(target, mode, concurrency).map((sample) => sample[measure])
  }

  ratio(
    over: TargetName,
    under: TargetName,
    mode: Mode,
    concurrency: number,
    measure: Measure,
  ): Spread | null {
    const above = this.values(over, mode, concurrency, measure)
    const below = this.values(under, mode, concurrency, measure)
    return above.length === 0 || below.length === 0 ? null : ratioByRound(above, below)
  }

  failed(target: TargetName): number {
    const own = this.#samples.filter((sample) => sample.target === target)
    return own.reduce((sum, sample) => sum + sample.failed, 0)
  }
}

export function loadRows(samples: Samples, targets: readonly TargetName[]): LoadRow[] {
  const rows: LoadRow[] = []
  for (const mode of ['whole', 'stream', 'spaced'] as const) {
    for (const concurrency of concurrencies) {
      for (const target of targets) {
        const own = samples.of(target, mode, concurrency)
        if (own.length === 0) continue
        const take = (measure: Measure): Spread => spread(own.map((sample) => sample[measure]))
        const over = (measure: Measure): Spread =>
          samples.ratio(target, baseline, mode, concurrency, measure) ?? spread([])
        rows.push({
          target,
          mode,
          concurrency,
          rps: take('rps'),
          p50Ms: take('p50Ms'),
          p99Ms: take('p99Ms'),
          firstByteP50Ms: take('firstByteP50Ms'),
          overTenLines: { rps: over('rps'), p50Ms: over('p50Ms') },
          answered: own.reduce((sum, sample) => sum + sample.answered, 0),
          failed: own.reduce((sum, sample) => sum + sample.failed, 0),
        })
      }
    }
  }
  return rows
}

export type Figures = Readonly<Record<string, number | null>>

export function loadFigures(samples: Samples): Figures {
  const ratio = (over: TargetName, under: TargetName, mode: Mode, concurrency: number, measure: Measure) =>
    samples.ratio(over, under, mode, concurrency, measure)?.median ?? null
  const near: TargetName = 'nearside finish'
  return {
    rps_c1: ratio(near, baseline, 'whole', 1, 'rps'),
    rps_c16: ratio(near, baseline, 'whole', 16, 'rps'),
    rps_c64: ratio(near, baseline, 'whole', 64, 'rps'),
    p50_c1: ratio(near, baseline, 'whole', 1, 'p50Ms'),
    p50_c16: ratio(near, baseline, 'whole', 16, 'p50Ms'),
    stream_rps_c1: ratio(near, baseline, 'stream', 1, 'rps'),
    stream_rps_c16: ratio(near, baseline, 'stream', 16, 'rps'),
    stream_rps_c64: ratio(near, baseline, 'stream', 64, 'rps'),
    stream_p50_c1: ratio(near, baseline, 'stream', 1, 'p50Ms'),
    stream_p50_c16: ratio(near, baseline, 'stream', 16, 'p50Ms'),
    stream_abort_rps_c1: ratio('nearside abort', 'thirty-line proxy', 'stream', 1, 'rps'),
    stream_abort_rps_c16: ratio('nearside abort', 'thirty-line proxy', 'stream', 16, 'rps'),
    portkey_stream_c1: ratio(near, 'portkey', 'stream', 1, 'rps'),
    portkey_stream_c16: ratio(near, 'portkey', 'stream', 16, 'rps'),
    ttfb_added_ms: firstByteAddedMs(samples),
  }
}

/** Over the ten-line proxy, round by round, and of the two ways of hanging up the slower one. */
function firstByteAddedMs(samples: Samples): number {
  const base = samples.values(baseline, 'spaced', 1, 'firstByteP50Ms')
  const added = (['nearside finish', 'nearside abort'] as const).map((target) => {
    const own = samples.values(target, 'spaced', 1, 'firstByteP50Ms')
    return median(own.map((value, index) => value - (base[index] ?? Number.NaN)))
  })
  return round(Math.max(...added))
}

const titles: Readonly<Record<Mode, string>> = {
  whole: 'whole answers',
  stream: 'streams of 23 events',
  spaced: 'streams with 5 ms between events (first byte)',
}

/** The rows as a table for people, a block for each mode and concurrency. */
export function table(rows: readonly LoadRow[]): string {
  const lines: string[] = []
  let block = ''
  for (const row of rows) {
    const title = `${titles[row.mode]}, ${row.concurrency} at once`
    if (title !== block) {
      block = title
      lines.push(
        '',
        line([title, 'req/s', 'min-max', '÷ ten', 'p50 ms', '÷ ten', 'p99 ms', '1st byte', 'failed']),
      )
    }
    lines.push(
      line([
        row.target,
        row.rps.median.toFixed(0),
        `${row.rps.min.toFixed(0)}-${row.rps.max.toFixed(0)}`,
        row.overTenLines.rps.median.toFixed(2),
        row.p50Ms.median.toFixed(2),
        row.overTenLines.p50Ms.median.toFixed(2),
        row.p99Ms.median.toFixed(2),
        row.firstByteP50Ms.median.toFixed(2),
        String(row.failed),
      ]),
    )
  }
  return lines.join('\n')
}

function line([first = '', ...cells]: readonly string[]): string {
  return first.padEnd(58) + cells.map((cell) => cell.padStart(13)).join('')
}
