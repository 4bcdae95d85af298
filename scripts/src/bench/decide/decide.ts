/**
 * `npm run bench -- decide`: what judging and deciding cost a request, and what the classifier costs a start.
 *
 * Calls are timed one by one in Node, from the bundle that workerd runs; batches in workerd hold the mean to it. Both engines run the same
 * file. The detectors are no part of a request yet and have rows of their own.
 */
import type { BenchOptions, BenchResult, Row } from '../bench.ts'
import { median, quantile, round, spread } from '../statistics.ts'
import { timeBatch, timeCalls } from './calls.ts'
import { coldEntries, measureColdStarts } from './cold-start.ts'
import { type Length, lengths, promptsOf } from './prompts.ts'
import { readWeights, type Weights, workerOf, worksHere } from './served.ts'
import { measureSizes } from './sizes.ts'

type Engine = 'fused' | 'second-engine'
type Cell = { readonly engine: Engine; readonly work: string; readonly length: Length }
type Taken = { readonly p50Ms: number[]; readonly p99Ms: number[]; readonly meanMs: number[] }

const works: readonly (readonly [Engine, string])[] = [
  ['fused', 'decide'],
  ['second-engine', 'decide'],
  ['fused', 'detect'],
  ['fused', 'detect-names'],
  ['fused', 'unsafe'],
]
const cells: readonly Cell[] = works.flatMap(([engine, work]) =>
  lengths.map((length) => ({ engine, work, length })),
)

const leastColdStarts = 20
/** Of a second that a bench is given for one target; a cell has a quarter of it. */
const shareOfSecond = 250
/** Beyond this, what Node says holds for Node alone. */
const mostApart = 3

export async function benchDecide({ rounds, seconds, say }: BenchOptions): Promise<BenchResult> {
  const weights = await readWeights()
  const taken = await callByCall(weights, rounds, seconds, say)
  const inWorkerd = await batches(weights)
  const cold = await measureColdStarts(weights, promptsOf(500)[0] ?? '', Math.max(leastColdStarts, rounds))
  const sizes = await measureSizes(weights)

  const rows: Row[] = cells.map((cell, i) => {
    const { p50Ms, p99Ms, meanMs } = taken[i]!
    const workerdMs = spread(inWorkerd[i]!)
    return {
      kind: 'calls',
      ...cell,
      p50Ms: spread(p50Ms),
      p99Ms: spread(p99Ms),
      meanMs: spread(meanMs),
      workerdMeanMs: workerdMs,
      workerdOverNode: round(workerdMs.median / median(meanMs)),
    }
  })
  for (const entry of coldEntries) {
    const { coldMs, mib } = cold[entry]
    const without = cold['cold-without']
    rows.push({
      kind: 'cold-start',
      target: entry,
      starts: coldMs.length,
      coldMs: spread(coldMs),
      addedMs: round(median(coldMs) - median(without.coldMs)),
      mib: mib.length === 0 ? null : spread(mib),
      addedMib: mib.length === 0 ? null : round(median(mib) - median(without.mib)),
    })
  }
  say(`\n${table(taken, inWorkerd)}\n`)
  for (const row of rows) if (row.kind === 'cold-start') say(JSON.stringify(row))

  const of = (length: Length): Taken =>
    taken[
      cells.findIndex((cell) => cell.engine === 'fused' && cell.work === 'decide' && cell.length === length)
    ]!
  const figures = {
    p50_ms_500: round(median(of(500).p50Ms)),
    p99_ms_500: round(median(of(500).p99Ms)),
    p99_ms_50000: round(median(of(50_000).p99Ms)),
    startup_ms: round(median(cold['cold-with'].coldMs) - median(cold['cold-without'].coldMs)),
    model_mb: sizes.modelMb,
    bundle_mb_gzip: sizes.bundleMbGzip,
  }
  for (const [name, value] of Object.entries(figures)) say(`${name.padEnd(16)} ${value}`)
  return { rows, figures, failures: apart(taken, inWorkerd) }
}

async function callByCall(
  weights: Weights,
  rounds: number,
  seconds: number,
  say: (line: string) => void,
): Promise<readonly Taken[]> {
  const here = await worksHere(weights)
  const texts = new Map(lengths.map((length) => [length, promptsOf(length)]))
  const taken: readonly Taken[] = cells.map(() => ({ p50Ms: [], p99Ms: [], meanMs: [] }))
  // Round 0 lets the compiler do its work.
  for (let each = 0; each <= rounds; each++) {
    const order = each % 2 === 0 ? cells.map((_, i) => i) : cells.map((_, i) => cells.length - 1 - i)
    for (const i of order) {
      const { engine, work, length } = cells[i]!
      const calls = await timeCalls(here[engine][work]!, texts.get(length) ?? [], seconds * shareOfSecond)
      if (each === 0) continue
      taken[i]!.p50Ms.push(quantile(calls, 0.5))
      taken[i]!.p99Ms.push(quantile(calls, 0.99))
      taken[i]!.meanMs.push(calls.reduce((sum, ms) => sum + ms, 0) / calls.length)
    }
    say(each === 0 ? 'warm' : `round ${each} of ${rounds}`)
  }
  return taken
}

async function batches(weights: Weights): Promise<readonly (readonly number[])[]> {
  const running = {
    fused: await (await workerOf('fused', weights)).serve(),
    'second-engine': await (await workerOf('second-engine', weights)).serve(),
  }
  try {
    const batch = ({ engine, work, length }: Cell): Promise<number> =>
      timeBatch(running[engine], work, promptsOf(length), callsOf(work, length))
    // The first round is for the compiler.
    for (const cell of cells) await batch(cell)
    const means: number[][] = []
    for (const cell of cells) means.push([await batch(cell), await batch(cell), await batch(cell)])
    return means
  } finally {
    await Promise.all([running.fused.stop(), running['second-engine'].stop()])
  }
}

/** A thousand; a hundred where a detector reads a long text, which takes seconds as it is. */
function callsOf(work: string, length: Length): number {
  return work !== 'decide' && length === 50_000 ? 100 : 1_000
}

/**
 * The quickest of each, which whatever else the machine does disturbs least; and only where a millisecond of workerd's clock
 * is small beside a batch.
 */
function apart(taken: readonly Taken[], inWorkerd: readonly (readonly number[])[]): string[] {
  return cells.flatMap(({ engine, work, length }, i) => {
    const [node, workerd] = [Math.min(...taken[i]!.meanMs), Math.min(...inWorkerd[i]!)]
    if (Math.max(node / workerd, workerd / node) <= mostApart || workerd < 0.005) return []
    return [
      `${engine} ${work} of ${length} characters: ${round(node)} ms in Node, ${round(workerd)} in workerd`,
    ]
  })
}

function table(taken: readonly Taken[], inWorkerd: readonly (readonly number[])[]): string {
  const line = (first: string, others: readonly string[]): string =>
    first.padEnd(38) + others.map((text) => text.padStart(12)).join('')
  const ms = (value: number): string => value.toFixed(3)
  return [
    line('ms a call', ['p50', 'p99', 'mean', 'in workerd']),
    ...cells.map(({ engine, work, length }, i) => {
      const { p50Ms, p99Ms, meanMs } = taken[i]!
      const values = [median(p50Ms), median(p99Ms), median(meanMs), median(inWorkerd[i]!)].map(ms)
      return line(`${work}, ${engine}, ${length} characters`, values)
    }),
  ].join('\n')
}
