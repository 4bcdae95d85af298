/**
 * The books of all tenants in this process's memory: maps, and what is due in order of time.
 *
 * Bounded: a change that would add rows beyond the limit is refused as a whole. What only alters rows that are there
 * is always written, so open holds can still be settled when the books are full.
 */
import { type Books, type Changes, type Counter, type HoldRecord, NearsideError } from '@nearside/core'
import { DueList } from './due-list.ts'

export class MemoryBooks {
  readonly #mostRows: number
  readonly #records = new Map<string, HoldRecord>()
  readonly #counters = new Map<string, Counter>()
  readonly #leases = new Map<string, DueList>()
  readonly #pastRecords = new DueList()
  readonly #pastCounters = new DueList()

  constructor(mostRows: number) {
    this.#mostRows = mostRows
  }

  get rows(): number {
    return this.#records.size + this.#counters.size
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
    }
  }

  write(tenant: string, { records, counters }: Changes): void {
    const added =
      records.filter(({ id }) => !this.#records.has(`${tenant}/${id}`)).length +
      counters.filter(([key]) => !this.#counters.has(`${tenant}/${key}`)).length
    if (this.rows + added > this.#mostRows) {
      throw new NearsideError('store-failed', `The budget store in memory is full (${this.#mostRows} rows).`)
    }
    for (const record of records) this.#putRecord(tenant, record)
    for (const [key, counter] of counters) this.#putCounter(`${tenant}/${key}`, counter)
  }

  /** Deletes rows that nobody needs any more, at most so many of each kind. */
  forget(now: number, atMost: number): void {
    for (const key of this.#pastRecords.due(now, atMost)) this.#dropRecord(key)
    for (const key of this.#pastCounters.due(now, atMost)) this.#dropCounter(key)
  }

  #putRecord(tenant: string, record: HoldRecord): void {
    const key = `${tenant}/${record.id}`
    this.#dropRecord(key)
    this.#records.set(key, record)
    if (record.state === 'held') this.#leasesOf(tenant).add(record.leaseEndsAt, record.id)
    if (record.forgetAt !== null) this.#pastRecords.add(record.forgetAt, key)
  }

  #dropRecord(key: string): void {
    const record = this.#records.get(key)
    if (!record) return
    this.#records.delete(key)
    if (record.forgetAt !== null) this.#pastRecords.delete(record.forgetAt, key)
    const tenant = key.slice(0, key.indexOf('/'))
    const leases = this.#leases.get(tenant)
    leases?.delete(record.leaseEndsAt, record.id)
    if (leases?.size === 0) this.#leases.delete(tenant)
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

  #leasesOf(tenant: string): DueList {
    const leases = this.#leases.get(tenant) ?? new DueList()
    this.#leases.set(tenant, leases)
    return leases
  }
}
