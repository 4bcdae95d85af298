/**
 * Sets a hold's amount aside under all of its caps, or under none.
 *
 * All caps are looked at before anything is written, so a refusal uses nothing up and leaves nothing behind. Lapsed
 * holds are cleared up on the way, a batch at a time, and further batches only where a cap would refuse. A repeat of an
 * open hold gets the answer it got before; a hold that is over is refused, since its money is no longer set aside.
 */
import type { BookTerms } from './book-terms.ts'
import type { Books, HoldRecord, Verdict } from './books.ts'
import type { Cap } from './cap.ts'
import { balanceOf, type CappedWindow, cappedWindows, keysOf, usedOf } from './capped-window.ts'
import { Draft } from './draft.ts'
import type { Hold } from './hold.ts'
import type { Balance, Reservation } from './outcome.ts'
import type { RateStandings } from './rate.ts'
import { limitInTheWay, ratesNow, takenBy, takeRate } from './take-rate.ts'

export function reserve(books: Books, terms: BookTerms, hold: Hold, now: number): Verdict<Reservation> {
  const draft = new Draft(books, terms, now)
  const before = draft.record(hold.id)
  if (before) return draft.verdict(repeated(before, hold, draft))

  const windows = cappedWindows(hold.caps, now)
  const inTheWay = firstInTheWay(windows, hold, draft)
  if (inTheWay) return draft.verdict(inTheWay)
  const denial = limitInTheWay(hold.limitedBy, draft)
  if (denial) {
    const rates = ratesNow(hold.limitedBy?.limits, draft) as RateStandings
    return draft.verdict({ granted: false, reason: 'rate-limited', cap: null, denial, rates })
  }

  for (const { key, endsAt } of windows) draft.open(key, endsAt)
  draft.add(keysOf(windows), { reserved: hold.amount })
  takeRate(hold.limitedBy, draft)
  const leaseEndsAt = now + hold.leaseMs
  draft.put({
    id: hold.id,
    state: 'held',
    amount: hold.amount,
    charged: 0,
    terms: termsText(hold),
    counters: keysOf(windows),
    takenBy: takenBy(hold),
    reservedAt: now,
    leaseEndsAt,
    forgetAt: null,
  })
  return draft.verdict(granted(windows, hold, draft, { repeated: false, leaseEndsAt }))
}

// At 128 a batch, some two thousand lapsed holds: what a reserve may clear up before it refuses all the same.
const mostBatches = 16

function firstInTheWay(windows: readonly CappedWindow[], hold: Hold, draft: Draft): Reservation | null {
  for (let batch = 1; ; batch += 1) {
    const moreLapsed = draft.sweep()
    const denial = denied(windows, hold, draft)
    if (!denial || !moreLapsed || batch === mostBatches) return denial
  }
}

function repeated(record: HoldRecord, hold: Hold, draft: Draft): Reservation {
  if (record.state !== 'held') return { granted: false, reason: 'closed', cap: null }
  if (record.terms !== termsText(hold)) return { granted: false, reason: 'conflict', cap: null }
  // Which lapsed holds some earlier verb happened to clear up must not show in the balances.
  draft.sweep()
  const windows = cappedWindows(hold.caps, record.reservedAt)
  return granted(windows, hold, draft, { repeated: true, leaseEndsAt: record.leaseEndsAt })
}

/** Tells the state after the hold was made, so that a repeat tells the same. */
function granted(
  windows: readonly CappedWindow[],
  { limitedBy }: Hold,
  draft: Draft,
  made: { readonly repeated: boolean; readonly leaseEndsAt: number },
): Reservation {
  const balances = windows.map((window) => ({ cap: window.cap, balance: balanceOf(window, draft) }))
  const hard = balances.filter(({ cap }) => cap.kind === 'hard').map(({ balance }) => balance)
  const passed = balances.filter(
    ({ cap, balance }) => cap.kind === 'soft' && usedOf(cap, balance) > cap.limit,
  )
  return {
    granted: true,
    ...made,
    tightest: hard.reduce<Balance | null>(tighter, null),
    softPassed: passed.map(({ balance }) => balance),
    rates: ratesNow(limitedBy?.limits, draft),
  }
}

function tighter(tightest: Balance | null, balance: Balance): Balance {
  return tightest && tightest.remaining <= balance.remaining ? tightest : balance
}

/** Names the cap that keeps the call out longest, so that nobody is told to retry what cannot pass. */
function denied(windows: readonly CappedWindow[], hold: Hold, draft: Draft): Reservation | null {
  const blocking = windows
    .map((window) => ({ cap: window.cap, balance: balanceOf(window, draft) }))
    .filter(({ cap, balance }) => isInTheWay(cap, balance, hold))
    .map(({ cap, balance }) => ({ balance, inFlight: fitsWithoutHolds(cap, balance, hold) }))
  const exhausted = blocking.filter(({ inFlight }) => !inFlight)
  const named = exhausted.toSorted((a, b) => resetOf(b.balance) - resetOf(a.balance))[0] ?? blocking[0]
  if (!named) return null
  return { granted: false, reason: named.inFlight ? 'in-flight' : 'exhausted', cap: named.balance }
}

function isInTheWay(cap: Cap, balance: Balance, { amount }: Hold): boolean {
  // Sums must stay exact, whatever the cap says and whether or not it is hard.
  const total = balance.settled + balance.reserved + balance.expired + amount
  if (total > Number.MAX_SAFE_INTEGER) return true
  if (cap.kind === 'soft') return false
  // A cap of zero means nothing at all, not even a call that is bound to cost nothing.
  return cap.limit === 0 || usedOf(cap, balance) + amount > cap.limit
}

function fitsWithoutHolds(cap: Cap, balance: Balance, { amount }: Hold): boolean {
  return cap.limit > 0 && usedOf(cap, { ...balance, reserved: 0 }) + amount <= cap.limit
}

// Subtracting two infinities would not compare.
function resetOf(balance: Balance): number {
  return balance.resetsAt ?? Number.MAX_SAFE_INTEGER
}

/** What makes two reserves of one id the same. A time zone is left out: its table moves on with every deployment. */
function termsText(hold: Hold): string {
  const caps = hold.caps.map(({ scope, window, limit, kind, countsExpired }) =>
    [scope, window, limit, kind, countsExpired ? 'all' : 'open'].join('|'),
  )
  return [hold.amount, ...caps, ...limitWords(hold)].join(';')
}

function limitWords({ limitedBy }: Hold): readonly string[] {
  if (limitedBy === undefined) return []
  const { limits, tokens } = limitedBy
  const { scope, requestsPerMinute, tokensPerMinute, concurrent } = limits
  return [
    [scope, tokens, requestsPerMinute, tokensPerMinute, concurrent].map((word) => word ?? '-').join('|'),
  ]
}
