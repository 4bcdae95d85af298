/**
 * A closed loop: so many clients, each asking as soon as it has been answered, for so long.
 *
 * Only what was answered within the time counts for the rate; what was under way at its end is still waited for,
 * so that no upstream has answered what nobody counted.
 */
import { quantile } from '../statistics.ts'
import { Client, type Exchange } from './client.ts'

export type LoadJob = {
  readonly port: number
  /** The request, byte for byte. */
  readonly request: string
  /** What the body of a whole answer ends with. */
  readonly tail: string
  readonly concurrency: number
  readonly durationMs: number
}

export type LoadResult = {
  /** Whole answers, those after the end of the time included. */
  readonly answered: number
  readonly failed: number
  /** What went wrong first, for whoever has to find out why. */
  readonly firstFailure: string | null
  readonly rps: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly firstByteP50Ms: number
}

const answerTimeoutMs = 10_000

export async function runLoad(job: LoadJob): Promise<LoadResult> {
  const startMs = performance.now()
  const endMs = startMs + job.durationMs
  const exchanges: Exchange[] = []

  const loops = Array.from({ length: job.concurrency }, async () => {
    const client = new Client(job.port, job.request, job.tail)
    while (performance.now() < endMs) {
      const exchange = await client.exchange(answerTimeoutMs)
      exchanges.push(exchange)
      // A target that is not there would otherwise be asked a hundred thousand times a second.
      if (exchange.failure !== null) await new Promise((resolve) => setTimeout(resolve, 5))
    }
    client.close()
  })
  await Promise.all(loops)

  const answered = exchanges.filter((exchange) => exchange.failure === null)
  const inTime = answered.filter((exchange) => exchange.endedMs <= endMs)
  const latencies = answered.map((exchange) => exchange.endedMs - exchange.startedMs)
  return {
    answered: answered.length,
    failed: exchanges.length - answered.length,
    firstFailure: exchanges.find((exchange) => exchange.failure !== null)?.failure ?? null,
    rps: (inTime.length / job.durationMs) * 1000,
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
    firstByteP50Ms: quantile(
      answered.map((exchange) => exchange.firstByteMs - exchange.startedMs),
      0.5,
    ),
  }
}
