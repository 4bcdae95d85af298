/**
 * Gives a hold back: the attempt was surely not billed.
 *
 * Where there is no hold, the reserve may still be on its way: a tombstone is left, so that it makes none when it
 * arrives after everybody has gone.
 */
import type { BookTerms } from './book-terms.ts'
import type { Books, Verdict } from './books.ts'
import { Draft } from './draft.ts'
import type { Hold } from './hold.ts'
import { freed, recordWithoutHold } from './hold-record.ts'
import type { Release } from './outcome.ts'
import { giveBackRate } from './take-rate.ts'

export function release(books: Books, terms: BookTerms, hold: Hold, now: number): Verdict<Release> {
  const draft = new Draft(books, terms, now)
  const record = draft.record(hold.id)
  if (!record) {
    draft.close(recordWithoutHold(hold.id, now), 'released', 0)
    return draft.verdict({ outcome: 'unknown' })
  }
  switch (record.state) {
    case 'settled':
      return draft.verdict({ outcome: 'charged' })
    case 'released':
    case 'written-off':
      return draft.verdict({ outcome: 'repeated' })
    case 'held':
    case 'expired':
      draft.add(record.counters, freed(record))
      giveBackRate(record, draft)
      draft.close(record, 'released', 0)
      return draft.verdict({ outcome: record.state === 'held' ? 'released' : 'late' })
  }
}
