/** A cap together with the window it stands in, and the sums of that window. */
import type { NanoUsd } from '../price/nano-usd.ts'
import type { Counter } from './books.ts'
import type { Cap } from './cap.ts'
import type { Draft } from './draft.ts'
import type { Balance } from './outcome.ts'
import { windowAt } from './window.ts'

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
  const counter = draft.counter(key) ?? empty
  return {
    scope: cap.scope,
    window: cap.window,
    kind: cap.kind,
    limit: cap.limit,
    settled: counter.settled,
    reserved: counter.reserved,
    expired: counter.expired,
    overrun: counter.overrun,
    charges: counter.charges,
    remaining: Math.max(0, cap.limit - usedOf(cap, counter)),
    resetsAt: endsAt,
  }
}

/** What stands against a cap: charged, held, and, unless the operator chose otherwise, lapsed. */
export function usedOf(cap: Cap, sums: Pick<Counter, 'settled' | 'reserved' | 'expired'>): NanoUsd {
  return sums.settled + sums.reserved + (cap.countsExpired ? sums.expired : 0)
}

const empty: Counter = { settled: 0, reserved: 0, expired: 0, overrun: 0, charges: 0, forgetAt: null }
