/** Clears money that lapsed unsettled: an operator has learnt that the attempt was not billed. */
import type { BookTerms } from './book-terms.ts'
import type { Books, Verdict } from './books.ts'
import { Draft } from './draft.ts'
import type { Hold } from './hold.ts'
import { freed } from './hold-record.ts'
import type { WriteOff } from './outcome.ts'

export function writeOff(books: Books, terms: BookTerms, hold: Hold, now: number): Verdict<WriteOff> {
  const draft = new Draft(books, terms, now)
  const record = draft.record(hold.id)
  if (!record) return draft.verdict({ outcome: 'unknown' })
  switch (record.state) {
    case 'held':
      return draft.verdict({ outcome: 'open' })
    case 'settled':
    case 'released':
      return draft.verdict({ outcome: 'closed' })
    case 'written-off':
      return draft.verdict({ outcome: 'repeated' })
    case 'expired':
      draft.add(record.counters, freed(record))
      draft.close(record, 'written-off', 0)
      return draft.verdict({ outcome: 'written-off' })
  }
}
