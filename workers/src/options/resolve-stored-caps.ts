/** Where caps are kept that an operator sets while the gateway runs, checked. */
import { checkKeys, isObject, wrong } from './checks.ts'
import type { NearsideOptions, StoredCapsOptions } from './options.ts'

export type StoredCaps = Required<StoredCapsOptions>

export function resolveStoredCaps({ storedCaps: given, budgets }: NearsideOptions): StoredCaps | null {
  if (given === undefined) return null
  if (!isObject(given)) throw wrong('storedCaps', 'is an object with a directory')
  checkKeys(given, { directory: true, recheckMs: true }, 'storedCaps')
  const { directory, recheckMs = 30_000 } = given
  if (!isObject(directory) || typeof directory.read !== 'function')
    throw wrong('storedCaps.directory', 'is a directory of caps, such as redisCapDirectory makes')
  if (!Number.isInteger(recheckMs) || recheckMs < 0 || recheckMs > 86_400_000)
    throw wrong('storedCaps.recheckMs', 'is whole milliseconds from 0 to a day')
  if (budgets === undefined) throw wrong('storedCaps', 'needs budgets: nothing else would count')
  return { directory, recheckMs }
}
