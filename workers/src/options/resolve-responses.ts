/** What keeps responses for the turns after them, filled and checked. */
import { isZone } from '@nearside/core'
import type { ResponseStore } from '../replay/response-store.ts'
import { checkSealSecret } from '../replay/seal.ts'
import { checkKeys, isObject, wrong } from './checks.ts'
import type { ResponseOptions } from './options.ts'

export type Responses = Required<ResponseOptions>

const dayMs = 86_400_000

export function resolveResponses(given: ResponseOptions | undefined): Responses | null {
  if (given === undefined) return null
  if (!isObject(given)) throw wrong('responses', 'is an object with a store and a secret')
  checkKeys(given, fields, 'responses')
  const { store, secret, zone = 'provider:response-store', keepMs = 30 * dayMs } = given
  if (!isStore(store))
    throw wrong('responses.store', 'is a store of responses, such as redisResponseStore makes')
  if (typeof secret !== 'string')
    throw wrong('responses.secret', 'is needed: responses are kept sealed or not at all')
  checkSealSecret(secret)
  if (!isZone(zone)) throw wrong('responses.zone', 'is premises, gateway or provider:<name>')
  if (!Number.isInteger(keepMs) || keepMs < 1_000 || keepMs > 365 * dayMs)
    throw wrong('responses.keepMs', 'is milliseconds from a second to 365 days')
  return { store, secret, zone, keepMs }
}

const fields: Readonly<Record<keyof ResponseOptions, true>> = {
  store: true,
  secret: true,
  zone: true,
  keepMs: true,
}

function isStore(store: unknown): store is ResponseStore {
  if (!isObject(store)) return false
  const verbs = store as { readonly [verb in keyof ResponseStore]?: unknown }
  return [verbs.save, verbs.load, verbs.remove].every((verb) => typeof verb === 'function')
}
