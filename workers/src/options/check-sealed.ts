/** Checks what keeps text for later: a store that has its verbs, a secret to seal with, and a zone. */
import { isZone } from '@nearside/core'
import { checkSealSecret } from '../replay/seal.ts'
import { checkKeys, isObject, wrong } from './checks.ts'

type Keeping = {
  readonly store: object
  readonly secret: string
  readonly previousSecret?: string
  readonly zone?: string
}

export function checkSealed(
  given: Keeping,
  path: string,
  fields: Readonly<Record<string, true>>,
  verbs: readonly string[],
): void {
  if (!isObject(given)) throw wrong(path, 'is an object with a store and a secret')
  checkKeys(given, fields, path)
  const { store, secret, previousSecret, zone } = given
  const has = store as { readonly [verb: string]: unknown }
  if (!isObject(store) || !verbs.every((verb) => typeof has[verb] === 'function'))
    throw wrong(`${path}.store`, 'is a store, such as @nearside/workers/redis makes')
  if (secret === undefined) throw wrong(`${path}.secret`, 'is needed: text is kept sealed or not at all')
  checkSealSecret(secret, `${path}.secret`)
  if (previousSecret !== undefined) checkSealSecret(previousSecret, `${path}.previousSecret`)
  if (zone !== undefined && !isZone(zone))
    throw wrong(`${path}.zone`, 'is premises, gateway or provider:<name>')
}

export function isWithin(value: number, low: number, high: number): boolean {
  return Number.isInteger(value) && value >= low && value <= high
}
