/**
 * Numbers of persons that hold letters: each a form that a pattern finds and a check that must hold.
 *
 * Patterns have a fixed or bounded length and begin at the edge of a word, so a text is read once for each of them.
 */
import { digitAt, isDateAt, remainder } from './checksum.ts'
import type { Finding, FindingBasis, PersonalKind } from './finding.ts'
import { isBeside } from './nearby.ts'

type Code = {
  readonly kind: PersonalKind
  readonly detail: string
  readonly pattern: RegExp
  readonly basis: FindingBasis
  readonly words?: RegExp
  /** What every such code holds. @default four digits in a row */
  readonly hint?: RegExp
  /** Asked with the code in capitals, without its separators. */
  readonly valid: (code: string) => boolean
}

const controlLetters = 'TRWAGMYFPDXBNJZSQVHLCKE'

const codes: readonly Code[] = [
  {
    kind: 'national-id',
    detail: 'uk-nino',
    hint: /[A-Z]{2} ?\d\d ?\d\d/i,
    // D, F, I, Q, U and V are never used, O not in second place; these pairs are kept for other things.
    pattern: code(
      String.raw`(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d\d ?\d\d ?\d\d ?[A-D]`,
    ),
    basis: 'form',
    valid: () => true,
  },
  {
    kind: 'national-id',
    detail: 'es-dni',
    pattern: code(String.raw`\d{8}[ -]?[A-HJ-NP-TV-Z]`),
    basis: 'checksum',
    valid: (text) => controlLetters[remainder(text.slice(0, 8), 23)] === text[8],
  },
  {
    kind: 'national-id',
    detail: 'es-nie',
    pattern: code(String.raw`[XYZ][ -]?\d{7}[ -]?[A-HJ-NP-TV-Z]`),
    basis: 'checksum',
    valid: (text) =>
      controlLetters[remainder(`${'XYZ'.indexOf(text[0]!)}${text.slice(1, 8)}`, 23)] === text[8],
  },
  {
    kind: 'tax-id',
    detail: 'it-codice-fiscale',
    hint: /[A-Z]{6}[\dL-NP-V]{2}[A-Z]/i,
    pattern: code(String.raw`[A-Z]{6}[\dL-NP-V]{2}[A-EHLMPR-T][\dL-NP-V]{2}[A-Z][\dL-NP-V]{3}[A-Z]`),
    basis: 'checksum',
    valid: isCodiceFiscale,
  },
  {
    kind: 'national-id',
    detail: 'fr-nir-corsica',
    hint: /2[AB]/i,
    pattern: code(String.raw`[12] ?\d\d ?\d\d ?2[AB] ?\d{3} ?\d{3} ?\d\d`),
    basis: 'checksum',
    valid: (text) => {
      const digits = text.replace('2A', '19').replace('2B', '18')
      return 97 - remainder(digits.slice(0, 13), 97) === Number(digits.slice(13))
    },
  },
  {
    kind: 'national-id',
    detail: 'fi-hetu',
    pattern: code(String.raw`\d{6}[-+A-FU-Y]\d{3}[\dA-FHJ-NPR-Y]`),
    basis: 'checksum',
    valid: (text) => {
      const digits = text.replace(/\D/g, '')
      return (
        isDateAt(digits, 'dmy') &&
        '0123456789ABCDEFHJKLMNPRSTUVWXY'[remainder(digits.slice(0, 9), 31)] === text.at(-1)
      )
    },
  },
  {
    kind: 'national-id',
    detail: 'cn-resident-id',
    pattern: code(String.raw`[1-9]\d{5}(?:18|19|20)\d{9}[\dX]`),
    basis: 'checksum',
    valid: isChineseId,
  },
  {
    kind: 'national-id',
    detail: 'mx-curp',
    pattern: code(String.raw`[A-Z][AEIOUX][A-Z]{2}\d{6}[HMX][A-Z]{5}[A-Z\d]\d`),
    basis: 'checksum',
    valid: (text) => isDateAt(text.slice(4), 'ymd') && curpCheck(text) === digitAt(text, 17),
  },
  {
    kind: 'national-id',
    detail: 'cl-rut',
    hint: /\d{3}-[\dK]/i,
    pattern: code(String.raw`\d{1,2}\.\d{3}\.\d{3}-[\dK]|\d{7,8}-[\dK]`),
    basis: 'checksum',
    valid: isRut,
  },
  {
    kind: 'national-id',
    detail: 'sg-nric',
    pattern: code(String.raw`[STFG]\d{7}[A-Z]`),
    basis: 'checksum',
    valid: isNric,
  },
  {
    kind: 'national-id',
    detail: 'tw-id',
    pattern: code(String.raw`[A-Z][1289]\d{8}`),
    basis: 'checksum',
    valid: isTaiwanId,
  },
  {
    kind: 'national-id',
    detail: 'hk-id',
    pattern: code(String.raw`[A-Z]{1,2}\d{6} ?\([\dA]\)`),
    basis: 'checksum',
    valid: isHongKongId,
  },
  {
    kind: 'tax-id',
    detail: 'in-pan',
    pattern: code(String.raw`[A-Z]{3}[ABCFGHJLPT][A-Z]\d{4}[A-Z]`),
    basis: 'form',
    words: /\b(?:pan|permanent account|income tax)\b/i,
    valid: () => true,
  },
]

