/**
 * The rows of limits in a Durable Object's SQLite: one a scope with its last minute, and which holds its limits count.
 *
 * A ledger that was made before there were limits gets their columns when its object starts.
 */
import type { RateRow, Slot } from '@nearside/core'

export class SqlRates {
  readonly #sql: SqlStorage

  /** The table of holds is there already. */
  constructor(sql: SqlStorage) {
    this.#sql = sql
    const columns = sql.exec<{ name: string }>(`SELECT name FROM pragma_table_info('holds')`).toArray()
    if (!columns.some(({ name }) => name === 'limit_scope'))
      for (const statement of columnsAdded) sql.exec(statement)
    for (const statement of schema) sql.exec(statement)
  }

  rate(scope: string): RateRow | undefined {
    const row = this.#sql
      .exec<{ slots: string; forget_at: number }>('SELECT slots, forget_at FROM rates WHERE scope = ?', scope)
      .toArray()[0]
    return row && { scope, slots: JSON.parse(row.slots) as readonly Slot[], forgetAt: row.forget_at }
  }

  openHolds(scope: string, now: number): number {
    return this.#sql
      .exec<{ count: number }>(
        `SELECT count(*) AS count FROM holds WHERE state = 'held' AND limit_scope = ? AND lease_ends_at > ?`,
        scope,
        now,
      )
      .one().count
  }

  write(rates: readonly RateRow[]): void {
    for (const { scope, slots, forgetAt } of rates) {
      this.#sql.exec('INSERT OR REPLACE INTO rates VALUES (?, ?, ?)', scope, JSON.stringify(slots), forgetAt)
    }
  }

  forget(now: number, atMost: number): void {
    this.#sql.exec(
      'DELETE FROM rates WHERE scope IN (SELECT scope FROM rates WHERE forget_at <= ? ORDER BY forget_at LIMIT ?)',
      now,
      atMost,
    )
  }
}

const columnsAdded = [
  'ALTER TABLE holds ADD COLUMN limit_scope TEXT',
  'ALTER TABLE holds ADD COLUMN limit_tokens INTEGER NOT NULL DEFAULT 0',
]

const schema = [
  `CREATE INDEX IF NOT EXISTS limited ON holds (limit_scope, lease_ends_at)
    WHERE state = 'held' AND limit_scope IS NOT NULL`,
  'CREATE TABLE IF NOT EXISTS rates (scope TEXT PRIMARY KEY, slots TEXT NOT NULL, forget_at INTEGER NOT NULL) WITHOUT ROWID',
  'CREATE INDEX IF NOT EXISTS past_rates ON rates (forget_at)',
]
