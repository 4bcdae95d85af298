/**
 * Budgets kept by Durable Objects, one a tenant, called over RPC.
 *
 * Each call is made once: how long it may take, and whether it is made again, is for whoever asks. The object is known
 * by its shape alone: nothing here needs `cloudflare:workers`, so the store can be bundled anywhere.
 */
import {
  type Balance,
  type Cap,
  checkHold,
  checkLease,
  checkMoney,
  checkTenant,
  checkTokens,
  type Hold,
  type NanoUsd,
  NearsideError,
  type Release,
  type Renewal,
  type Reservation,
  type Settlement,
  type WriteOff,
} from '@nearside/core'
import type { BudgetStore } from './budget-store.ts'
import { openHeardCaps } from './heard-caps.ts'

/** A tenant's ledger as it is seen from outside: `BudgetLedger`, over RPC. */
export interface LedgerStub {
  reserve(hold: Hold): Promise<Reservation>
  settle(hold: Hold, actual: NanoUsd, usedTokens: number | null): Promise<Settlement>
  release(hold: Hold): Promise<Release>
  renew(hold: Hold, leaseMs: number): Promise<Renewal>
  read(caps: readonly Cap[]): Promise<readonly Balance[]>
  writeOff(hold: Hold): Promise<WriteOff>
}

/** What of a Durable Object namespace is used. */
export interface LedgerNamespace<Id = unknown> {
  idFromName(name: string): Id
  get(id: Id): LedgerStub
}

export function durableObjectBudgetStore<Id>(namespace: LedgerNamespace<Id>): BudgetStore {
  async function asked<Outcome>(
    tenant: string,
    verb: (ledger: LedgerStub) => Promise<Outcome>,
  ): Promise<Outcome> {
    try {
      // A stub whose call failed may be broken for good, so each call takes a fresh one.
      return await verb(namespace.get(namespace.idFromName(tenant)))
    } catch (cause) {
      throw new NearsideError('store-failed', 'The budget ledger did not answer.', {
        cause,
        ...(isOverloaded(cause) ? { retryAfterMs: 1_000 } : {}),
      })
    }
  }

  return {
    async reserve(hold) {
      checkHold(hold)
      return asked(hold.tenant, (ledger) => ledger.reserve(hold))
    },
    async settle(hold, actual, usedTokens = null) {
      checkHold(hold)
      checkMoney(actual, 'actual')
      if (usedTokens !== null) checkTokens(usedTokens, 'usedTokens')
      return asked(hold.tenant, (ledger) => ledger.settle(hold, actual, usedTokens))
    },
    async release(hold) {
      checkHold(hold)
      return asked(hold.tenant, (ledger) => ledger.release(hold))
    },
    async renew(hold, leaseMs) {
      checkHold(hold)
      checkLease(leaseMs)
      return asked(hold.tenant, (ledger) => ledger.renew(hold, leaseMs))
    },
    async read(tenant, caps) {
      checkTenant(tenant)
      return asked(tenant, (ledger) => ledger.read(caps))
    },
    async writeOff(hold) {
      checkHold(hold)
      return asked(hold.tenant, (ledger) => ledger.writeOff(hold))
    },
    openHeard: openHeardCaps,
  }
}

/** The platform marks a fault of an object that has too much to do: to ask it again at once makes it worse. */
function isOverloaded(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'overloaded' in error && error.overloaded === true
}
