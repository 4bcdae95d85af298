/**
 * One verb's work on the books: reads through to them, collects what changed, writes nothing.
 *
 * What the books should have forgotten by now is not seen, whether or not the store has come round to deleting it;
 * so two stores that clear up at different times still answer alike.
 */
import type { NanoUsd } from '../price/nano-usd.ts'
import type { BookTerms } from './book-terms.ts'
import type { Books, Changes, Counter, HoldRecord, HoldState, Verdict } from './books.ts'
import type { RateRow } from './rate.ts'

export type CounterDelta = {
  readonly settled?: NanoUsd
  readonly reserved?: NanoUsd
  readonly expired?: NanoUsd
  readonly overrun?: NanoUsd
  readonly charges?: number
}

export class Draft {
  readonly now: number
  readonly terms: BookTerms
  readonly #books: Books
  readonly #records = new Map<string, HoldRecord>()
  readonly #counters = new Map<string, Counter>()
  readonly #rates = new Map<string, RateRow>()
  #swept = 0

  constructor(books: Books, terms: BookTerms, now: number) {
    this.#books = books
    this.terms = terms
    this.now = now
  }

  /** The hold's record; if its lease is over, it has lapsed by the time it is seen. */
  record(id: string): HoldRecord | undefined {
    const record = this.#records.get(id) ?? this.#books.record(id)
    if (!record || this.#isPast(record.forgetAt)) return undefined
    return record.state === 'held' && record.leaseEndsAt <= this.now ? this.#lapse(record) : record
  }

  counter(key: string): Counter | undefined {
    const counter = this.#counters.get(key) ?? this.#books.counter(key)
    return counter && !this.#isPast(counter.forgetAt) ? counter : undefined
  }

  /** Makes sure that the sums exist; those of a window that is over are never opened again. */
  open(key: string, windowEndsAt: number | null): void {
    if (this.counter(key)) return
    const forgetAt = windowEndsAt === null ? null : windowEndsAt + this.terms.pastWindowMs
    this.#counters.set(key, { settled: 0, reserved: 0, expired: 0, overrun: 0, charges: 0, forgetAt })
  }

  /** Adds to each of the counters that still exist: what a forgotten one said, nobody asks any more. */
  add(keys: readonly string[], delta: CounterDelta): void {
    for (const key of keys) {
      const counter = this.counter(key)
      if (counter) this.#counters.set(key, sum(counter, delta))
    }
  }

  rate(scope: string): RateRow | undefined {
    return this.#rates.get(scope) ?? this.#books.rate(scope)
  }

  putRate(row: RateRow): void {
    this.#rates.set(row.scope, row)
  }

  /** Of what is in the books: a reserve asks before it adds its own. */
  openHolds(scope: string): number {
    return this.#books.openHolds(scope, this.now)
  }

  put(record: HoldRecord): void {
    this.#records.set(record.id, record)
  }

  /** Ends a hold: from here on it is a tombstone. */
  close(record: HoldRecord, state: Exclude<HoldState, 'held' | 'expired'>, charged: NanoUsd): void {
    this.put({ ...record, state, charged, forgetAt: this.now + this.terms.tombstoneMs })
  }

  /** Moves one batch of lapsed holds from reserved to expired; says whether more may be waiting. */
  sweep(): boolean {
    const asked = this.#swept + this.terms.sweepBatch
    const lapsed = this.#books.lapsed(this.now, asked)
    for (const record of lapsed) {
      // The books do not know yet what this draft has already cleared up.
      if (!this.#records.has(record.id)) this.#lapse(record)
    }
    this.#swept = lapsed.length
    return lapsed.length === asked
  }

  verdict<Outcome>(outcome: Outcome): Verdict<Outcome> {
    return { outcome, changes: this.#changes() }
  }

  #changes(): Changes {
    return {
      records: [...this.#records.values()],
      counters: [...this.#counters],
      rates: [...this.#rates.values()],
    }
  }

  #lapse(record: HoldRecord): HoldRecord {
    const expired: HoldRecord = {
      ...record,
      state: 'expired',
      forgetAt: record.leaseEndsAt + this.terms.expiredMs,
    }
    this.add(record.counters, { reserved: -record.amount, expired: record.amount })
    this.put(expired)
    return expired
  }

  #isPast(forgetAt: number | null): boolean {
    return forgetAt !== null && forgetAt <= this.now
  }
}

function sum(counter: Counter, delta: CounterDelta): Counter {
  return {
    settled: capped(counter.settled + (delta.settled ?? 0)),
    reserved: counter.reserved + (delta.reserved ?? 0),
    expired: counter.expired + (delta.expired ?? 0),
    overrun: capped(counter.overrun + (delta.overrun ?? 0)),
    charges: counter.charges + (delta.charges ?? 0),
    forgetAt: counter.forgetAt,
  }
}

// Reserve lets no sum of open money leave the safe integers; charges are facts and cannot be refused. A window
// that has seen nine million dollars stays there and passes nothing more.
function capped(amount: NanoUsd): NanoUsd {
  return Math.min(amount, Number.MAX_SAFE_INTEGER)
}
