import { expect, it } from 'vitest'
import { defaultBookTerms } from './book-terms.ts'
import type { Books, Counter, HoldRecord } from './books.ts'
import { Draft } from './draft.ts'

const counter = (given: Partial<Counter> = {}): Counter => ({
  settled: 0,
  reserved: 10,
  expired: 0,
  overrun: 0,
  charges: 0,
  forgetAt: null,
  ...given,
})
const record = (given: Partial<HoldRecord> = {}): HoldRecord => ({
  id: 'a',
  state: 'held',
  amount: 10,
  charged: 0,
  terms: '10',
  counters: ['k'],
  takenBy: null,
  reservedAt: 0,
  leaseEndsAt: 100,
  forgetAt: null,
  ...given,
})
const draftOf = (records: readonly HoldRecord[], sums: Counter, now: number): Draft => {
  const books: Books = {
    record: (id) => records.find((each) => each.id === id),
    counter: (key) => (key === 'k' ? sums : undefined),
    lapsed: (at, atMost) =>
      records.filter(({ state, leaseEndsAt }) => state === 'held' && leaseEndsAt <= at).slice(0, atMost),
    rate: () => undefined,
    openHolds: () => 0,
  }
  return new Draft(books, { ...defaultBookTerms, sweepBatch: 2 }, now)
}

it('does not see what should be forgotten, deleted or not, and never writes it again', () => {
  const draft = draftOf([record({ state: 'settled', forgetAt: 50 })], counter({ forgetAt: 50 }), 50)
  expect(draft.record('a')).toBeUndefined()
  expect(draft.counter('k')).toBeUndefined()
  draft.add(['k'], { settled: 7 })
  expect(draft.verdict(null).changes).toEqual({ records: [], counters: [], rates: [] })
})

it('writes nothing for what was only looked at', () => {
  const draft = draftOf([record()], counter(), 99)
  expect(draft.record('a')?.state).toBe('held')
  expect(draft.counter('k')?.reserved).toBe(10)
  expect(draft.verdict('seen')).toEqual({
    outcome: 'seen',
    changes: { records: [], counters: [], rates: [] },
  })
})

it('clears up each lapsed hold once, in batches, also one that was looked at before', () => {
  const records = ['a', 'b', 'c'].map((id) => record({ id }))
  const draft = draftOf(records, counter({ reserved: 30 }), 100)
  expect(draft.record('b')?.state).toBe('expired')
  expect([draft.sweep(), draft.sweep()]).toEqual([true, false])
  expect(draft.counter('k')).toMatchObject({ reserved: 0, expired: 30 })
})

it('stops the sum of charges at the largest safe number', () => {
  const draft = draftOf([], counter({ settled: Number.MAX_SAFE_INTEGER - 1 }), 0)
  draft.add(['k'], { settled: 5, overrun: 5 })
  expect(draft.counter('k')).toMatchObject({ settled: Number.MAX_SAFE_INTEGER, overrun: 5 })
})
