/**
 * `npm run bench -- ledger`: what a budget kept in Redis costs a request, beside a PING by the same path.
 *
 * The path is the deployed one: Upstash's client, the bridge and a Redis, each in its own process on this machine.
 * A network makes PING and verb slower by the same, so a ratio taken here is the worst that one will see.
 */
import type { BenchOptions, BenchResult, Row } from '../bench.ts'
import { median, quantile, ratioByRound, round, spread } from '../statistics.ts'
import { type Latencies, type Operation, oneByOne, operations, together } from './measure.ts'
import { type Servers, startServers } from './servers.ts'
import { capSets, newHold, openRedisLedger, type RedisLedger } from './targets/redis-ledger.ts'

const clients = 16
const counted = 4_000

export async function benchLedger({ rounds, seconds, say }: BenchOptions): Promise<BenchResult> {
  const servers = await startServers()
  try {
    const ledger = openRedisLedger(servers.url, servers.token)
    await oneByOne(ledger, 1)
    const tripsEach = await tripsPerReserve(ledger)

    const found: Latencies[] = []
    const before = await scriptTime(servers)
    for (let each = 0; each < rounds; each += 1) found.push(await oneByOne(ledger, seconds))
    const after = await scriptTime(servers)
    const scriptUs = round((after.us - before.us) / (after.calls - before.calls))

    const rows: Row[] = operations.map((operation) => latencyRow(operation, found))
    for (const set of ['one', 'five'] as const) {
      rows.push({
        kind: 'throughput',
        caps: set,
        clients,
        rps: round(await together(ledger, set, clients, seconds)),
      })
    }
    const memory = await memoryRows(servers, ledger)
    rows.push({ kind: 'script', meanUs: scriptUs }, ...memory)
    for (const row of rows) say(JSON.stringify(row))

    const figures = {
      round_trips_per_reserve: tripsEach,
      reserve_p50_over_ping: overPing('reserve five', found),
      settle_p50_over_ping: overPing('settle five', found),
      bytes_per_request: memory.find(({ caps }) => caps === 'five')?.settledBytes ?? null,
    }
    for (const [name, value] of Object.entries(figures)) say(`${name.padEnd(24)} ${value ?? 'not measured'}`)
    const failures = tripsEach === 1 ? [] : [`a reserve took ${tripsEach} round trips`]
    return { rows, figures, failures }
  } finally {
    await servers.stop()
  }
}

async function tripsPerReserve(ledger: RedisLedger): Promise<number> {
  const before = ledger.trips
  for (let call = 0; call < 100; call += 1) await ledger.store.reserve(newHold(capSets.five, 'trips'))
  return (ledger.trips - before) / 100
}

function latencyRow(operation: Operation, found: readonly Latencies[]): Row {
  const p50 = found.map((latencies) => median(latencies[operation]))
  const p99 = found.map((latencies) => quantile(latencies[operation], 0.99))
  const count = found.reduce((sum, latencies) => sum + latencies[operation].length, 0)
  return { kind: 'latency', operation, count, p50Ms: spread(p50), p99Ms: spread(p99) }
}

function overPing(operation: Operation, found: readonly Latencies[]): number {
  const p50 = (of: Operation): number[] => found.map((latencies) => median(latencies[of]))
  return ratioByRound(p50(operation), p50('ping')).median
}

/** What Redis itself says of the scripts, by digest and by text. */
async function scriptTime({ ask }: Servers): Promise<{ readonly us: number; readonly calls: number }> {
  const stats = await ask('INFO', 'commandstats')
  const [, calls, us] = /cmdstat_evalsha:calls=(\d+),usec=(\d+)/.exec(stats) ?? []
  return { calls: Number(calls), us: Number(us) }
}

type MemoryRow = {
  readonly kind: 'memory'
  readonly caps: string
  readonly openBytes: number
  readonly settledBytes: number
}

async function memoryRows({ ask }: Servers, { store }: RedisLedger): Promise<readonly MemoryRow[]> {
  const used = async (): Promise<number> =>
    Number(/used_memory_dataset:(\d+)/.exec(await ask('INFO', 'memory'))?.[1])
  const rows: MemoryRow[] = []
  for (const set of ['one', 'five'] as const) {
    const holds = Array.from({ length: counted }, () => newHold(capSets[set], `memory-${set}`))
    const before = await used()
    for (const hold of holds) await store.reserve(hold)
    const open = await used()
    for (const hold of holds) await store.settle(hold, 500_000)
    const settled = await used()
    const each = (bytes: number): number => Math.round((bytes - before) / counted)
    rows.push({ kind: 'memory', caps: set, openBytes: each(open), settledBytes: each(settled) })
  }
  return rows
}
