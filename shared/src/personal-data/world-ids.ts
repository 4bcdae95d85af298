/**
 * Numbers that states outside Europe give to people, and numbers of accounts and of health care, as rows.
 */

import { lazily } from '../lazily/lazily.ts'
import { digitAt, isDateAt, luhn, mod11Check, verhoeff, weightedSum } from './checksum.ts'
import type { NumberRule } from './number-rule.ts'

const taxWords = /\b(?:tax|tfn|ird|file number|tin)\b/i

export const worldIds: () => readonly NumberRule[] = lazily(() => [
  {
    kind: 'national-id',
    detail: 'us-ssn',
    forms: ['3-2-4'],
    bare: ['9', '3-2-4:.'],
    words: /\b(?:ssn|social security|social|soc sec)\b/i,
    // Areas 000, 666 and 900 up, group 00 and serial 0000 were never given out; 900 up with these groups is an ITIN.
    valid: (digits) =>
      /^(?!000|666|9)\d{3}(?!00)\d\d(?!0000)\d{4}$/.test(digits) ||
      /^9\d\d(?:5\d|6[0-5]|7\d|8[0-8]|9[0-24-9])(?!0000)\d{4}$/.test(digits),
  },
  {
    kind: 'national-id',
    detail: 'in-aadhaar',
    forms: ['4-4-4'],
    bare: ['12'],
    words: /(?:a+dh?a+r|uidai|\buid\b|आधार)/i,
    valid: (digits) => digits[0]! >= '2' && verhoeff(digits),
  },
  {
    kind: 'tax-id',
    detail: 'br-cpf',
    forms: ['11', '3-3-3-2:.-', '9-2:-'],
    valid: (digits) => !isOneDigit(digits) && brazilian(digits, 9, 10) && brazilian(digits, 10, 11),
  },
  {
    kind: 'tax-id',
    detail: 'br-cnpj',
    forms: ['14', '2-3-3-4-2:./-'],
    valid: (digits) => !isOneDigit(digits) && cnpjCheck(digits, 12) && cnpjCheck(digits, 13),
  },
  {
    kind: 'tax-id',
    detail: 'au-tfn',
    forms: [],
    bare: ['9', '3-3-3'],
    words: taxWords,
    valid: (digits) => weightedSum(digits, [1, 4, 3, 7, 5, 8, 6, 9, 10]) % 11 === 0,
  },
  {
    kind: 'health-id',
    detail: 'au-medicare',
    forms: ['4-5-1'],
    bare: ['10', '11', '4-5-1-1'],
    words: /\bmedicare\b/i,
    valid: (digits) =>
      /^[2-6]/.test(digits) && weightedSum(digits, [1, 3, 7, 9, 1, 3, 7, 9]) % 10 === digitAt(digits, 8),
  },
  {
    kind: 'national-id',
    detail: 'ca-sin',
    forms: ['3-3-3:-'],
    bare: ['9', '3-3-3'],
    words: /\b(?:sin|social insurance|assurance sociale|nas)\b/i,
    valid: (digits) => /^[0-79]/.test(digits) && luhn(digits),
  },
  {
    kind: 'national-id',
    detail: 'za-id',
    forms: ['13', '6-4-3'],
    valid: (digits) => isDateAt(digits, 'ymd') && /^[012]$/.test(digits[10]!) && luhn(digits),
  },
  {
    kind: 'national-id',
    detail: 'kr-rrn',
    // Since October 2020 the last digits are drawn at random: date and sex digit are all that can be checked.
    forms: ['6-7:-'],
    bare: ['13'],
    words: /(?:resident registration|\brrn\b|주민)/i,
    valid: (digits) => isDateAt(digits, 'ymd') && /^[1-8]$/.test(digits[6]!),
  },
  {
    kind: 'national-id',
    detail: 'jp-my-number',
    forms: [],
    bare: ['12', '4-4-4'],
    words: /(?:my ?number|マイナンバー|個人番号)/i,
    valid: (digits) => {
      const rest = weightedSum(digits, [6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11
      return (rest <= 1 ? 0 : 11 - rest) === digitAt(digits, 11)
    },
  },
  {
    kind: 'national-id',
    detail: 'tr-kimlik',
    forms: ['11'],
    valid: (digits) => {
      const odd = weightedSum(digits, [1, 0, 1, 0, 1, 0, 1, 0, 1])
      const even = weightedSum(digits, [0, 1, 0, 1, 0, 1, 0, 1])
      const sum = weightedSum(digits, [1, 1, 1, 1, 1, 1, 1, 1, 1, 1])
      return (
        digits[0] !== '0' &&
        (odd * 7 - even + 100) % 10 === digitAt(digits, 9) &&
        sum % 10 === digitAt(digits, 10)
      )
    },
  },
  {
    kind: 'tax-id',
    detail: 'ar-cuit',
    forms: ['2-8-1:-', '11'],
    valid: (digits) =>
      /^(?:20|23|24|25|26|27|30|33|34)/.test(digits) &&
      mod11Check(digits, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) === digitAt(digits, 10),
  },
  {
    kind: 'national-id',
    detail: 'my-mykad',
    forms: ['6-2-4:-'],
    valid: (digits) =>
      isDateAt(digits, 'ymd') && !/^(?:00|17|18|19|20|69|7[03]|8[01]|9[4-7])/.test(digits.slice(6)),
  },
  {
    kind: 'national-id',
    detail: 'il-id',
    forms: [],
    bare: ['9'],
    words: /(?:teudat|zehut|israeli|תעודת|ת\.ז)/i,
    valid: luhn,
  },
  {
    kind: 'health-id',
    detail: 'us-npi',
    forms: [],
    bare: ['10'],
    words: /\b(?:npi|provider)\b/i,
    valid: (digits) => /^[12]/.test(digits) && luhn(`80840${digits}`),
  },
  {
    kind: 'bank-account',
    detail: 'us-routing',
    forms: [],
    bare: ['9'],
    words: /\b(?:routing|aba|rtn)\b/i,
    valid: (digits) =>
      /^(?:0\d|1[0-2]|2[1-9]|3[0-2]|6[1-9]|7[0-2]|80)/.test(digits) &&
      weightedSum(digits, [3, 7, 1, 3, 7, 1, 3, 7, 1]) % 10 === 0,
  },
  {
    kind: 'device-id',
    detail: 'imei',
    forms: [],
    bare: ['15', '2-6-6-1', '6-2-6-1'],
    words: /\b(?:imei|handset|device)\b/i,
    valid: luhn,
  },
])

function isOneDigit(digits: string): boolean {
  return digits === digits[0]?.repeat(digits.length)
}

/** CPF: weights fall to two; a remainder under two is written as zero. */
function brazilian(digits: string, place: number, from: number): boolean {
  let sum = 0
  for (let i = 0; i < place; i++) sum += digitAt(digits, i) * (from - i)
  const rest = sum % 11
  return (rest < 2 ? 0 : 11 - rest) === digitAt(digits, place)
}

function cnpjCheck(digits: string, place: number): boolean {
  let sum = 0
  for (let i = 0; i < place; i++) sum += digitAt(digits, i) * (((place - 1 - i) % 8) + 2)
  const rest = sum % 11
  return (rest < 2 ? 0 : 11 - rest) === digitAt(digits, place)
}
