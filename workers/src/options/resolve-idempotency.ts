/** What keeps answers for repeats, filled and checked. */
import { isZone } from '@nearside/core'
import type { ReplayStore } from '../replay/replay-store.ts'
import { checkSealSecret } from '../replay/seal.ts'
import { checkKeys, isObject, wrong } from './checks.ts'
import type { IdempotencyOptions } from './options.ts'

export type Idempotency = Required<IdempotencyOptions>

export function resolveIdempotency(given: IdempotencyOptions | undefined): Idempotency | null {
  if (given === undefined) return null
  if (!isObject(given)) throw wrong('idempotency', 'is an object with a store and a secret')
  checkKeys(given, fields, 'idempotency')
  const { store, secret, zone = 'provider:replay-store', keepMs = 86_400_000, waitMs = 5_000 } = given
  if (!isStore(store))
    throw wrong('idempotency.store', 'is a store of answers, such as redisReplayStore makes')
  if (typeof secret !== 'string')
    throw wrong('idempotency.secret', 'is needed: answers are kept sealed or not at all')
  checkSealSecret(secret)
  if (!isZone(zone)) throw wrong('idempotency.zone', 'is premises, gateway or provider:<name>')
  if (!isWithin(keepMs, 1_000, 30 * 86_400_000))
    throw wrong('idempotency.keepMs', 'is milliseconds from a second to 30 days')
  if (!isWithin(waitMs, 0, 30_000)) throw wrong('idempotency.waitMs', 'is milliseconds up to 30 seconds')
  return { store, secret, zone, keepMs, waitMs }
}

const fields: Readonly<Record<keyof IdempotencyOptions, true>> = {
  store: true,
  secret: true,
  zone: true,
  keepMs: true,
  waitMs: true,
}

function isStore(store: unknown): store is ReplayStore {
  if (!isObject(store)) return false
  const verbs = store as { readonly [verb in keyof ReplayStore]?: unknown }
  return [verbs.begin, verbs.keep, verbs.giveUp, verbs.read].every((verb) => typeof verb === 'function')
}

function isWithin(value: number, low: number, high: number): boolean {
  return Number.isInteger(value) && value >= low && value <= high
}
