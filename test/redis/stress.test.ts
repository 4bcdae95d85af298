/**
 * Fifty clients in five processes make forty requests each while one answer in ten is lost, each settles twice at once,
 * and three more processes are killed wherever they happen to be. Every sum is then accounted for to the nano-dollar.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { redisBudgetStore } from '../../workers/src/budget/redis-store.ts'
import { cap, newTenant, usd } from '../budget/builders.ts'
import { random } from '../budget/random.ts'
import { startFront } from './front.ts'
import { startBridgedRedis, token } from './opened-redis-store.ts'
import { startProcess, type Talking } from './processes.ts'
import { type Step, type Stress, stressedHold } from './stressed-client.ts'
import { watch } from './watch.ts'

const clientProcess = 'test/redis/stressed-client.ts'
const leaseMs = 60_000
const limits = { account: 30 * usd, 'team:c': 100 * usd, 'model:d': 1_000 * usd, own: 5 * usd }

type Told = { readonly step: Step; readonly amount: number }
/** What each hold of a process was last said to be, and the amount that it was reserved with. */
type Account = Map<number, { readonly last: Told; readonly reserved: number; readonly settled: number }>

async function listen(talking: Talking, account: Account): Promise<'done' | 'killed'> {
  for (;;) {
    const line = await talking.line().catch(() => null)
    if (line === null) return 'killed'
    const [step, number, amount] = line.split(' ') as [Step, string, string]
    if (step === 'done') return 'done'
    const before = account.get(Number(number))
    account.set(Number(number), {
      last: { step, amount: Number(amount) },
      reserved: step === 'reserve' ? Number(amount) : (before?.reserved ?? 0),
      settled: step === 'settle' ? Number(amount) : (before?.settled ?? 0),
    })
  }
}

it('TRUST 3: with answers lost, settles doubled and processes killed at any step, every scope is exact and no cap passed', async () => {
  await using bridged = await startBridgedRedis()
  await using front = await startFront(bridged.bridge.url)
  const dice = random(3)
  let lost = 0
  front.does(() => {
    if (!dice.chance(0.1)) return { type: 'pass' }
    lost += 1
    return { type: 'lose' }
  })
  const books = { url: bridged.bridge.url, token, timeoutMs: 30_000 }
  const tenant = newTenant()
  const shared = [
    cap({ window: 'total', limit: limits.account }),
    cap({ scope: 'team:c', window: 'total', limit: limits['team:c'] }),
    cap({ scope: 'model:d', window: 'month', limit: limits['model:d'], kind: 'soft' }),
  ]
  const own = (name: string) => cap({ scope: `key:${name}`, window: 'total', limit: limits.own })
  const stressOf = (
    name: string,
    given: Pick<Stress, 'clients' | 'requests' | 'leaseMs' | 'seed'>,
  ): Stress => ({
    ...{ url: front.url, token, name, tenant, caps: [...shared, own(name)], mostAmount: usd / 10 },
    ...given,
  })
  const spenders = [1, 2, 3, 4, 5].map((seed) =>
    stressOf(`spender-${seed}`, { clients: 10, requests: 40, leaseMs: 600_000, seed }),
  )
  const victims = [6, 7, 8].map((seed) =>
    stressOf(`victim-${seed}`, { clients: 6, requests: 100_000, leaseMs, seed }),
  )
  const all = [...spenders, ...victims]
  await using started = new AsyncDisposableStack()
  const processes = all.map(() => started.use(startProcess(clientProcess)))
  for (const each of processes) expect(await each.line()).toBe('ready')
  const accounts = all.map((): Account => new Map())

  const watched = watch(redisBudgetStore(books), tenant, [...shared, ...all.map(({ name }) => own(name))])
  for (const [index, each] of processes.entries()) each.say(JSON.stringify(all[index]))
  const ends = processes.map((each, index) => listen(each, accounts[index]!))
  for (const victim of processes.slice(spenders.length)) {
    const account = accounts[processes.indexOf(victim)]!
    for (const holds = 10 + dice.below(40); account.size < holds; ) await pause(dice.below(10))
    await victim.kill()
  }
  expect(await Promise.all(ends)).toEqual([...spenders.map(() => 'done'), ...victims.map(() => 'killed')])
  expect(await watched()).toBeGreaterThan(20)
  expect(lost).toBeGreaterThan(100)

  // By this clock what the killed ones held has lapsed.
  const store = redisBudgetStore({ ...books, now: () => Date.now() + leaseMs })
  // What was read is compared with what the processes said; only then are the steps looked into that death left open.
  const balances = new Map(
    (await store.read(tenant, [...shared, ...all.map(({ name }) => own(name))])).map((each) => [
      each.scope,
      each,
    ]),
  )
  let [settledInAll, expiredInAll, granted, denied, open] = [0, 0, 0, 0, 0]
  for (const [index, stress] of all.entries()) {
    let [settled, expired] = [0, 0]
    for (const [number, told] of accounts[index]!) {
      const { step } = told.last
      if (step === 'denied') denied += 1
      else granted += 1
      if (step === 'settled') settled += told.settled
      else if (step === 'granted') expired += told.reserved
      else if (step === 'release') {
        open += 1
        const found = await store.release(stressedHold(stress, number, told.reserved))
        if (found.outcome === 'late') expired += told.reserved
      } else if (step === 'reserve' || step === 'settle') {
        open += 1
        const found = await store.settle(stressedHold(stress, number, told.reserved), told.settled)
        if (found.outcome === 'repeated') settled += found.charged
        else if (found.outcome === 'late') expired += told.reserved
      }
    }
    expect(balances.get(`key:${stress.name}`), stress.name).toMatchObject({
      settled,
      expired,
      reserved: 0,
      overrun: 0,
    })
    settledInAll += settled
    expiredInAll += expired
  }
  for (const { scope } of shared) {
    expect(balances.get(scope), scope).toMatchObject({
      settled: settledInAll,
      expired: expiredInAll,
      reserved: 0,
      overrun: 0,
    })
  }
  const requests = spenders.map((_, index) => accounts[index]!.size).reduce((sum, size) => sum + size, 0)
  expect(requests).toBe(2_000)
  expect(granted).toBeGreaterThan(200)
  expect(denied).toBeGreaterThan(200)
  expect(expiredInAll).toBeGreaterThan(0)
  expect(open).toBeGreaterThan(0)
})
