/** Small checks that say the path of what is wrong. */
import { NearsideError, unknownName } from '@nearside/core'

export function wrong(path: string, what: string): NearsideError {
  return new NearsideError('bad-options', `${path} ${what}${what.endsWith('?') ? '' : '.'}`, { param: path })
}

export function checkKeys(given: object, known: Readonly<Record<string, unknown>>, path: string): void {
  for (const key of Object.keys(given)) {
    if (Object.hasOwn(known, key)) continue
    const at = path === '' ? key : `${path}.${key}`
    throw wrong(at, unknownName('an option', key, Object.keys(known)))
  }
}

export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The defaults with what was given over them; every value a whole number from 1 to `most`. */
export function wholeNumbers<T extends Readonly<Record<keyof T, number>>>(
  given: Partial<T> | undefined,
  defaults: T,
  path: string,
  most: number,
): T {
  if (given === undefined) return defaults
  if (!isObject(given)) throw wrong(path, `is an object of ${Object.keys(defaults).join(', ')}`)
  checkKeys(given, defaults, path)
  for (const [key, value] of Object.entries(given)) checkWhole(value, `${path}.${key}`, most)
  return { ...defaults, ...given }
}

export function checkWhole(value: unknown, path: string, most: number): void {
  if (Number.isSafeInteger(value) && (value as number) >= 1 && (value as number) <= most) return
  throw wrong(path, `is a whole number from 1 to ${most}, but was ${String(value)}`)
}

/** What a request can ask for by name, and a header can say. */
export function isModelName(name: unknown): boolean {
  return typeof name === 'string' && /^[\x21-\x7e]{1,256}$/.test(name)
}

/** Null where the text is not hexadecimal. */
export function hexBytes(hex: string): Uint8Array | null {
  if (!/^(?:[0-9a-fA-F]{2})*$/.test(hex)) return null
  return Uint8Array.from({ length: hex.length / 2 }, (_, i) =>
    Number.parseInt(hex.slice(i * 2, i * 2 + 2), 16),
  )
}
