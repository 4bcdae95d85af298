/** Where alerts go, checked. */
import { isZone, type Zone } from '@nearside/core'
import type { FirstOnce } from '../budget/first-once.ts'
import { checkKeys, isObject, wrong } from './checks.ts'
import type { NearsideOptions } from './options.ts'

export type Alerts = {
  readonly url: string
  readonly secret: string | null
  readonly zone: Zone
  readonly once: FirstOnce | null
}

export function resolveAlerts({ alerts: given, budgets }: NearsideOptions): Alerts | null {
  if (given === undefined) return null
  if (!isObject(given)) throw wrong('alerts', 'is an object with a url')
  checkKeys(given, { url: true, secret: true, zone: true, once: true }, 'alerts')
  const { url, secret, once } = given
  // The address may carry a token of its own, so it is not repeated.
  if (typeof url !== 'string' || !/^https?:/i.test(url) || !URL.canParse(url))
    throw wrong('alerts.url', 'is the https:// address of a webhook')
  if (secret !== undefined && (typeof secret !== 'string' || secret.length < 16))
    throw wrong('alerts.secret', 'has at least 16 characters')
  const zone = given.zone ?? `provider:${new URL(url).host}`
  if (!isZone(zone)) throw wrong('alerts.zone', 'is premises, gateway or provider:<name>')
  if (once !== undefined && (!isObject(once) || typeof once.first !== 'function'))
    throw wrong('alerts.once', 'is what redisFirstOnce makes')
  if (budgets === undefined) throw wrong('alerts', 'needs budgets: nothing else has soft caps')
  return { url, secret: secret ?? null, zone, once: once ?? null }
}
