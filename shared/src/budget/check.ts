/**
 * What the ledger takes: caps and holds whose every number is whole and safe to add, and whose names are safe to
 * store. A cap is checked once, when it is set; a hold by every store, before it is touched.
 */
import { NearsideError } from '../fault/nearside-error.ts'
import { formatUsd } from '../price/usd-text.ts'
import { type Cap, type CapTerms, capKinds, capWindows } from './cap.ts'
import type { Hold } from './hold.ts'
import { checkLimitedBy } from './limits.ts'
import type { ZoneTable } from './zone-table.ts'

/** Fills and checks an operator's terms; `zone` is the table of their time zone. */
export function capOf(terms: CapTerms, zone: ZoneTable, path = 'cap'): Cap {
  for (const key of Object.keys(terms)) {
    if (!termNames.includes(key))
      throw wrong(`${path}.${key}`, `is not a setting; there are ${termNames.join(', ')}`)
  }
  const cap: Cap = {
    scope: terms.scope,
    window: terms.window,
    limit: terms.limit,
    kind: terms.kind ?? 'hard',
    zone,
    countsExpired: terms.countsExpired ?? true,
  }
  if (typeof cap.scope !== 'string' || !scopePattern.test(cap.scope)) {
    throw wrong(`${path}.scope`, 'is 1 to 128 letters, digits and . _ : @ / -')
  }
  if (!capWindows.includes(cap.window)) throw wrong(`${path}.window`, `is one of ${capWindows.join(', ')}`)
  if (!capKinds.includes(cap.kind)) throw wrong(`${path}.kind`, `is one of ${capKinds.join(', ')}`)
  if (typeof cap.countsExpired !== 'boolean') throw wrong(`${path}.countsExpired`, 'is true or false')
  checkMoney(cap.limit, `${path}.limit`)
  return cap
}

export function checkHold(hold: Hold): void {
  if (!namePattern.test(hold.id)) throw wrong('hold.id', 'is 1 to 128 letters, digits and . _ : -')
  checkTenant(hold.tenant)
  checkMoney(hold.amount, 'hold.amount')
  checkLease(hold.leaseMs)
  if (hold.limitedBy !== undefined) checkLimitedBy(hold.limitedBy)
}

export function checkTenant(tenant: string): void {
  if (!namePattern.test(tenant)) throw wrong('tenant', 'is 1 to 128 letters, digits and . _ : -')
}

export function checkLease(leaseMs: number): void {
  if (!Number.isSafeInteger(leaseMs) || leaseMs < 1 || leaseMs > longestLeaseMs) {
    throw wrong('leaseMs', `is whole milliseconds from 1 to ${longestLeaseMs} (a day), but was ${leaseMs}`)
  }
}

export function checkMoney(amount: number, path: string): void {
  if (!Number.isSafeInteger(amount) || amount < 0) {
    const highest = formatUsd(Number.MAX_SAFE_INTEGER)
    throw wrong(path, `is whole nano-dollars from 0 to ${highest}, but was ${amount}`)
  }
}

const termNames: readonly string[] = ['scope', 'window', 'limit', 'kind', 'timeZone', 'countsExpired']
// No brace, which would break a Redis hash tag, and no bar, which divides a counter's key.
const scopePattern = /^[A-Za-z0-9._:@/-]{1,128}$/
const namePattern = /^[A-Za-z0-9._:-]{1,128}$/
const longestLeaseMs = 24 * 3_600_000

function wrong(path: string, what: string): NearsideError {
  return new NearsideError('bad-options', `${path} ${what}`, { param: path })
}
