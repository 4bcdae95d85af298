/**
 * Numbers that European states give to people, as rows: form, check, and the words that a weak form needs beside it.
 *
 * Sources are the issuing offices' own descriptions. A number whose digits hold a birth date is strong by that date; one
 * of nine digits with one check digit is nothing without a word.
 */

import { lazily } from '../lazily/lazily.ts'
import { digitAt, isDateAt, luhn, mod11and10, mod11Check, remainder, weightedSum } from './checksum.ts'
import type { NumberRule } from './number-rule.ts'

const idWords =
  /\b(?:id|identity|identification|identit\p{L}*|national|personal|citizen|person\p{L}*|social|tax|fiscal|nif|bsn|egn|cpr|nin|number|nummer|num\p{L}*)\b/iu

export const europeanIds: () => readonly NumberRule[] = lazily(() => [
  {
    kind: 'health-id',
    detail: 'uk-nhs',
    forms: ['3-3-4: '],
    bare: ['10', '3-3-4'],
    words: /\b(?:nhs|health|patient|h&c)\b/i,
    valid: (digits) =>
      /[^0]/.test(digits) && mod11Check(digits, [10, 9, 8, 7, 6, 5, 4, 3, 2]) === digitAt(digits, 9),
  },
  { kind: 'tax-id', detail: 'de-tax-id', forms: ['11', '2-3-3-3'], valid: isGermanTaxId },
  {
    kind: 'national-id',
    detail: 'fr-nir',
    forms: ['15', '1-2-2-2-3-3-2', '13-2'],
    valid: (digits) => /^[1-478]\d\d(?:0[1-9]|1[0-2]|[2-9]\d)/.test(digits) && isFrenchNir(digits),
  },
  {
    kind: 'national-id',
    detail: 'nl-bsn',
    forms: [],
    bare: ['9', '3-3-3', '4-2-3', '8'],
    words: /\b(?:bsn|burgerservicenummer|sofi|citizen service)/i,
    valid: (digits) => {
      const nine = digits.padStart(9, '0')
      return Number(nine) > 0 && (weightedSum(nine, [9, 8, 7, 6, 5, 4, 3, 2]) - digitAt(nine, 8)) % 11 === 0
    },
  },
  { kind: 'national-id', detail: 'pl-pesel', forms: ['11'], valid: isPesel },
  {
    kind: 'national-id',
    detail: 'se-personnummer',
    forms: ['6-4', '8-4', '12'],
    bare: ['10'],
    words: /\b(?:personnummer|personal (?:identity )?number|samordningsnummer)\b/i,
    valid: (digits) => {
      const ten = digits.slice(-10)
      const day = digitAt(ten, 4) >= 6 ? `${ten.slice(0, 4)}${digitAt(ten, 4) - 6}${ten[5]}` : ten.slice(0, 6)
      return (digits.length === 10 || /^(?:18|19|20)/.test(digits)) && isDateAt(day, 'ymd') && luhn(ten)
    },
  },
  {
    kind: 'national-id',
    detail: 'dk-cpr',
    forms: [],
    bare: ['6-4', '10'],
    words: /\b(?:cpr|personnummer|danish)/i,
    valid: (digits) => isDateAt(digits, 'dmy'),
  },
  {
    kind: 'national-id',
    detail: 'no-fodselsnummer',
    forms: ['11', '6-5'],
    valid: (digits) =>
      isDateAt(digits, 'dmy') &&
      mod11Check(digits, [3, 7, 6, 1, 8, 9, 4, 5, 2]) === digitAt(digits, 9) &&
      mod11Check(digits, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) === digitAt(digits, 10),
  },
  {
    kind: 'national-id',
    detail: 'be-national-number',
    forms: ['11', '6-3-2', '2-2-2-3-2:.- '],
    valid: (digits) => {
      const check = Number(digits.slice(9))
      const born = digits.slice(0, 9)
      return (
        isDateAt(digits, 'ymd') &&
        (97 - (Number(born) % 97) === check || 97 - (Number(`2${born}`) % 97) === check)
      )
    },
  },
  {
    kind: 'national-id',
    detail: 'ch-ahv',
    forms: ['13', '3-4-4-2:. -'],
    valid: (digits) =>
      digits.startsWith('756') &&
      (10 - (weightedSum(digits, [1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3]) % 10)) % 10 === digitAt(digits, 12),
  },
  {
    kind: 'tax-id',
    detail: 'pt-nif',
    forms: [],
    bare: ['9', '3-3-3'],
    words: /\b(?:nif|contribuinte|portugues\p{L}*)/iu,
    valid: (digits) => mod11Check(digits, [9, 8, 7, 6, 5, 4, 3, 2]) % 10 === digitAt(digits, 8),
  },
  {
    kind: 'national-id',
    detail: 'ro-cnp',
    forms: ['13'],
    valid: (digits) => {
      const rest = weightedSum(digits, [2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11
      return (
        digits[0] !== '0' && isDateAt(digits, 'ymd', 1) && (rest === 10 ? 1 : rest) === digitAt(digits, 12)
      )
    },
  },
  {
    kind: 'national-id',
    detail: 'cz-rodne-cislo',
    forms: ['6-4:/'],
    bare: ['10'],
    words: /\b(?:rodn\p{L}* \p{L}*|birth number|r\.? ?č\.?)/iu,
    valid: (digits) => {
      const month = Number(digits.slice(2, 4))
      const plain = [0, 20, 50, 70].some((added) => month - added >= 1 && month - added <= 12)
      return plain && /^(?:0[1-9]|[12]\d|3[01])/.test(digits.slice(4)) && Number(digits) % 11 === 0
    },
  },
  {
    kind: 'national-id',
    detail: 'bg-egn',
    forms: [],
    bare: ['10'],
    words: /(?:\begn\b|егн|bulgarian)/i,
    valid: (digits) => (weightedSum(digits, [2, 4, 8, 5, 10, 9, 7, 3, 6]) % 11) % 10 === digitAt(digits, 9),
  },
  {
    kind: 'national-id',
    detail: 'hr-oib',
    forms: [],
    bare: ['11'],
    words: /\boib\b/i,
    valid: mod11and10,
  },
  {
    kind: 'national-id',
    detail: 'gr-amka',
    forms: ['11'],
    valid: (digits) => isDateAt(digits, 'dmy') && luhn(digits),
  },
  {
    kind: 'national-id',
    detail: 'ee-isikukood',
    forms: [],
    bare: ['11'],
    words: idWords,
    valid: (digits) => {
      const first = weightedSum(digits, [1, 2, 3, 4, 5, 6, 7, 8, 9, 1]) % 11
      const check = first < 10 ? first : (weightedSum(digits, [3, 4, 5, 6, 7, 8, 9, 1, 2, 3]) % 11) % 10
      return isDateAt(digits, 'ymd', 1) && check === digitAt(digits, 10)
    },
  },
])

function isPesel(digits: string): boolean {
  const month = digitAt(digits, 2) * 10 + digitAt(digits, 3)
  // The century is added to the month: 1800s +80, 2000s +20, 2100s +40, 2200s +60.
  const born = `${digits.slice(0, 2)}${String(month % 20).padStart(2, '0')}${digits.slice(4, 6)}`
  const check = (10 - (weightedSum(digits, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3]) % 10)) % 10
  return isDateAt(born, 'ymd') && check === digitAt(digits, 10)
}

/** One digit of the first ten stands there twice or three times, every other at most once; the first is no zero. */
function isGermanTaxId(digits: string): boolean {
  if (digits[0] === '0' || !mod11and10(digits)) return false
  const counts = Array.from({ length: 10 }, (_, digit) => digits.slice(0, 10).split(String(digit)).length - 1)
  const repeated = counts.filter((count) => count > 1)
  return repeated.length === 1 && repeated[0]! <= 3
}

function isFrenchNir(digits: string): boolean {
  return 97 - remainder(digits.slice(0, 13), 97) === Number(digits.slice(13))
}
