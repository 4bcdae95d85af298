/** Who is let in, and what holds for all of them: keys as their digests, keys that are managed, or this machine alone. */

import type { Account, NearsideOptions } from '../options/options.ts'
import { readManagedKeys } from './keys.ts'
import type { Settings } from './settings.ts'
import { pairs, words, wrong } from './words.ts'

export function readAdmission(
  settings: Settings,
): Pick<NearsideOptions, 'keys' | 'managedKeys' | 'open' | 'openAccount'> {
  const terms = readTerms(settings)
  const managedKeys = readManagedKeys(settings, terms)
  if (managedKeys !== null && settings.NEARSIDE_OPEN !== '') {
    throw wrong('NEARSIDE_OPEN', 'would serve nobody beside NEARSIDE_KEY_SECRET: set one of the two')
  }
  if (settings.NEARSIDE_KEYS === '') {
    if (managedKeys !== null) return { managedKeys }
    if (settings.NEARSIDE_OPEN === 'loopback')
      return { open: 'loopback', openAccount: { tenant: 'local', ...terms } }
    throw wrong(
      'NEARSIDE_KEYS',
      'is needed, pairs of account=sha256(key), separated by commas, or NEARSIDE_KEY_SECRET; nobody is served unknown',
    )
  }
  if (settings.NEARSIDE_OPEN !== '') {
    throw wrong('NEARSIDE_OPEN', 'would serve nobody beside NEARSIDE_KEYS: set one of the two')
  }
  const keys = new Map<string, Account>()
  for (const [tenant, given] of pairs(settings.NEARSIDE_KEYS, 'NEARSIDE_KEYS')) {
    const digest = given.toLowerCase()
    // Whoever set a key itself in place of its digest must not read it in an error.
    if (!/^[0-9a-f]{64}$/.test(digest)) {
      throw wrong('NEARSIDE_KEYS', 'has each key as its SHA-256, 64 hexadecimal digits: account=sha256(key)')
    }
    if (keys.has(digest)) throw wrong('NEARSIDE_KEYS', 'has one key for two accounts')
    keys.set(digest, { tenant, ...terms })
  }
  return { keys: Object.fromEntries(keys), ...(managedKeys === null ? {} : { managedKeys }) }
}

function readTerms(settings: Settings): Pick<Account, 'privacy' | 'providers'> {
  return {
    ...(settings.NEARSIDE_PRIVACY === '' ? {} : { privacy: settings.NEARSIDE_PRIVACY }),
    ...(settings.NEARSIDE_PROVIDERS === '' ? {} : { providers: words(settings.NEARSIDE_PROVIDERS) }),
  }
}
