/** Caps and holds that name only what a case is about. */
import { type Cap, type Hold, utc } from '@nearside/core'

/** Saturday 21 November 2026, noon UTC. */
export const noon = Date.UTC(2026, 10, 21, 12)
export const minute = 60_000
export const hour = 60 * minute
export const day = 24 * hour
/** One dollar in nano-dollars. */
export const usd = 1_000_000_000

export function cap(given: Partial<Cap> = {}): Cap {
  return {
    scope: 'account',
    window: 'day',
    limit: 5 * usd,
    kind: 'hard',
    zone: utc,
    countsExpired: true,
    ...given,
  }
}

let count = 0

export function hold(given: Partial<Hold> = {}): Hold {
  count += 1
  return {
    id: `request-${count}.0.0`,
    tenant: 'acme',
    caps: [cap()],
    amount: usd,
    leaseMs: 10 * minute,
    ...given,
  }
}

let tenants = 0

/** A tenant that no other test knows. */
export function newTenant(): string {
  tenants += 1
  return `tenant-${tenants}`
}
