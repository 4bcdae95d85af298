/** What the verbs that end a hold share: what it frees, and the tombstone of an id that never held anything. */
import type { HoldRecord } from './books.ts'
import type { CounterDelta } from './draft.ts'

/** What a record still has set aside, taken back. */
export function freed(record: HoldRecord): CounterDelta {
  switch (record.state) {
    case 'held':
      return { reserved: -record.amount }
    case 'expired':
      return { expired: -record.amount }
    case 'settled':
    case 'released':
    case 'written-off':
      return {}
  }
}

/** A tombstone for an id that never had money set aside. */
export function recordWithoutHold(id: string, now: number): HoldRecord {
  return {
    id,
    state: 'released',
    amount: 0,
    charged: 0,
    terms: '',
    counters: [],
    takenBy: null,
    reservedAt: now,
    leaseEndsAt: now,
    forgetAt: null,
  }
}
