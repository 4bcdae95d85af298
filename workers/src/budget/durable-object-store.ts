/**
 * Budgets kept by Durable Objects, one a tenant, called over RPC.
 *
 * Every call has a deadline, and one repetition inside it where the platform says that a repetition may help: each
 * verb is idempotent by the hold's id, so a call whose answer was lost is safe to make again. The object is known by
 * its shape alone: nothing here needs `cloudflare:workers`, so the store can be bundled anywhere.
 */
import {
  type Balance,
  type Cap,
  checkHold,
  checkLease,
  checkMoney,
  checkTenant,
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

/** A tenant's ledger as it is seen from outside: `BudgetLedger`, over RPC. */
export interface LedgerStub {
  reserve(hold: Hold): Promise<Reservation>
  settle(hold: Hold, actual: NanoUsd): Promise<Settlement>
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

export type DurableObjectBudgetOptions = {
  /** The longest a verb may take, its repetition included. @default 2000 */
  readonly timeoutMs: number
}

export function durableObjectBudgetStore<Id>(
  namespace: LedgerNamespace<Id>,
  given: Partial<DurableObjectBudgetOptions> = {},
): BudgetStore {
  const { timeoutMs = 2_000 } = given
  if (!Number.isSafeInteger(timeoutMs) || timeoutMs < 1) {
    throw new NearsideError('bad-options', `timeoutMs is whole milliseconds from 1, but was ${timeoutMs}`, {
      param: 'timeoutMs',
    })
  }

  function asked<Outcome>(tenant: string, verb: (ledger: LedgerStub) => Promise<Outcome>): Promise<Outcome> {
    // A stub whose call failed may be broken for good, so each attempt takes a fresh one.
    const attempt = async (): Promise<Outcome> => verb(namespace.get(namespace.idFromName(tenant)))
    const answer = attempt().catch((error) => {
      if (isWorthRepeating(error)) return attempt()
      throw error
    })
    return within(answer, timeoutMs)
  }

  return {
    async reserve(hold) {
      checkHold(hold)
      return asked(hold.tenant, (ledger) => ledger.reserve(hold))
    },
    async settle(hold, actual) {
      checkHold(hold)
      checkMoney(actual, 'actual')
      return asked(hold.tenant, (ledger) => ledger.settle(hold, actual))
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
  }
}

/** The platform marks faults of its own that a second call may not meet; an overloaded object must not be asked again. */
function isWorthRepeating(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false
  return (
    'retryable' in error && error.retryable === true && !('overloaded' in error && error.overloaded === true)
  )
}

function within<Outcome>(answer: Promise<Outcome>, timeoutMs: number): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const fail = (cause: unknown): void =>
      reject(new NearsideError('store-failed', 'The budget ledger did not answer.', { cause }))
    const timer = setTimeout(() => fail(new Error(`No answer within ${timeoutMs} ms.`)), timeoutMs)
    answer.then(resolve, fail).finally(() => clearTimeout(timer))
  })
}
