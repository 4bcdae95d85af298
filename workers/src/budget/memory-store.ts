/**
 * Budgets in this process's memory: exact for one Node process, and for development in workerd.
 *
 * Each process counts for itself and forgets when it ends, so it is no store for a Worker, which runs as many
 * isolates as there are places.
 */
import {
  type BookTerms,
  checkHold,
  checkLease,
  checkMoney,
  checkTenant,
  checkTokens,
  defaultBookTerms,
  NearsideError,
  readBalances,
  release,
  renew,
  reserve,
  settle,
  type Verdict,
  writeOff,
} from '@nearside/core'
import type { BudgetStore } from './budget-store.ts'
import { openHeardCaps } from './heard-caps.ts'
import { MemoryBooks } from './memory-books.ts'

export type MemoryBudgetOptions = {
  /** Milliseconds since the epoch. @default Date.now */
  readonly now: () => number
  /** Rows kept in all: holds, tombstones and sums. Beyond it new holds are refused. @default 20000, about 20 MiB: 160 priced calls a second */
  readonly mostRows: number
  /** @default two minutes for tombstones: no retry outlives its process; else `defaultBookTerms` */
  readonly terms: Partial<BookTerms>
}

const tombstoneMs = 2 * 60_000

export function memoryBudgetStore(given: Partial<MemoryBudgetOptions> = {}): BudgetStore {
  const { now = Date.now, mostRows = 20_000 } = given
  const terms: BookTerms = { ...defaultBookTerms, tombstoneMs, ...given.terms }
  if (!Number.isSafeInteger(mostRows) || mostRows < 1) {
    throw new NearsideError('bad-options', `mostRows is a whole number from 1, but was ${mostRows}`, {
      param: 'mostRows',
    })
  }
  const books = new MemoryBooks(mostRows)

  function written<Outcome>(tenant: string, { outcome, changes }: Verdict<Outcome>): Outcome {
    books.write(tenant, changes)
    return outcome
  }

  return {
    async reserve(hold) {
      checkHold(hold)
      const at = now()
      books.forget(at, forgottenAtOnce)
      return written(hold.tenant, reserve(books.of(hold.tenant), terms, hold, at))
    },
    async settle(hold, actual, usedTokens = null) {
      checkHold(hold)
      checkMoney(actual, 'actual')
      if (usedTokens !== null) checkTokens(usedTokens, 'usedTokens')
      return written(hold.tenant, settle(books.of(hold.tenant), terms, hold, actual, now(), usedTokens))
    },
    async release(hold) {
      checkHold(hold)
      return written(hold.tenant, release(books.of(hold.tenant), terms, hold, now()))
    },
    async renew(hold, leaseMs) {
      checkHold(hold)
      checkLease(leaseMs)
      return written(hold.tenant, renew(books.of(hold.tenant), terms, hold, leaseMs, now()))
    },
    async read(tenant, caps) {
      checkTenant(tenant)
      return written(tenant, readBalances(books.of(tenant), terms, caps, now()))
    },
    async writeOff(hold) {
      checkHold(hold)
      return written(hold.tenant, writeOff(books.of(hold.tenant), terms, hold, now()))
    },
    openHeard: openHeardCaps,
  }
}

// A reserve adds a hold and its sums; forgetting more than that each time, the books shrink to what is needed.
const forgottenAtOnce = 64
