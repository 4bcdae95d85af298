/**
 * Lets an open hold live on, as long streams must. A lease never gets shorter, so that a renewal which overtakes
 * another does no harm; a hold that has lapsed stays so: its money may be promised to others by now.
 */
import type { BookTerms } from './book-terms.ts'
import type { Books, Verdict } from './books.ts'
import { Draft } from './draft.ts'
import type { Hold } from './hold.ts'
import type { Renewal } from './outcome.ts'

export function renew(
  books: Books,
  terms: BookTerms,
  hold: Hold,
  leaseMs: number,
  now: number,
): Verdict<Renewal> {
  const draft = new Draft(books, terms, now)
  const record = draft.record(hold.id)
  if (!record) return draft.verdict({ renewed: false, reason: 'unknown' })
  if (record.state === 'expired') return draft.verdict({ renewed: false, reason: 'lapsed' })
  if (record.state !== 'held') return draft.verdict({ renewed: false, reason: 'closed' })

  const leaseEndsAt = Math.max(record.leaseEndsAt, now + leaseMs)
  draft.put({ ...record, leaseEndsAt })
  return draft.verdict({ renewed: true, leaseEndsAt })
}
