/**
 * What stands in a text in place of a person's data: `[EMAIL_H5K]`.
 *
 * A label says what kind of thing it is, so that a model can still write a sentence around it; a code of letter, digit, letter
 * says which one, is a token or two, and is no word that a model would write by itself. The codes of a request go by the
 * order in which values come, so the next turn of a conversation redacts to the same text and an upstream's prompt
 * cache still serves it. A code that occurs in the request's own text is passed over: restoring can then touch nothing that was not
 * redacted.
 */
import type { PersonalKind } from '../personal-data/finding.ts'

export const labels: { readonly [kind in PersonalKind]: string } = {
  person: 'PERSON',
  address: 'ADDRESS',
  age: 'AGE',
  'birth-date': 'DATE',
  email: 'EMAIL',
  phone: 'PHONE',
  'ip-address': 'IP',
  'device-id': 'DEVICE',
  card: 'CARD',
  iban: 'IBAN',
  'bank-account': 'ACCOUNT',
  'national-id': 'ID',
  'tax-id': 'TAXID',
  'health-id': 'HEALTHID',
  passport: 'PASSPORT',
  'driver-licence': 'LICENCE',
  wallet: 'WALLET',
  secret: 'SECRET',
  'private-key': 'KEY',
  'url-credentials': 'LOGIN',
}

const letters = 'BCDFGHJKLMNPQRSTVWXZ'
const digits = '23456789'
const shortCodes = letters.length * digits.length * letters.length

/**
 * The n-th code. Neighbours differ in every place, so that a slip of one character hits no other code; past the
 * 3,200th, codes have five characters.
 */
export function codeOf(n: number): string {
  const turn = Math.floor(n / shortCodes)
  const mixed = ((n % shortCodes) * 1237) % shortCodes
  const code =
    letters[mixed % 20]! + digits[Math.floor(mixed / 20) % 8]! + letters[Math.floor(mixed / 160) % 20]!
  return turn === 0 ? code : code + digits[turn % 8]! + letters[Math.floor(turn / 8) % 20]!
}

/** More values than this in one request stay under codes that exist; what comes after is masked for good. */
export const mostCodes: number = shortCodes * 100

export function placeholder(kind: PersonalKind, code: string): string {
  return `[${labels[kind]}_${code}]`
}
