/** Tells where caps stand now, in the order given; lapsed holds are cleared up first, a bounded number of them. */
import type { BookTerms } from './book-terms.ts'
import type { Books, Verdict } from './books.ts'
import type { Cap } from './cap.ts'
import { balanceOf, cappedWindows } from './capped-window.ts'
import { Draft } from './draft.ts'
import type { Balance } from './outcome.ts'

export function readBalances(
  books: Books,
  terms: BookTerms,
  caps: readonly Cap[],
  now: number,
): Verdict<readonly Balance[]> {
  const draft = new Draft(books, terms, now)
  draft.sweep()
  return draft.verdict(cappedWindows(caps, now).map((window) => balanceOf(window, draft)))
}
