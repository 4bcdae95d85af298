/** A cap together with the window it stands in, and the sums of that window. */
import type { NanoUsd } from '../price/nano-usd.ts'
import type { Counter } from './books.ts'
import type { Cap } from './cap.ts'
import type { Draft } from './draft.ts'
import type { Balance } from './outcome.ts'
import { windowAt } from './window.ts'

export type Sums = Omit<Counter, 'forgetAt'>

export type CappedWindow = { readonly cap: Cap; readonly key: string; readonly endsAt: number | null }

export function cappedWindows(caps: readonly Cap[], at: number): readonly CappedWindow[] {
  return caps.map((cap) => {
    const { startsAt, endsAt } = windowAt(cap.window, cap.zone, at)
    // Without the limit, so that a raised cap goes on counting; a bar cannot occur in a scope.
    return { cap, key: `${cap.scope}|${cap.window}|${startsAt}`, endsAt }
  })
}

/** The counters of some caps, each once: a hard and a soft cap of one scope and window share theirs. */
export function keysOf(windows: readonly CappedWindow[]): readonly string[] {
  return [...new Set(windows.map((window) => window.key))]
}

export function balanceOf({ cap, key, endsAt }: CappedWindow, draft: Draft): Balance {
  return balanceWith(cap, draft.counter(key) ?? empty, endsAt)
}

/** A cap with the sums that a store counted for it. */
export function balanceWith(cap: Cap, sums: Sums, resetsAt: number | null): Balance {
  return {
    scope: cap.scope,
    window: cap.window,
    kind: cap.kind,
    limit: cap.limit,
    settled: sums.settled,
    reserved: sums.reserved,
    expired: sums.expired,
    overrun: sums.overrun,
    charges: sums.charges,
    remaining: Math.max(0, cap.limit - usedOf(cap, sums)),
    resetsAt,
  }
}

/** What stands against a cap: charged, held, and, unless the operator chose otherwise, lapsed. */
export function usedOf(cap: Cap, sums: Pick<Counter, 'settled' | 'reserved' | 'expired'>): NanoUsd {
  return sums.settled + sums.reserved + (cap.countsExpired ? sums.expired : 0)
}

const empty: Sums = { settled: 0, reserved: 0, expired: 0, overrun: 0, charges: 0 }
