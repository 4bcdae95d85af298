/**
 * The ledger of one tenant as a Durable Object: its rows in SQLite, its clock its own.
 *
 * An object is one thread, and nothing here waits, so each verb is atomic; it runs in a transaction, so that a
 * fault in the middle leaves nothing half written; and the platform holds the answer back until the rows are safe.
 * Rows that nobody needs any more are deleted a few at a time by the reserves that come after: no alarm wakes an
 * object up for that, and one that nobody calls grows no further.
 */
import { DurableObject } from 'cloudflare:workers'
import {
  type Balance,
  type BookTerms,
  type Cap,
  checkHold,
  checkLease,
  checkMoney,
  checkTokens,
  defaultBookTerms,
  type Hold,
  type NanoUsd,
  type Release,
  type Renewal,
  type Reservation,
  readBalances,
  release,
  renew,
  reserve,
  type Settlement,
  settle,
  type Verdict,
  type WriteOff,
  writeOff,
} from '@nearside/core'
import { SqlBooks } from './sql-books.ts'

export class BudgetLedger<Env = unknown> extends DurableObject<Env> {
  readonly #books: SqlBooks

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    this.#books = new SqlBooks(ctx.storage.sql)
  }

  reserve(hold: Hold): Reservation {
    checkHold(hold)
    return this.#written(() => {
      this.#books.forget(this.now(), forgottenAtOnce)
      return reserve(this.#books, this.terms, hold, this.now())
    })
  }

  settle(hold: Hold, actual: NanoUsd, usedTokens: number | null = null): Settlement {
    checkHold(hold)
    checkMoney(actual, 'actual')
    if (usedTokens !== null) checkTokens(usedTokens, 'usedTokens')
    return this.#written(() => settle(this.#books, this.terms, hold, actual, this.now(), usedTokens))
  }

  release(hold: Hold): Release {
    checkHold(hold)
    return this.#written(() => release(this.#books, this.terms, hold, this.now()))
  }

  renew(hold: Hold, leaseMs: number): Renewal {
    checkHold(hold)
    checkLease(leaseMs)
    return this.#written(() => renew(this.#books, this.terms, hold, leaseMs, this.now()))
  }

  read(caps: readonly Cap[]): readonly Balance[] {
    return this.#written(() => readBalances(this.#books, this.terms, caps, this.now()))
  }

  writeOff(hold: Hold): WriteOff {
    checkHold(hold)
    return this.#written(() => writeOff(this.#books, this.terms, hold, this.now()))
  }

  protected get terms(): BookTerms {
    return defaultBookTerms
  }

  /** Milliseconds since the epoch; the object's own, whatever the clock of the Worker that calls. */
  protected now(): number {
    return Date.now()
  }

  #written<Outcome>(verb: () => Verdict<Outcome>): Outcome {
    return this.ctx.storage.transactionSync(() => {
      const { outcome, changes } = verb()
      this.#books.write(changes)
      return outcome
    })
  }
}

// A reserve adds a hold and its sums; forgetting more than that each time, the rows shrink to what is needed.
const forgottenAtOnce = 16
