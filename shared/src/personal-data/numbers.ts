/**
 * All numbers that are digits and separators, found in one walk: cards, national and tax numbers, phones.
 *
 * Each piece of digits is looked up by the sizes of its groups, and only the rules written that way are asked. A rule whose
 * words stand beside the number goes before one that needs none: eleven digits may pass two states' checks, and the
 * text says which was meant.
 */
import { lazily } from '../lazily/lazily.ts'
import { cardIssuer, cardSizes } from './card.ts'
import { luhn } from './checksum.ts'
import { eachPiece, type Piece } from './digit-run.ts'
import { europeanIds } from './european-ids.ts'
import type { Finding } from './finding.ts'
import { isBeside } from './nearby.ts'
import { invisible } from './normalise.ts'
import type { NumberRule } from './number-rule.ts'
import { worldIds } from './world-ids.ts'

type Entry = { readonly rule: NumberRule; readonly separators: string; readonly needsWord: boolean }

const bySizes = lazily((): ReadonlyMap<string, readonly Entry[]> => table([...worldIds(), ...europeanIds()]))

/** Eight digits at least, with or without separators. */
const hint: RegExp = new RegExp(`\\d[\\d .\\-/()${invisible}]{7}`)

export function findNumbers(text: string): readonly Finding[] {
  if (!hint.test(text)) return []
  const findings: Finding[] = []
  eachPiece(text, (piece) => {
    const found = numberIn(text, piece)
    if (found !== null) findings.push(found)
    return found !== null
  })
  return findings
}

function numberIn(text: string, piece: Piece): Finding | null {
  const { digits, start, end } = piece
  if (cardSizes.has(piece.sizes) && isEven(piece.gaps) && luhn(digits)) {
    const issuer = cardIssuer(digits)
    // Twelve digits are few for a check digit alone, and a range that no issuer is known for may be a new one.
    if ((issuer !== null && digits.length > 12) || isBeside(text, start, end, cardWords)) {
      return { kind: 'card', detail: issuer ?? 'other-issuer', start, end, basis: 'checksum' }
    }
  }
  let plain: NumberRule | null = null
  for (const { rule, separators, needsWord } of bySizes().get(piece.sizes) ?? []) {
    if (!areGaps(piece.gaps, separators) || !rule.valid(digits)) continue
    if (rule.words !== undefined && isBeside(text, start, end, rule.words)) return finding(rule, piece)
    if (!needsWord) plain ??= rule
  }
  return plain === null ? null : finding(plain, piece)
}

const cardWords =
  /\b(?:card|cc|credit|debit|visa|mastercard|maestro|amex|karte|kreditkarte|carte|tarjeta|carta|cart[aã]o)\b/i

function finding(rule: NumberRule, { start, end }: Piece): Finding {
  return { kind: rule.kind, detail: rule.detail, start, end, basis: 'checksum' }
}

/** The same separator throughout, as whoever writes a card's number keeps to one. */
function isEven(gaps: string): boolean {
  for (const gap of gaps) if (gap !== gaps[0] || gap === '/' || gap === '(' || gap === ')') return false
  return true
}

function areGaps(gaps: string, separators: string): boolean {
  for (const gap of gaps) if (!separators.includes(gap)) return false
  return true
}

function table(rules: readonly NumberRule[]): ReadonlyMap<string, readonly Entry[]> {
  const entries = new Map<string, Entry[]>()
  const add = (rule: NumberRule, form: string, needsWord: boolean): void => {
    const [sizes = '', separators = ' -'] = form.split(':')
    const row = entries.get(sizes) ?? []
    row.push({ rule, separators, needsWord })
    entries.set(sizes, row)
  }
  for (const rule of rules) {
    for (const form of rule.forms) add(rule, form, false)
    for (const form of rule.bare ?? []) add(rule, form, true)
  }
  return entries
}
