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

export type Reading = { readonly labels: Labels; readonly value: number }

export type Registry = {
  counter(name: string, help: string): Counter
  histogram(name: string, help: string, buckets: readonly number[]): Histogram
  /** Values as they are when they are asked for. */
  gauge(name: string, help: string, read: () => readonly Reading[]): void
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
      const series = openSeries(() => ({ sum: 0 }))
      register(name, help, 'counter', () =>
        series
          .rows()
          .map(({ labels, sum }) => `${name}${labelText(labels)} ${sum}\n`)
          .join(''),
      )
      return {
        add(labels, amount = 1) {
          series.row(labels).sum += amount
        },
      }
    },

    histogram(name, help, buckets) {
      const series = openSeries(() => ({ counts: buckets.map(() => 0), count: 0, sum: 0 }))
      register(name, help, 'histogram', () =>
        series
          .rows()
          .map((row) => histogramText(name, buckets, row))
          .join(''),
      )
      return {
        observe(labels, value) {
          const row = series.row(labels)
          row.count++
          row.sum += value
          const bucket = buckets.findIndex((most) => value <= most)
          if (bucket !== -1) row.counts[bucket]!++
        },
      }
    },

    gauge(name, help, read) {
      register(name, help, 'gauge', () =>
        read()
          .slice(0, mostSeries)
          .map(({ labels, value }) => `${name}${labelText(labels)} ${value}\n`)
          .join(''),
      )
    },

    text: () => [...metrics.values()].map((write) => write()).join(''),
  }
}

type Series<Row> = {
  row(labels: Labels): Row
  rows(): readonly (Row & { readonly labels: Labels })[]
}

/** Rows by their label values. Counting happens on every request, so the text of a row's labels is made when it is read. */
function openSeries<Row extends object>(open: () => Row): Series<Row> {
  const rows = new Map<string, Row & { readonly labels: Labels }>()
  const row = (labels: Labels): Row => {
    let key = ''
    for (const name in labels) key += `${labels[name]}\u0000`
    const known = rows.get(key)
    if (known !== undefined) return known
    if (rows.size >= mostSeries && !Object.values(labels).every((value) => value === other)) {
      return row(Object.fromEntries(Object.keys(labels).map((name) => [name, other])))
    }
    const made = { ...open(), labels }
    rows.set(key, made)
    return made
  }
  return { row, rows: () => [...rows.values()] }
}

const other = 'other'

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
    return `${name}_bucket${labelText({ ...row.labels, le: String(most) })} ${upTo}\n`
  })
  const labels = labelText(row.labels)
  const all = `${name}_bucket${labelText({ ...row.labels, le: '+Inf' })} ${row.count}\n`
  return `${lines.join('')}${all}${name}_sum${labels} ${row.sum}\n${name}_count${labels} ${row.count}\n`
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`)
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

function escaped(value: string): string {
  return value.replace(/[\\"\n]/g, (character) => (character === '\n' ? '\\n' : `\\${character}`))
}
