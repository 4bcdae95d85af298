/**
 * `npm run bench -- edge`: what it costs that skills are asked.
 *
 * Three Workers in plain workerd answer one question with one text, in turn within each round: with every skill; the same
 * with the answer known beforehand; ten lines of Hono. Nothing stands behind them.
 */
import { bundleWorker } from '../../workerd/bundle.ts'
import { readSettings } from '../../workerd/settings.ts'
import { writeWorkerd } from '../../workerd/workerd.ts'
import type { BenchOptions, BenchResult } from '../bench.ts'
import { moduleFile } from '../child-module.ts'
import { startLoadGenerator } from '../load/load-generator.ts'
import type { LoadResult } from '../load/run-load.ts'
import { median, ratioByRound, round, spread } from '../statistics.ts'

const names = ['skills', 'known', 'ten-lines'] as const
const concurrencies = [1, 16] as const
const warmUpMs = 4_000

type Name = (typeof names)[number]
type Sample = LoadResult & { readonly target: Name; readonly concurrency: number }

/** No sum and no share: two skills have looked at it before the one that answers, and five have not. */
const question = '5 kilometers in miles'

export async function benchEdge({ rounds, seconds, say }: BenchOptions): Promise<BenchResult> {
  const settings = await readSettings()
  const load = await startLoadGenerator()
  const running = await Promise.all(
    names.map(async (target) => {
      const bundle = await bundleWorker(moduleFile(`./targets/${target}`, import.meta.url))
      const folder = await writeWorkerd({ ...settings, bundle, vars: {} })
      return { target, ...(await folder.serve()) }
    }),
  )
  const measure = (port: number, concurrency: number, durationMs: number): Promise<LoadResult> =>
    load.run({ port, request: request(port), tail: '}', concurrency, durationMs })
  try {
    const samples: Sample[] = []
    for (const { target, port } of running) {
      const { firstFailure } = await measure(port, 16, warmUpMs)
      if (firstFailure !== null) throw new Error(`${target} does not answer: ${firstFailure}`)
    }
    for (let i = 0; i < rounds; i++) {
      for (const concurrency of concurrencies) {
        for (const { target, port } of i % 2 === 0 ? running : running.toReversed())
          samples.push({ ...(await measure(port, concurrency, seconds * 1000)), target, concurrency })
      }
      say(`round ${i + 1} of ${rounds}`)
    }
    return summary(samples, say)
  } finally {
    await Promise.all([load.stop(), ...running.map((each) => each.stop())])
  }
}

function summary(samples: readonly Sample[], say: BenchOptions['say']): BenchResult {
  const taken = (target: Name, concurrency: number, of: 'rps' | 'p50Ms'): readonly number[] =>
    samples
      .filter((each) => each.target === target && each.concurrency === concurrency)
      .map((each) => each[of])
  const rows = names.flatMap((target) =>
    concurrencies.map((concurrency) => ({
      target,
      concurrency,
      rps: spread(taken(target, concurrency, 'rps')),
      p50Ms: spread(taken(target, concurrency, 'p50Ms')),
    })),
  )
  const [with1, without1] = [taken('skills', 1, 'p50Ms'), taken('known', 1, 'p50Ms')]
  const rps = taken('skills', 16, 'rps')
  const figures = {
    added_p50_ms: round(median(with1.map((value, i) => value - (without1[i] ?? Number.NaN)))),
    rps_ratio: ratioByRound(rps, taken('known', 16, 'rps')).median,
    rps_over_bare: ratioByRound(rps, taken('ten-lines', 16, 'rps')).median,
  }
  for (const row of rows)
    say(
      `${row.target.padEnd(10)} c=${String(row.concurrency).padEnd(3)} ${row.rps.median} req/s, p50 ${row.p50Ms.median} ms`,
    )
  for (const [name, value] of Object.entries(figures)) say(`${name.padEnd(16)} ${value}`)
  const failed = samples.reduce((sum, each) => sum + each.failed, 0)
  return { rows, figures, failures: failed === 0 ? [] : [`${failed} requests failed`] }
}

function request(port: number): string {
  const body = JSON.stringify({ model: 'auto', messages: [{ role: 'user', content: question }] })
  const head = [
    'POST /v1/chat/completions HTTP/1.1',
    `host: 127.0.0.1:${port}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
  ]
  return `${head.join('\r\n')}\r\n\r\n${body}`
}
