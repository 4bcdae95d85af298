/** `npm run eval -- fleet`: how long requests wait behind a fleet, beside chance and beside an oracle. */
import { parseArgs } from 'node:util'
import { knockingRandom, nearside, type OpenChooser, oracle, random, viewsAlone } from './choosers.ts'
import { type Run, simulate } from './simulate.ts'

const choosers: Readonly<Record<string, OpenChooser>> = {
  random,
  'random, knocking': knockingRandom,
  'views alone': viewsAlone,
  nearside,
  oracle,
}
const loads = [0.5, 0.8]
const fleet = { nodes: 20, isolates: 10 }

type Row = {
  readonly load: number
  readonly chooser: string
  readonly requests: number
  readonly lost: number
  readonly wait_p50_ms: number
  readonly wait_p99_ms: number
  readonly unbroken_wait_p99_ms: number
  readonly first_token_p50_ms: number
  readonly first_token_p99_ms: number
  readonly whole_p50_ms: number
  readonly whole_p99_ms: number
  readonly attempts_per_request: number
  readonly looks_per_second: number
}

export function runFleet(words: readonly string[]): boolean {
  const { values } = parseArgs({
    args: [...words],
    options: { json: { type: 'boolean', default: false }, seeds: { type: 'string', default: '20' } },
  })
  const seeds = Number(values.seeds)
  if (!Number.isSafeInteger(seeds) || seeds < 1) return false
  const rows = loads.flatMap((load) =>
    Object.entries(choosers).map(([name, chooser]) => rowOf(load, name, runs(load, seeds, chooser))),
  )
  const figures = figuresOf(rows)
  process.stdout.write(
    values.json
      ? `${JSON.stringify({ eval: 'fleet', ...fleet, seeds, rows, figures })}\n`
      : `${tableOf(rows)}\n\n${Object.entries(figures)
          .map(([name, value]) => `${name.padEnd(40)} ${value}`)
          .join('\n')}\n`,
  )
  return true
}

function runs(load: number, seeds: number, chooser: OpenChooser): readonly Run[] {
  return Array.from({ length: seeds }, (_, seed) => simulate({ ...fleet, load, seed: seed + 1 }, chooser))
}

function rowOf(load: number, chooser: string, all: readonly Run[]): Row {
  const sorted = (of: (run: Run) => readonly number[]): readonly number[] =>
    all.flatMap(of).toSorted((a, b) => a - b)
  const waits = sorted(({ waitsMs }) => waitsMs)
  const unbroken = sorted(({ unbrokenWaitsMs }) => unbrokenWaitsMs)
  const firstTokens = sorted(({ firstTokensMs }) => firstTokensMs)
  const wholes = sorted(({ wholeMs }) => wholeMs)
  const sum = (of: (run: Run) => number): number => all.reduce((total, run) => total + of(run), 0)
  return {
    load,
    chooser,
    requests: sum(({ requests }) => requests),
    lost: sum(({ lost }) => lost),
    wait_p50_ms: Math.round(quantile(waits, 0.5)),
    wait_p99_ms: Math.round(quantile(waits, 0.99)),
    unbroken_wait_p99_ms: Math.round(quantile(unbroken, 0.99)),
    first_token_p50_ms: Math.round(quantile(firstTokens, 0.5)),
    first_token_p99_ms: Math.round(quantile(firstTokens, 0.99)),
    whole_p50_ms: Math.round(quantile(wholes, 0.5)),
    whole_p99_ms: Math.round(quantile(wholes, 0.99)),
    attempts_per_request: rounded(sum(({ attempts }) => attempts) / all.length, 3),
    looks_per_second: rounded(sum(({ looks }) => looks) / all.length, 3),
  }
}

function figuresOf(rows: readonly Row[]): Readonly<Record<string, number>> {
  const figures: Record<string, number> = {}
  for (const load of loads) {
    const of = (chooser: string): Row => rows.find((row) => row.load === load && row.chooser === chooser)!
    const at = `_at_${load * 100}`
    figures[`p99_wait_over_random${at}`] = rounded(of('nearside').wait_p99_ms / of('random').wait_p99_ms, 3)
    figures[`p99_wait_over_oracle${at}`] = rounded(of('nearside').wait_p99_ms / of('oracle').wait_p99_ms, 3)
    figures[`p99_first_token_over_oracle${at}`] = rounded(
      of('nearside').first_token_p99_ms / of('oracle').first_token_p99_ms,
      3,
    )
    figures[`p99_whole_over_oracle${at}`] = rounded(
      of('nearside').whole_p99_ms / of('oracle').whole_p99_ms,
      3,
    )
    figures[`lost${at}`] = of('nearside').lost
  }
  return figures
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits))
}

function tableOf(rows: readonly Row[]): string {
  const names = Object.keys(rows[0] ?? {}) as (keyof Row)[]
  const lines = [names, ...rows.map((row) => names.map((name) => String(row[name])))]
  const widths = names.map((_, i) => Math.max(...lines.map((line) => String(line[i]).length)))
  return lines.map((line) => line.map((cell, i) => cell.padStart(widths[i]!)).join('  ')).join('\n')
}
