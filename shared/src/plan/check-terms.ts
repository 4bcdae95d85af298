/** Small checks of what an operator says of a strategy, each with the path of what is wrong. */
import { NearsideError } from '../fault/nearside-error.ts'

export function wrongTerm(path: string, what: string): NearsideError {
  return new NearsideError('bad-options', `${path} ${what}`, { param: path })
}

export function isTermsObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function checkTerms(given: object, known: object, path: string): void {
  if (!isTermsObject(given)) throw wrongTerm(path, `is an object of ${Object.keys(known).join(', ')}`)
  for (const key of Object.keys(given)) {
    if (!Object.hasOwn(known, key))
      throw wrongTerm(`${path}.${key}`, `is not a setting; there are ${Object.keys(known).join(', ')}`)
  }
}

export function checkShare(value: unknown, path: string): void {
  if (typeof value === 'number' && value >= 0 && value <= 1) return
  throw wrongTerm(path, `lies between 0 and 1, but was ${String(value)}`)
}

export function checkWholeNumber(value: unknown, path: string, most: number): void {
  if (Number.isSafeInteger(value) && (value as number) >= 1 && (value as number) <= most) return
  throw wrongTerm(path, `is a whole number from 1 to ${most}, but was ${String(value)}`)
}
