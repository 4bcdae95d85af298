/** What keeps answers for repeats, filled and checked. */

import { checkSealed, isWithin } from './check-sealed.ts'
import { wrong } from './checks.ts'
import type { IdempotencyOptions } from './options.ts'

export type Idempotency = Required<Omit<IdempotencyOptions, 'previousSecret'>> & {
  readonly previousSecret?: string | undefined
}

export function resolveIdempotency(given: IdempotencyOptions | undefined): Idempotency | null {
  if (given === undefined) return null
  checkSealed(given, 'idempotency', fields, ['begin', 'keep', 'giveUp', 'read'])
  const {
    store,
    secret,
    previousSecret,
    zone = 'provider:replay-store',
    keepMs = 86_400_000,
    waitMs = 5_000,
  } = given
  if (!isWithin(keepMs, 1_000, 30 * 86_400_000))
    throw wrong('idempotency.keepMs', 'is milliseconds from a second to 30 days')
  if (!isWithin(waitMs, 0, 30_000)) throw wrong('idempotency.waitMs', 'is milliseconds up to 30 seconds')
  return { store, secret, previousSecret, zone, keepMs, waitMs }
}

const fields: Readonly<Record<keyof IdempotencyOptions, true>> = {
  store: true,
  secret: true,
  previousSecret: true,
  zone: true,
  keepMs: true,
  waitMs: true,
}
