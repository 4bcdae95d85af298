/**
 * `npm run bench -- gateway`: what Nearside costs on the way to a frontier, beside what one would use instead.
 *
 * All Workers run in plain workerd under the flags of `wrangler.toml`, against one upstream that answers at once.
 * Speed is a ratio taken round by round; nothing is believed unless the metering agrees with the upstream.
 */
import { gzipSync } from 'node:zlib'
import { bundleWorker } from '../../workerd/bundle.ts'
import type { WorkerSettings } from '../../workerd/settings.ts'
import type { BenchOptions, BenchResult, Row } from '../bench.ts'
import { startLoadGenerator } from '../load/load-generator.ts'
import { residentMib } from '../memory.ts'
import { ratioByRound, round, spread } from '../statistics.ts'
import { type ColdName, type ColdStart, measureColdStarts } from './cold-start.ts'
import { checkMetering, type Metered } from './metering.ts'
import { runRounds, warmUp } from './rounds.ts'
import { loadFigures, loadRows, Samples, table } from './summary.ts'
import { startTargets, type Target } from './targets.ts'
import { startUpstream } from './upstream.ts'

const leastColdStarts = 9

export async function benchGateway(options: BenchOptions): Promise<BenchResult> {
  const { say } = options
  const upstream = await startUpstream()
  const load = await startLoadGenerator()
  const targets = await startTargets(upstream.port)
  try {
    for (const { name, why } of targets.absent) say(`${name} is left out: ${why}`)
    await warmUp(targets.running, load)
    const samples = new Samples(await runRounds(targets.running, load, options))
    const loaded = await memoryRows(targets.running)
    const metered = await checkMetering(targets.running, upstream.port)
    const cold = await measureColdStarts(targets, Math.max(leastColdStarts, options.rounds))
    const bundleKib = await bundleKibGzip(targets.settings)

    const rows = loadRows(
      samples,
      targets.running.map((target) => target.name),
    )
    const coldRatio = ratioByRound(cold['nearside finish'].coldMs, cold['ten-line proxy'].coldMs)
    const figures = { ...loadFigures(samples), cold_ratio: coldRatio.median, bundle_kib_gzip: bundleKib }
    const others: readonly Row[] = [
      ...targets.absent.map(({ name, why }) => ({ target: name, absent: why })),
      ...coldRows(cold),
      ...loaded,
      ...metered.map((meter) => ({ kind: 'metering', ...meter })),
    ]
    say(table(rows))
    say(`\n${others.map((row) => JSON.stringify(row)).join('\n')}\n`)
    for (const [name, value] of Object.entries(figures)) say(`${name.padEnd(22)} ${value ?? 'not measured'}`)
    return {
      rows: [...rows.map((row) => ({ kind: 'load', ...row })), ...others],
      figures,
      failures: failuresOf(samples, metered),
    }
  } finally {
    await targets.stop()
    await Promise.all([load.stop(), upstream.stop()])
  }
}

function failuresOf(samples: Samples, metered: readonly Metered[]): string[] {
  const wrong = metered
    .filter((meter) => !meter.agrees)
    .map((meter) => {
      const { expected, recorded } = meter
      return `${meter.target} metered ${recorded.promptTokens} + ${recorded.outputTokens} tokens, but the upstream gave ${expected.promptTokens} + ${expected.outputTokens} in ${meter.answers} answers`
    })
  const broken = (
    ['direct', 'ten-line proxy', 'thirty-line proxy', ...metered.map((meter) => meter.target)] as const
  )
    .map((target) => [target, samples.failed(target)] as const)
    .filter(([, failed]) => failed > 0)
    .map(([target, failed]) => `${target} failed ${failed} times`)
  return [...wrong, ...broken]
}

function coldRows(cold: Readonly<Record<ColdName, ColdStart>>): Row[] {
  return Object.entries(cold).map(([target, { coldMs, idleMib }]) => ({
    kind: 'cold-start',
    target,
    coldMs: spread(coldMs),
    idleMib: idleMib.length === 0 ? null : spread(idleMib),
  }))
}

async function memoryRows(targets: readonly Target[]): Promise<Row[]> {
  const own = targets.filter((target) => target.pid !== null)
  return Promise.all(
    own.map(async (target) => ({
      kind: 'memory',
      target: target.name,
      afterLoadMib: target.pid === null ? null : await residentMib(target.pid),
    })),
  )
}

/** The deployable Worker's JavaScript, minified; models and WebAssembly are files of their own. */
async function bundleKibGzip(settings: WorkerSettings): Promise<number> {
  const { modules } = await bundleWorker(settings.main, { minify: true })
  const scripts = Object.values(modules).filter((module) => module.type === 'esm')
  const bytes = scripts.reduce((sum, module) => sum + gzipSync(module.contents).length, 0)
  return round(bytes / 1024)
}
