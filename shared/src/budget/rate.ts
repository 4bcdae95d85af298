/**
 * How many requests and tokens a scope has taken in the last minute, and when it may take more.
 *
 * The minute slides: what is taken is counted by the second it was taken in, and a second is forgotten sixty
 * seconds after its end. So no sixty seconds, wherever they begin, see more than the limit, which neither a fixed
 * window nor a bucket that refills can say; and a row holds sixty-one seconds at most. What was taken by an attempt
 * can be corrected in its own second for as long as that counts; after that there is nothing left to correct.
 */
import type { LimitedBy, Limits } from './limits.ts'

/** What was taken in one second; `second` counts from the epoch. */
export type Slot = { readonly second: number; readonly requests: number; readonly tokens: number }

/** A scope's last minute, the earliest second first. */
export type RateRow = {
  readonly scope: string
  readonly slots: readonly Slot[]
  /** When no second of it counts any more. */
  readonly forgetAt: number
}

/** What has been taken, and how long until it is all forgotten; in numbers that every store can tell. */
export type Taken = {
  readonly requests: number
  readonly tokens: number
  readonly requestsResetInMs: number
  readonly tokensResetInMs: number
}

/** One limit as it stands after a reservation. */
export type RateStanding = {
  readonly limit: number
  readonly remaining: number
  /** Until nothing counts against it any more, if nothing else is taken. By the store's clock: the asker's may be off. */
  readonly resetsInMs: number
}

export type RateStandings = { readonly requests: RateStanding | null; readonly tokens: RateStanding | null }

/** Which limit is in the way. `passesInMs`: until the same attempt would pass; null where no waiting helps or none can tell. */
export type RateDenial = {
  readonly scope: string
  readonly limit: 'requests' | 'tokens' | 'concurrent'
  readonly most: number
  /** What the attempt asked of it. */
  readonly asked: number
  readonly passesInMs: number | null
}

/** The seconds that still count. */
export function countedSlots(row: RateRow | undefined, now: number): readonly Slot[] {
  return (row?.slots ?? []).filter((slot) => endOf(slot) > now)
}

export function takenOf(slots: readonly Slot[], now: number): Taken {
  const resetOf = (kind: Kind): number => {
    const last = slots.findLast((slot) => slot[kind] > 0)
    return last === undefined ? 0 : endOf(last) - now
  }
  return {
    requests: sumOf(slots, 'requests'),
    tokens: sumOf(slots, 'tokens'),
    requestsResetInMs: resetOf('requests'),
    tokensResetInMs: resetOf('tokens'),
  }
}

export function ratesOf(limits: Limits, taken: Taken): RateStandings {
  const standing = (limit: number | null, used: number, resetsInMs: number): RateStanding | null =>
    limit === null ? null : { limit, remaining: Math.max(0, limit - used), resetsInMs }
  return {
    requests: standing(limits.requestsPerMinute, taken.requests, taken.requestsResetInMs),
    tokens: standing(limits.tokensPerMinute, taken.tokens, taken.tokensResetInMs),
  }
}

/** The limit that keeps the attempt out longest, so that nobody is told to retry what cannot pass. */
export function rateDenied(
  { limits, tokens }: LimitedBy,
  slots: readonly Slot[],
  openHolds: number,
  now: number,
): RateDenial | null {
  const { scope } = limits
  const rated = (kind: Kind, most: number | null, asked: number): RateDenial[] => {
    if (most === null || sumOf(slots, kind) + asked <= most) return []
    return [{ scope, limit: kind, most, asked, passesInMs: passesInMs(slots, kind, most - asked, now) }]
  }
  const found = [
    ...rated('requests', limits.requestsPerMinute, 1),
    ...rated('tokens', limits.tokensPerMinute, tokens),
  ]
  const never = found.find((denial) => denial.passesInMs === null)
  const latest = never ?? found.toSorted((a, b) => (b.passesInMs ?? 0) - (a.passesInMs ?? 0))[0]
  if (latest !== undefined) return latest
  if (limits.concurrent === null || openHolds < limits.concurrent) return null
  return { scope, limit: 'concurrent', most: limits.concurrent, asked: 1, passesInMs: null }
}

/** Adds to a second, or takes from it; never below nothing. */
export function changedSlots(
  slots: readonly Slot[],
  second: number,
  change: { readonly requests: number; readonly tokens: number },
): readonly Slot[] {
  const before = slots.find((slot) => slot.second === second) ?? { second, requests: 0, tokens: 0 }
  const after = {
    second,
    requests: bounded(before.requests + change.requests),
    tokens: bounded(before.tokens + change.tokens),
  }
  const others = slots.filter((slot) => slot.second !== second)
  const kept = after.requests === 0 && after.tokens === 0 ? others : [...others, after]
  return kept.toSorted((a, b) => a.second - b.second)
}

export function secondOf(at: number): number {
  return Math.floor(at / secondMs)
}

export function rowOf(scope: string, slots: readonly Slot[], now: number): RateRow {
  const last = slots.at(-1)
  return { scope, slots, forgetAt: last === undefined ? now : endOf(last) }
}

type Kind = 'requests' | 'tokens'

const secondMs = 1_000
const windowMs = 60_000

function endOf({ second }: { readonly second: number }): number {
  return (second + 1) * secondMs + windowMs
}

/** Until so much is forgotten that no more than `room` is left; null where the limit is too small at all. */
function passesInMs(slots: readonly Slot[], kind: Kind, room: number, now: number): number | null {
  if (room < 0) return null
  let left = sumOf(slots, kind)
  for (const slot of slots) {
    left -= slot[kind]
    if (left <= room) return endOf(slot) - now
  }
  return null
}

function sumOf(slots: readonly Slot[], kind: Kind): number {
  return bounded(slots.reduce((sum, slot) => sum + slot[kind], 0))
}

// An upstream's report is believed whatever it says; the sums stay numbers that can be added.
function bounded(count: number): number {
  return Math.min(Math.max(0, count), Number.MAX_SAFE_INTEGER)
}
