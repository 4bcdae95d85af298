/**
 * Redis is taken away from a gateway that is busy: killed and started again with nothing in it, or stopped in the middle
 * of a command and woken up. Every request is answered as its operator chose, and the gateway recovers by itself.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { redisBudgetStore } from '../../workers/src/budget/redis-store.ts'
import { cap, usd } from '../budget/builders.ts'
import { type Frontier, startFrontier } from '../doubles/frontier.ts'
import { type BridgedRedis, startBridgedRedis, token } from './opened-redis-store.ts'
import { ask, type Opened, places, type Told, variablesOf } from './standalone.ts'
import { type RedisServer, startRedis } from './start-redis.ts'

let frontier: Frontier
beforeAll(async () => {
  frontier = await startFrontier()
  frontier.always({ answer: { usage: { promptTokens: 0, outputTokens: 1_000 } } })
})
afterAll(() => frontier.close())

/** An outage lasts so long at least, and until every client was answered twice in it: nobody waits for Redis itself. */
const outageMs = 3_500
const answersInOutage = 2
/** The store's deadline is a second; the rest is room for a machine that is busy. */
const longestMs = 20_000
const patienceMs = 60_000
const clients = 6
const tenCents = usd / 10

type Disaster = (bridged: BridgedRedis) => Promise<AsyncDisposable>

/** Each strikes when it is called, and is over when what it gives is disposed of: Redis is back by then. */
const disasters: Readonly<Record<string, Disaster>> = {
  'killed and started again with nothing in it': async ({ redis }) => {
    redis.process.kill('SIGKILL')
    await redis.close()
    return { [Symbol.asyncDispose]: async () => void again.push(await startRedis({ port: redis.port })) }
  },
  'hung and woken up': async ({ redis }) => {
    redis.process.kill('SIGSTOP')
    return { [Symbol.asyncDispose]: async () => void redis.process.kill('SIGCONT') }
  },
}

const again: RedisServer[] = []

type Timed = Told & { readonly client: number; readonly begunAt: number; readonly endedAt: number }

/** Clients that ask one question after another until they are told to stop. */
function startLoad(gateway: Opened): { readonly answers: readonly Timed[]; stop(): Promise<void> } {
  const answers: Timed[] = []
  let asking = true
  const working = Array.from({ length: clients }, async (_, client) => {
    while (asking) {
      const begunAt = Date.now()
      answers.push({ ...(await ask(gateway)), client, begunAt, endedAt: Date.now() })
      await pause(20)
    }
  })
  return {
    answers,
    async stop() {
      asking = false
      await Promise.all(working)
    },
  }
}

async function until(met: () => boolean | Promise<boolean>, withinMs: number): Promise<boolean> {
  for (const endsAt = Date.now() + withinMs; Date.now() < endsAt; await pause(100)) {
    if (await met()) return true
  }
  return met()
}

const metric = (text: string, name: string): number =>
  Number(
    text
      .split('\n')
      .find((line) => line.startsWith(name))
      ?.split(' ')
      .at(-1) ?? 0,
  )

describe.each(Object.entries(places))('a busy gateway in %s', (_, open) => {
  describe.each(Object.entries(disasters))('whose Redis is %s', (_, strike) => {
    it.each([
      ['refuses', 'refuse', 0],
      ['lets fifty cents through', '$0.50', 5],
    ] as const)(
      'TRUST 10: answers each request in time, %s meanwhile, and recovers by itself',
      async (...given) => {
        const [, onStoreError, unrecorded] = given
        const bridged = await startBridgedRedis()
        const variables = variablesOf({ frontier, onStoreError, url: bridged.bridge.url, storeMs: 1_000 })
        const gateway = await open({ ...variables, NEARSIDE_BUDGET_MONTH_USD: '100000' })
        const load = startLoad(gateway)
        const fine = ({ status, degraded }: Timed): boolean => status === 200 && degraded === null
        expect(await until(() => load.answers.filter(fine).length > 20, patienceMs)).toBe(true)

        const outage = await strike(bridged)
        const struckAt = Date.now()
        await pause(outageMs)
        const answersOf = (client: number): number =>
          load.answers.filter((told) => told.client === client && told.endedAt > struckAt).length
        const isEachAnswered = (): boolean =>
          Array.from({ length: clients }, (_, client) => answersOf(client)).every(
            (count) => count >= answersInOutage,
          )
        expect(await until(isEachAnswered, patienceMs)).toBe(true)
        const overAt = Date.now()
        await outage[Symbol.asyncDispose]()
        // The breaker may rest for twice its first time when the outage fell on its first trial.
        expect(
          await until(() => load.answers.some((told) => told.begunAt > overAt && fine(told)), patienceMs),
        ).toBe(true)
        await load.stop()

        const meanwhile = load.answers.filter((told) => told.begunAt > struckAt && told.endedAt < overAt)
        expect(meanwhile.length).toBeGreaterThan(clients)
        expect(meanwhile.filter(fine)).toEqual([])
        for (const told of load.answers) {
          expect(told.ms).toBeLessThan(longestMs)
          if (told.status === 503) expect(told).toMatchObject({ code: 'store_failed', retryAfter: '1' })
          else if (!fine(told)) expect(told).toMatchObject({ status: 200, degraded: 'store-down' })
        }
        // Some were under way when it struck. Afterwards the allowance comes back with each charge that is written.
        const isThrough = (told: Timed): boolean => told.degraded === 'store-down' && told.endedAt < overAt
        const through = load.answers.filter(isThrough).length
        expect(through).toBeLessThanOrEqual(unrecorded)
        expect(through > 0).toBe(unrecorded > 0)
        expect(meanwhile.some(({ status }) => status === 503)).toBe(true)

        const counted = await (await fetch(`${gateway.url}/metrics`)).text()
        // Whichever verb was under way when it struck.
        expect(counted).toMatch(/nearside_store_failures_total\{verb="\w+",why="failed"\} [1-9]/)
        expect(
          metric(counted, 'nearside_store_failures_total{verb="reserve",why="resting"}'),
        ).toBeGreaterThan(0)
        expect(metric(counted, 'nearside_degraded_total{why="store-down"}') > 0).toBe(unrecorded > 0)
        expect(await (await fetch(`${gateway.url}/ready`)).json()).toMatchObject({ store: 'ready' })

        // What is charged afterwards is what was served. Held stays, until it lapses, what was let through and could be
        // heard by a Redis that hung, but not be charged in time.
        const store = redisBudgetStore({ url: bridged.bridge.url, token, timeoutMs: 30_000 })
        const books = async () =>
          (await store.read('local', [cap({ window: 'month', limit: 100_000 * usd })]))[0]!
        expect(await until(async () => (await books()).reserved <= through * tenCents, patienceMs)).toBe(true)
        const { settled, charges } = await books()
        expect(settled).toBe(charges * tenCents)
        expect(charges).toBeGreaterThan(0)
        expect(charges).toBeLessThanOrEqual(load.answers.filter(({ status }) => status === 200).length)

        await gateway[Symbol.asyncDispose]()
        await bridged.close()
        for (const server of again.splice(0)) await server.close()
      },
      4 * patienceMs,
    )
  })
})
