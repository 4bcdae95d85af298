/**
 * The books of all tenants in this process's memory: maps, and what is due in order of time.
 *
 * Bounded: a change that would add rows beyond the limit is refused as a whole. What only alters rows that are there
 * is always written, so open holds can still be settled when the books are full.
 */
import {
  type Books,
  type Changes,
  type Counter,
  type HoldRecord,
  NearsideError,
  type RateRow,
} from '@nearside/core'
import { DueList } from './due-list.ts'

export class MemoryBooks {
  readonly #mostRows: number
  readonly #records = new Map<string, HoldRecord>()
  readonly #counters = new Map<string, Counter>()
  readonly #rates = new Map<string, RateRow>()
  readonly #leases = new Map<string, DueList>()
  /** The same for the holds that a scope's limits count. */
  readonly #limited = new Map<string, DueList>()
  readonly #pastRecords = new DueList()
  readonly #pastCounters = new DueList()
  readonly #pastRates = new DueList()

  constructor(mostRows: number) {
    this.#mostRows = mostRows
  }

  get rows(): number {
    return this.#records.size + this.#counters.size + this.#rates.size
  }

  /** One tenant's books. A tenant's name holds no slash, so no two tenants meet in a key. */
  of(tenant: string): Books {
    return {
      record: (id) => this.#records.get(`${tenant}/${id}`),
      counter: (key) => this.#counters.get(`${tenant}/${key}`),
      lapsed: (now, atMost) =>
        (this.#leases.get(tenant)?.due(now, atMost) ?? []).map(
          (id) => this.#records.get(`${tenant}/${id}`) as HoldRecord,
        ),
      rate: (scope) => this.#rates.get(`${tenant}/${scope}`),
      openHolds: (scope, now) => this.#limited.get(`${tenant}/${scope}`)?.countAfter(now) ?? 0,
    }
  }

  write(tenant: string, { records, counters, rates }: Changes): void {
    const added =
      records.filter(({ id }) => !this.#records.has(`${tenant}/${id}`)).length +
      counters.filter(([key]) => !this.#counters.has(`${tenant}/${key}`)).length +
      rates.filter(({ scope }) => !this.#rates.has(`${tenant}/${scope}`)).length
    if (this.rows + added > this.#mostRows) {
      throw new NearsideError('store-failed', `The budget store in memory is full (${this.#mostRows} rows).`)
    }
    for (const record of records) this.#putRecord(tenant, record)
    for (const [key, counter] of counters) this.#putCounter(`${tenant}/${key}`, counter)
    for (const row of rates) this.#putRate(`${tenant}/${row.scope}`, row)
  }

  /** Deletes rows that nobody needs any more, at most so many of each kind. */
  forget(now: number, atMost: number): void {
    for (const key of this.#pastRecords.due(now, atMost)) this.#dropRecord(key)
    for (const key of this.#pastCounters.due(now, atMost)) this.#dropCounter(key)
    for (const key of this.#pastRates.due(now, atMost)) this.#dropRate(key)
  }

  #putRecord(tenant: string, record: HoldRecord): void {
    const key = `${tenant}/${record.id}`
    this.#dropRecord(key)
    this.#records.set(key, record)
    if (record.state === 'held') {
      listOf(this.#leases, tenant).add(record.leaseEndsAt, record.id)
      if (record.takenBy !== null)
        listOf(this.#limited, `${tenant}/${record.takenBy.scope}`).add(record.leaseEndsAt, record.id)
    }
    if (record.forgetAt !== null) this.#pastRecords.add(record.forgetAt, key)
  }

  #dropRecord(key: string): void {
    const record = this.#records.get(key)
    if (!record) return
    this.#records.delete(key)
    if (record.forgetAt !== null) this.#pastRecords.delete(record.forgetAt, key)
    const tenant = key.slice(0, key.indexOf('/'))
    dropFrom(this.#leases, tenant, record)
    if (record.takenBy !== null) dropFrom(this.#limited, `${tenant}/${record.takenBy.scope}`, record)
  }

  #putCounter(key: string, counter: Counter): void {
    this.#dropCounter(key)
    this.#counters.set(key, counter)
    if (counter.forgetAt !== null) this.#pastCounters.add(counter.forgetAt, key)
  }

  #dropCounter(key: string): void {
    const forgetAt = this.#counters.get(key)?.forgetAt ?? null
    if (forgetAt !== null) this.#pastCounters.delete(forgetAt, key)
    this.#counters.delete(key)
  }

  #putRate(key: string, row: RateRow): void {
    this.#dropRate(key)
    this.#rates.set(key, row)
    this.#pastRates.add(row.forgetAt, key)
  }

  #dropRate(key: string): void {
    const row = this.#rates.get(key)
    if (row === undefined) return
    this.#pastRates.delete(row.forgetAt, key)
    this.#rates.delete(key)
  }
}

function listOf(lists: Map<string, DueList>, name: string): DueList {
  const list = lists.get(name) ?? new DueList()
  lists.set(name, list)
  return list
}

function dropFrom(lists: Map<string, DueList>, name: string, { leaseEndsAt, id }: HoldRecord): void {
  const list = lists.get(name)
  list?.delete(leaseEndsAt, id)
  if (list?.size === 0) lists.delete(name)
}
