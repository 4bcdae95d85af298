/**
 * Counters and histograms in Prometheus' text format: small, synchronous, bounded.
 *
 * A series is made by its first use; a metric that reaches its bound of series counts the rest under one label,
 * `other`, so that no label of a caller's can fill the memory. Labels are names from closed lists or of the
 * operator's own; no text of a caller's belongs here.
 */
export type Labels = Readonly<Record<string, string>>

export type Counter = { add(labels: Labels, amount?: number): void }
export type Histogram = { observe(labels: Labels, value: number): void }

export type Registry = {
  counter(name: string, help: string): Counter
  histogram(name: string, help: string, buckets: readonly number[]): Histogram
  /** A value that is read when it is asked for. */
  gauge(name: string, help: string, read: () => number): void
  /** Everything, in the text format. */
  text(): string
}

const mostSeries = 500

export function openRegistry(): Registry {
  const metrics = new Map<string, () => string>()
  const register = (name: string, help: string, type: string, lines: () => string): void => {
    if (metrics.has(name)) throw new Error(`The metric ${name} is registered twice`)
    metrics.set(name, () => `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines()}`)
  }

  return {
    counter(name, help) {
      const series = new Map<string, number>()
      register(name, help, 'counter', () =>
        [...series].map(([key, sum]) => `${name}${key} ${sum}\n`).join(''),
      )
      return {
        add(labels, amount = 1) {
          const key = bounded(series, keyOf(labels), labels)
          series.set(key, (series.get(key) ?? 0) + amount)
        },
      }
    },

    histogram(name, help, buckets) {
      const series = new Map<string, { counts: number[]; count: number; sum: number; labels: Labels }>()
      register(name, help, 'histogram', () =>
        [...series.values()].map((row) => histogramText(name, buckets, row)).join(''),
      )
      return {
        observe(labels, value) {
          const key = bounded(series, keyOf(labels), labels)
          let row = series.get(key)
          if (row === undefined) {
            row = {
              counts: buckets.map(() => 0),
              count: 0,
              sum: 0,
              labels: key === keyOf(labels) ? labels : other(labels),
            }
            series.set(key, row)
          }
          row.count++
          row.sum += value
          const bucket = buckets.findIndex((most) => value <= most)
          if (bucket !== -1) row.counts[bucket]!++
        },
      }
    },

    gauge(name, help, read) {
      register(name, help, 'gauge', () => `${name} ${read()}\n`)
    },

    text: () => [...metrics.values()].map((write) => write()).join(''),
  }
}

function histogramText(
  name: string,
  buckets: readonly number[],
  row: {
    readonly counts: readonly number[]
    readonly count: number
    readonly sum: number
    readonly labels: Labels
  },
): string {
  let upTo = 0
  const lines = buckets.map((most, i) => {
    upTo += row.counts[i] ?? 0
    return `${name}_bucket${keyOf({ ...row.labels, le: String(most) })} ${upTo}\n`
  })
  const key = keyOf(row.labels)
  return `${lines.join('')}${name}_bucket${keyOf({ ...row.labels, le: '+Inf' })} ${row.count}\n${name}_sum${key} ${row.sum}\n${name}_count${key} ${row.count}\n`
}

function bounded(series: ReadonlyMap<string, unknown>, key: string, labels: Labels): string {
  return series.has(key) || series.size < mostSeries ? key : keyOf(other(labels))
}

function other(labels: Labels): Labels {
  return Object.fromEntries(Object.keys(labels).map((name) => [name, 'other']))
}

function keyOf(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`)
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

function escaped(value: string): string {
  return value.replace(/[\\"\n]/g, (character) => (character === '\n' ? '\\n' : `\\${character}`))
}