export function findCodes(text: string): readonly Finding[] {
  const findings: Finding[] = []
  const hasFour = /\d{4}/.test(text)
  for (const { kind, detail, pattern, basis, words, hint, valid } of codes) {
    if (hint === undefined ? !hasFour : !hint.test(text)) continue
    for (const { 0: match, index } of text.matchAll(pattern)) {
      const end = index + match.length
      if (!valid(match.replace(/[ .()]|-(?=.$)|-(?=\d)(?!\d{3}.$)/g, '').toUpperCase())) continue
      if (words === undefined || isBeside(text, index, end, words)) {
        findings.push({ kind, detail, start: index, end, basis })
      }
    }
  }
  return findings
}

/** At the edges of a word, in any case; a bracket is an edge of its own. */
function code(pattern: string): RegExp {
  return new RegExp(`(?<![A-Za-z0-9_])(?:${pattern})(?![A-Za-z0-9_])`, 'gi')
}

/** Letters and digits in odd places count by this table, in even places by their order. */
const oddValues = [
  1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23,
]

function isCodiceFiscale(text: string): boolean {
  let sum = 0
  for (let i = 0; i < 15; i++) {
    const unit = text.charCodeAt(i)
    const order = unit < 65 ? unit - 48 : unit - 65
    sum += i % 2 === 0 ? (oddValues[order] ?? 0) : order
  }
  return text.charCodeAt(15) === 65 + (sum % 26)
}

function isChineseId(text: string): boolean {
  if (!isDateAt(text.slice(8), 'ymd')) return false
  let sum = 0
  for (let i = 0, weight = 2 ** 17; i < 17; i++, weight /= 2) sum += digitAt(text, i) * (weight % 11)
  return '10X98765432'[sum % 11] === text[17]
}

function curpCheck(text: string): number {
  let sum = 0
  for (let i = 0; i < 17; i++) sum += '0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ'.indexOf(text[i]!) * (18 - i)
  return (10 - (sum % 10)) % 10
}

function isRut(text: string): boolean {
  const check = text.at(-1)
  const digits = text.slice(0, -1).replace(/\D/g, '')
  let sum = 0
  for (let i = digits.length - 1, weight = 2; i >= 0; i--, weight = weight === 7 ? 2 : weight + 1) {
    sum += digitAt(digits, i) * weight
  }
  const rest = 11 - (sum % 11)
  return check === (rest === 11 ? '0' : rest === 10 ? 'K' : String(rest))
}

function isNric(text: string): boolean {
  let sum = text[0] === 'T' || text[0] === 'G' ? 4 : 0
  for (const [i, weight] of [2, 7, 6, 5, 4, 3, 2].entries()) sum += digitAt(text, i + 1) * weight
  const letters = text[0] === 'S' || text[0] === 'T' ? 'JZIHGFEDCBA' : 'XWUTRQPNMLK'
  return letters[sum % 11] === text[8]
}

function isTaiwanId(text: string): boolean {
  const place = 'ABCDEFGHJKLMNPQRSTUVXYWZIO'.indexOf(text[0]!) + 10
  let sum = Math.floor(place / 10) + (place % 10) * 9 + digitAt(text, 9)
  for (let i = 1; i < 9; i++) sum += digitAt(text, i) * (9 - i)
  return sum % 10 === 0
}

function isHongKongId(text: string): boolean {
  const padded = text.padStart(9, ' ')
  let sum = 0
  for (let i = 0; i < 9; i++) {
    const char = padded[i]!
    const value = char === ' ' ? 36 : char <= '9' ? Number(char) : char.charCodeAt(0) - 55
    sum += value * (9 - i)
  }
  return sum % 11 === 0
}
