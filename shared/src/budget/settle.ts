/**
 * Puts the true cost in a hold's place: in the windows that admitted it, once, whatever became of the hold.
 *
 * A charge is a fact and is never refused: late, above what was held, or without a hold at all, it is written in
 * full and marked. A usage report beats an early release. Only a second charge for one hold is not believed.
 */
import type { NanoUsd } from '../price/nano-usd.ts'
import type { BookTerms } from './book-terms.ts'
import type { Books, HoldRecord, Verdict } from './books.ts'
import { cappedWindows, keysOf } from './capped-window.ts'
import { Draft } from './draft.ts'
import type { Hold } from './hold.ts'
import { freed, recordWithoutHold } from './hold-record.ts'
import type { Settlement } from './outcome.ts'
import { correctRate } from './take-rate.ts'

export function settle(
  books: Books,
  terms: BookTerms,
  hold: Hold,
  actual: NanoUsd,
  now: number,
  usedTokens: number | null = null,
): Verdict<Settlement> {
  const draft = new Draft(books, terms, now)
  const record = draft.record(hold.id)
  if (record?.state === 'settled') return draft.verdict(settlement('repeated', record, record.charged))

  // A release that came first left a record that knows no windows: there never was a hold.
  if (!record || record.terms === '') {
    const unreserved = unreservedRecord(hold, draft)
    draft.add(unreserved.counters, { settled: actual, charges: 1, overrun: actual })
    draft.close(unreserved, 'settled', actual)
    return draft.verdict(settlement('unreserved', unreserved, actual))
  }

  draft.add(record.counters, {
    ...freed(record),
    settled: actual,
    charges: 1,
    overrun: Math.max(0, actual - record.amount),
  })
  // Who ended the hold before has corrected what it took.
  if (record.state === 'held' || record.state === 'expired') correctRate(record, usedTokens, draft)
  draft.close(record, 'settled', actual)
  return draft.verdict(settlement(record.state === 'held' ? 'settled' : 'late', record, actual))
}

function unreservedRecord(hold: Hold, draft: Draft): HoldRecord {
  const windows = cappedWindows(hold.caps, draft.now)
  for (const { key, endsAt } of windows) draft.open(key, endsAt)
  return { ...recordWithoutHold(hold.id, draft.now), counters: keysOf(windows) }
}

function settlement(outcome: Settlement['outcome'], record: HoldRecord, charged: NanoUsd): Settlement {
  return { outcome, charged, overrun: Math.max(0, charged - record.amount) }
}
