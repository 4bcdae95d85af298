import { expect, it } from 'vitest'
import { DueList } from '../../workers/src/budget/due-list.ts'
import { MemoryBooks } from '../../workers/src/budget/memory-books.ts'
import { memoryBudgetStore } from '../../workers/src/budget/memory-store.ts'
import { cap, hold, minute, noon, usd } from './builders.ts'
import { conformance } from './conformance.ts'
import { limitsConformance } from './conformance-limits.ts'
import { openMemoryStore } from './opened-store.ts'
import { random } from './random.ts'

conformance('memory', openMemoryStore)
limitsConformance('memory', openMemoryStore)

it('refuses new holds when it is full, and still settles the open ones', async () => {
  let now = noon
  const store = memoryBudgetStore({ now: () => now, mostRows: 4 })
  const open = [hold(), hold(), hold()]
  for (const each of open) await store.reserve(each)
  await expect(store.reserve(hold())).rejects.toMatchObject({ code: 'store-failed' })
  for (const each of open) expect(await store.settle(each, usd)).toMatchObject({ outcome: 'settled' })
  now += 2 * minute
  expect((await store.reserve(hold())).granted).toBe(true)
})

it('forgets tombstones and windows that are over, so that its memory stays as it was', async () => {
  const books = new MemoryBooks(1_000)
  const counter = { settled: 1, reserved: 0, expired: 0, overrun: 0, charges: 1, forgetAt: 20 }
  const record = {
    id: 'a',
    state: 'held',
    amount: 1,
    charged: 0,
    terms: '1',
    counters: ['k'],
    takenBy: null,
    reservedAt: 0,
    leaseEndsAt: 5,
    forgetAt: null,
  } as const
  books.write('acme', { rates: [], records: [record], counters: [['k', counter]] })
  expect(books.of('acme').lapsed(5, 9)).toEqual([record])
  expect(books.of('other').lapsed(5, 9)).toEqual([])
  books.write('acme', { rates: [], records: [{ ...record, state: 'settled', forgetAt: 10 }], counters: [] })
  expect(books.of('acme').lapsed(5, 9)).toEqual([])
  books.forget(9, 9)
  expect(books.rows).toBe(2)
  books.forget(10, 9)
  expect(books.rows).toBe(1)
  books.forget(20, 9)
  expect(books.rows).toBe(0)
})

it('lists what is due in order of time, whatever order it came in', () => {
  const { below, pick, chance } = random(1)
  const list = new DueList()
  const expected: [number, string][] = []
  for (let step = 0; step < 2_000; step += 1) {
    if (expected.length > 0 && chance(0.4)) {
      const gone = pick(expected)
      expected.splice(expected.indexOf(gone), 1)
      list.delete(...gone)
      list.delete(gone[0], 'never there')
    } else {
      expected.push([below(50), `n${step}`])
      list.add(...expected.at(-1)!)
    }
  }
  expected.sort(([at, name], [otherAt, otherName]) => at - otherAt || (name < otherName ? -1 : 1))
  expect(list.size).toBe(expected.length)
  expect(list.due(24, 10_000)).toEqual(expected.filter(([at]) => at <= 24).map(([, name]) => name))
  expect(list.due(50, 3)).toEqual(expected.slice(0, 3).map(([, name]) => name))
})

it('TRUST 8: a million operations drift by nothing', async () => {
  let now = noon
  const store = memoryBudgetStore({ now: () => now, terms: { tombstoneMs: 1 } })
  const caps = [
    cap({ window: 'total', limit: Number.MAX_SAFE_INTEGER }),
    cap({ window: 'month', scope: 'key:a', limit: 9e15 }),
  ]
  const { below } = random(8)
  let charged = 0n
  for (let call = 0; call < 500_000; call += 1) {
    now += 1
    const reserved = hold({ caps, amount: below(1e9), leaseMs: 1_000 })
    await store.reserve(reserved)
    const actual = below(reserved.amount + 1)
    await store.settle(reserved, actual)
    charged += BigInt(actual)
  }
  const balances = await store.read('acme', caps)
  for (const balance of balances)
    expect(balance).toMatchObject({ reserved: 0, expired: 0, overrun: 0, charges: 500_000 })
  expect(balances.map(({ settled }) => BigInt(settled))).toEqual([charged, charged])
}, 120_000)
