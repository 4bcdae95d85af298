/**
 * The books of one tenant as rows of a Durable Object's SQLite: each look-up a query, each change a row.
 *
 * SQLite's integers hold 64 bits and JavaScript's numbers 53; everything that is summed here stays within the 53.
 */
import type { Books, Changes, Counter, HoldRecord, HoldState, RateRow } from '@nearside/core'
import { SqlRates } from './sql-rates.ts'

type RecordRow = {
  id: string
  state: string
  amount: number
  charged: number
  terms: string
  counters: string
  reserved_at: number
  lease_ends_at: number
  forget_at: number | null
  limit_scope: string | null
  limit_tokens: number
}

type CounterRow = {
  settled: number
  reserved: number
  expired: number
  overrun: number
  charges: number
  forget_at: number | null
}

export class SqlBooks implements Books {
  readonly #sql: SqlStorage
  readonly #rates: SqlRates

  constructor(sql: SqlStorage) {
    this.#sql = sql
    for (const statement of schema) sql.exec(statement)
    this.#rates = new SqlRates(sql)
  }

  record(id: string): HoldRecord | undefined {
    const row = this.#sql.exec<RecordRow>('SELECT * FROM holds WHERE id = ?', id).toArray()[0]
    return row && recordOf(row)
  }

  counter(key: string): Counter | undefined {
    const row = this.#sql
      .exec<CounterRow>(
        'SELECT settled, reserved, expired, overrun, charges, forget_at FROM counters WHERE key = ?',
        key,
      )
      .toArray()[0]
    if (!row) return undefined
    const { forget_at: forgetAt, ...sums } = row
    return { ...sums, forgetAt }
  }

  lapsed(now: number, atMost: number): readonly HoldRecord[] {
    return this.#sql
      .exec<RecordRow>(
        `SELECT * FROM holds WHERE state = 'held' AND lease_ends_at <= ? ORDER BY lease_ends_at, id LIMIT ?`,
        now,
        atMost,
      )
      .toArray()
      .map(recordOf)
  }

  rate(scope: string): RateRow | undefined {
    return this.#rates.rate(scope)
  }

  openHolds(scope: string, now: number): number {
    return this.#rates.openHolds(scope, now)
  }

  write({ records, counters, rates }: Changes): void {
    for (const record of records) {
      this.#sql.exec(
        'INSERT OR REPLACE INTO holds VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
        record.id,
        record.state,
        record.amount,
        record.charged,
        record.terms,
        record.counters.join(' '),
        record.reservedAt,
        record.leaseEndsAt,
        record.forgetAt,
        record.takenBy?.scope ?? null,
        record.takenBy?.tokens ?? 0,
      )
    }
    for (const [key, counter] of counters) {
      this.#sql.exec(
        'INSERT OR REPLACE INTO counters VALUES (?, ?, ?, ?, ?, ?, ?)',
        key,
        counter.settled,
        counter.reserved,
        counter.expired,
        counter.overrun,
        counter.charges,
        counter.forgetAt,
      )
    }
    this.#rates.write(rates)
  }

  /** Deletes rows that nobody needs any more, at most so many of each kind. */
  forget(now: number, atMost: number): void {
    this.#sql.exec(
      'DELETE FROM holds WHERE id IN (SELECT id FROM holds WHERE forget_at <= ? ORDER BY forget_at LIMIT ?)',
      now,
      atMost,
    )
    this.#sql.exec(
      'DELETE FROM counters WHERE key IN (SELECT key FROM counters WHERE forget_at <= ? ORDER BY forget_at LIMIT ?)',
      now,
      atMost,
    )
    this.#rates.forget(now, atMost)
  }
}

// The indexes leave out what they are never asked for: most holds are no longer held, and none is both held and past.
const schema = [
  `CREATE TABLE IF NOT EXISTS holds (
    id TEXT PRIMARY KEY, state TEXT NOT NULL, amount INTEGER NOT NULL, charged INTEGER NOT NULL, terms TEXT NOT NULL,
    counters TEXT NOT NULL, reserved_at INTEGER NOT NULL, lease_ends_at INTEGER NOT NULL, forget_at INTEGER
  ) WITHOUT ROWID`,
  `CREATE INDEX IF NOT EXISTS held ON holds (lease_ends_at, id) WHERE state = 'held'`,
  `CREATE INDEX IF NOT EXISTS past_holds ON holds (forget_at) WHERE forget_at IS NOT NULL`,
  `CREATE TABLE IF NOT EXISTS counters (
    key TEXT PRIMARY KEY, settled INTEGER NOT NULL, reserved INTEGER NOT NULL, expired INTEGER NOT NULL,
    overrun INTEGER NOT NULL, charges INTEGER NOT NULL, forget_at INTEGER
  ) WITHOUT ROWID`,
  `CREATE INDEX IF NOT EXISTS past_counters ON counters (forget_at) WHERE forget_at IS NOT NULL`,
]

function recordOf(row: RecordRow): HoldRecord {
  return {
    id: row.id,
    state: row.state as HoldState,
    amount: row.amount,
    charged: row.charged,
    terms: row.terms,
    // A scope holds no space.
    counters: row.counters === '' ? [] : row.counters.split(' '),
    reservedAt: row.reserved_at,
    leaseEndsAt: row.lease_ends_at,
    forgetAt: row.forget_at,
    takenBy: row.limit_scope === null ? null : { scope: row.limit_scope, tokens: row.limit_tokens },
  }
}
