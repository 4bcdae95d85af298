/**
 * Dates of birth and ages: a date is anybody's until a word says that somebody was born on it.
 */
import { isDate } from './checksum.ts'
import type { Finding } from './finding.ts'
import { isHinted } from './hints.ts'
import { isBeside } from './nearby.ts'

const months =
  'jan(?:uary|uar|vier|eiro)?|feb(?:ruary|ruar)?|f[eé]v(?:rier|ereiro)?|mar(?:ch|s|zo|ço)?|m[aä]rz|apr(?:il|ile)?|avril|abril|may|mai|mayo|maggio|june?|juni|juin|junio|giugno|july?|juli|juillet|julio|luglio|aug(?:ust)?|ao[uû]t|agosto|sep(?:t(?:ember|embre|iembre)?)?|settembre|o[ck]t(?:ober|obre|ubre)?|ottobre|nov(?:ember|embre|iembre)?|de[cz](?:ember|embre)?|d[eé]cembre|diciembre|dicembre|enero|gennaio|febrero|febbraio'

const numeric =
  /(?<![\w./-])(?:\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})|(?:18|19|20)\d\d[./-]\d{1,2}[./-]\d{1,2})(?![\w/-]|\.\d)/g
const written = new RegExp(
  `(?<![\\w])(?:\\d{1,2}(?:st|nd|rd|th|er|\\.)? (?:de |of )?(?:${months})\\.?,? (?:de |del )?(?:\\d{4})|(?:${months})\\.? \\d{1,2}(?:st|nd|rd|th)?,? \\d{4})(?![\\w])`,
  'gi',
)
const eastern = /(?:18|19|20)\d\d ?[年년] ?\d{1,2} ?[月월] ?\d{1,2} ?[日일]/g

const born =
  /\b(?:born|birth|birthdate|birthday|birthdate|dob|d\.o\.b\.?|geb(?:oren|\.)?|geburtsdatum|n[eé]e? le|naissance|nacid[oa]|nacimiento|nasc(?:id[oa]|imento)|nat[oa] il|nascita|geboren|geboortedatum|födelsedatum|urodzon\p{L}*)(?!\p{L})|出生|生年月日|生日|생년월일|родил|рожден/iu

/** A part of each of these words. */
const bornHint = [
  'born',
  'birth',
  'dob',
  'd.o.b',
  'geb',
  'née',
  'né ',
  'nee ',
  'naissance',
  'nacid',
  'nacimiento',
  'nasc',
  'nat',
  'födel',
  'urodz',
  '出生',
  '生年月日',
  '生日',
  '생년월일',
  'родил',
  'рожден',
]

const age =
  /(?<![\w])(?:(?:aged?(?: of)?|turn(?:s|ed|ing)?|i am|i['’]?m|he['’]?s|she['’]?s|(?:he|she) is) (\d{1,3})(?= ?(?:years?[ -]old|y\/?o|[.,!?;)]|$| (?:and|when|now|next|this|last|in|on)\b))|(\d{1,3})[ -](?:years?|yrs?)[ -](?:old|of age))(?![\w])/gim

export function findBirthDates(text: string): readonly Finding[] {
  if (!isHinted(text, text.toLowerCase(), bornHint)) return []
  const findings: Finding[] = []
  for (const pattern of [numeric, written, eastern]) {
    for (const { 0: match, index } of text.matchAll(pattern)) {
      const end = index + match.length
      if ((pattern !== numeric || isNumericDate(match)) && isBeside(text, index, end, born)) {
        findings.push({ kind: 'birth-date', detail: 'date', start: index, end, basis: 'word' })
      }
    }
  }
  return findings
}

/** An age is the number alone: with "years old" gone the sentence still reads. */
export function findAges(text: string): readonly Finding[] {
  const findings: Finding[] = []
  for (const { 0: match, 1: behind, 2: before, index } of text.matchAll(age)) {
    const digits = behind ?? before ?? ''
    const years = Number(digits)
    if (years < 1 || years > 120) continue
    const start = index + match.lastIndexOf(digits)
    findings.push({ kind: 'age', detail: 'years', start, end: start + digits.length, basis: 'word' })
  }
  return findings
}

function isNumericDate(text: string): boolean {
  const [a = 0, b = 0, c = 0] = text.split(/[./-]/).map(Number)
  return a > 31 ? isDate(a, b, c) : isDate(c, a, b) || isDate(c, b, a)
}
