/** Times the verbs and the PING in turn, so that whatever else the machine does falls on all of them. */
import { capSets, newHold, type RedisLedger } from './targets/redis-ledger.ts'

export const operations = ['ping', 'reserve one', 'settle one', 'reserve five', 'settle five'] as const
export type Operation = (typeof operations)[number]

export type Latencies = Readonly<Record<Operation, readonly number[]>>

/** One round with one client: milliseconds of each operation, one after the other. */
export async function oneByOne(ledger: RedisLedger, seconds: number): Promise<Latencies> {
  const found: Record<Operation, number[]> = {
    ping: [],
    'reserve one': [],
    'settle one': [],
    'reserve five': [],
    'settle five': [],
  }
  const timed = async (operation: Operation, work: () => Promise<unknown>): Promise<void> => {
    const begunAt = performance.now()
    await work()
    found[operation].push(performance.now() - begunAt)
  }
  const endsAt = performance.now() + seconds * 1_000
  while (performance.now() < endsAt) {
    await timed('ping', () => ledger.ping())
    for (const set of ['one', 'five'] as const) {
      const hold = newHold(capSets[set])
      await timed(`reserve ${set}`, () => ledger.store.reserve(hold))
      await timed(`settle ${set}`, () => ledger.store.settle(hold, 500_000))
    }
  }
  return found
}

/** Requests a second, each reserved and settled, with so many clients at once. */
export async function together(
  ledger: RedisLedger,
  set: keyof typeof capSets,
  clients: number,
  seconds: number,
): Promise<number> {
  let done = 0
  const endsAt = performance.now() + seconds * 1_000
  const client = async (): Promise<void> => {
    while (performance.now() < endsAt) {
      const hold = newHold(capSets[set])
      await ledger.store.reserve(hold)
      await ledger.store.settle(hold, 500_000)
      done += 1
    }
  }
  await Promise.all(Array.from({ length: clients }, client))
  return done / seconds
}
