/**
 * Telephone numbers: international ones by their plus and country code, national ones by a form that is used for nothing
 * else, any other run of digits by a word beside it.
 *
 * Few numbers have a check digit and telephone numbers have none, so the forms are narrow and the words do the rest.
 */
import type { Finding, FindingBasis } from './finding.ts'
import { isBeside } from './nearby.ts'

const international =
  /(?<![\w+])(?:\+|00(?=[ \-1-9]))[ -]?\(?[1-9]\d{0,3}\)?(?:[ .\-/()]{0,2}\d){5,13}(?!\d)/g
const extension = /^ ?,?(?:x|ext\.?|extension|#|p|ramal|Durchwahl) ?\d{1,6}(?!\d)/i
const american =
  /(?<![\w.-])(?:(?:\+?1|001)[ .-]?)?(?:\([2-9]\d\d\) ?|[2-9]\d\d[-. ])[2-9]\d\d[-. ]\d{4}(?![\d-])/g
/** A leading zero, then groups: 020 7946 0958, 06 12 34 56 78, 030/123456, (0114) 234-567. */
const trunk = /(?<![\w.,+-])\(?0\d{1,5}\)?[ \-/.]\d{2,5}(?:[ \-.]?\d{2,5}){1,4}(?![\w-]|[.,]\d)/g
/** Japan, Korea, China: 03-1234-5678, 010-1234-5678; a mobile number of mainland China has eleven digits from 13. */
const eastern = /(?<![\w.-])(?:0\d{1,3}-\d{3,4}-\d{4}|1[3-9]\d[ -]\d{4}[ -]\d{4})(?![\w-])/g
const loose = /(?<![\w.])\(?\d{2,5}\)?(?:[ .\-/]{0,2}\(?\d{1,6}\)?){0,5}(?:x\d{1,6})?(?![\w]|[.,]\d)/g

const words =
  /(?:\b(?:phone|telephone|tel|mobile|cell|cellphone|fax|call(?:ed|ing)?|ring|dial|text(?:ed|ing)?|sms|whatsapp|signal|hotline|landline|handy|telefon\p{L}*|t[eé]l[eé]fono?|t[eé]l[eé]phone|portable|m[oó]vil|celular|cellulare|reach (?:me|us|him|her|them)|answering at|number is|contact (?:me|us|number)|desk|office)\b|电话|手机|電話|전화|телефон|тел\.|هاتف|फ़ोन)/iu

/** Six characters of digits and separators behind a digit: no number is shorter. */
const hint = /\d[\d .\-/()]{5}/

export function findPhones(text: string): readonly Finding[] {
  if (!hint.test(text)) return []
  const findings: Finding[] = []
  const take = (match: string, index: number, detail: string, basis: FindingBasis): void => {
    const tail = extension.exec(text.slice(index + match.length, index + match.length + 16))?.[0] ?? ''
    findings.push({ kind: 'phone', detail, start: index, end: index + match.length + tail.length, basis })
  }
  for (const { 0: match, index } of text.matchAll(international)) {
    const digits = match.replace(/\D/g, '').replace(/^00/, '')
    if (digits.length < 7 || digits.length > 15) continue
    if (match.startsWith('+') || isBeside(text, index, index + match.length, words)) {
      take(match, index, 'international', 'form')
    }
  }
  for (const { 0: match, index } of text.matchAll(american)) take(match, index, 'north-american', 'form')
  for (const { 0: match, index } of text.matchAll(eastern)) take(match, index, 'national', 'form')
  for (const { 0: match, index } of text.matchAll(trunk)) {
    const digits = match.replace(/\D/g, '').length
    if (digits >= 9 && digits <= 12 && !isDateLike(match)) take(match, index, 'national', 'form')
  }
  for (const { 0: match, index } of text.matchAll(loose)) {
    const digits = match.replace(/x.*/, '').replace(/\D/g, '').length
    if (digits < 6 || digits > 15 || isDateLike(match)) continue
    if (isBeside(text, index, index + match.length, words)) take(match, index, 'beside-word', 'word')
  }
  return findings
}

function isDateLike(text: string): boolean {
  return /^\(?(?:\d{1,2}[./-]\d{1,2}[./-](?:\d{2}|\d{4})|(?:19|20)\d\d[./-]\d{1,2}[./-]\d{1,2}|(?:19|20)\d\d ?- ?(?:19|20)\d\d)$/.test(
    text,
  )
}
