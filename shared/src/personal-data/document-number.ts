/**
 * Passports, driving licences, patient and account numbers: letters and digits that only the word before them explains.
 */
import type { Finding, PersonalKind } from './finding.ts'
import { isHinted } from './hints.ts'

const link = String.raw`(?:[ _-]?(?:numbers?|no\.?|num\.?|nr\.?|#|id|code))?['"]?(?: (?:is|was|of|:)|\s{0,2}[:=#])?\s{0,2}['"#]?`

const documents: readonly (readonly [PersonalKind, string, RegExp])[] = [
  [
    'passport',
    'passport',
    named(
      'passport|passeport|reisepass(?:nummer)?|pasaporte|passaporto|paszport|护照(?:号码?)?|パスポート',
      '[A-Z0-9]{6,10}',
    ),
  ],
  [
    'driver-licence',
    'driver-licence',
    named(
      "(?:driver'?s?|driving)[ _-]?licen[cs]e|dl|permis de conduire|führerschein(?:nummer)?|carnet de conducir|patente(?: di guida)?",
      '[A-Z0-9][A-Z0-9-]{4,18}',
    ),
  ],
  [
    'health-id',
    'patient-number',
    named(
      'mrn|medical record|patient(?: id)?|health (?:insurance|card)|insurance (?:policy|member)|member id|hicn|mbi|krankenversicherten(?:nummer)?|versichertennummer',
      '[A-Z0-9][A-Z0-9-]{5,18}',
    ),
  ],
  [
    'bank-account',
    'account-number',
    named(
      '(?:bank |checking |savings )?account|acct|kontonummer|sort code|routing',
      String.raw`\d[\d -]{5,20}\d`,
    ),
  ],
  ['card', 'security-code', named('cvv2?|cvc2?|card verification|security code', String.raw`\d{3,4}`)],
]

/** A part of each of the words. */
const hint = [
  'pass',
  'pasaporte',
  'paszport',
  '护照',
  'パスポート',
  'licen',
  'dl',
  'permis',
  'führerschein',
  'carnet',
  'patente',
  'mrn',
  'medical',
  'patient',
  'health',
  'insurance',
  'member',
  'hicn',
  'mbi',
  'versichert',
  'account',
  'acct',
  'konto',
  'sort code',
  'routing',
  'cvv',
  'cvc',
  'verification',
  'security code',
]

export function findDocumentNumbers(text: string): readonly Finding[] {
  if (!isHinted(text, text.toLowerCase(), hint)) return []
  const findings: Finding[] = []
  for (const [kind, detail, pattern] of documents) {
    for (const { 0: match, 1: number = '', index } of text.matchAll(pattern)) {
      if (number.replace(/\D/g, '').length < 3) continue
      const end = index + match.length
      findings.push({ kind, detail, start: end - number.length, end, basis: 'word' })
    }
  }
  return findings
}

function named(words: string, number: string): RegExp {
  return new RegExp(`(?<![A-Za-z0-9])(?:${words})${link}(${number})(?![A-Za-z0-9])`, 'gi')
}
