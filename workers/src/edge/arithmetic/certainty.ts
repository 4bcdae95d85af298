/**
 * Whether signs between numbers are a sum at all.
 *
 * Numbers with signs between them are also dates (2024-10-12), telephone numbers, scores and ranges (3-5),
 * everyday fractions (24/7, 50/50), blood pressures, and sizes of screens and timber (1920x1080, 2x4). White
 * space, the other signs and the manner of asking tell. Spacing that contradicts the ranks of the signs (`1+2 * 3`)
 * leaves two readings, and is not certain either.
 */
import type { Manner } from './asking.ts'
import { minusSigns, overSigns, plusSigns, powerSigns, timesSigns } from './expression.ts'
import type { Token } from './tokens.ts'

/** Signs that stand in sums only. */
const arithmeticSigns = new Set(['+', '*', '×', '·', '÷', '^', '**', '√', 'sqrt'])

type Spacing = 'spaced' | 'tight' | 'lopsided'
type Level = {
  tightSum: boolean
  tightTerm: boolean
  spacedTerm: boolean
  spacedOver: boolean
  spacedPower: boolean
}

export function isCertain(tokens: readonly Token[], manner: Manner, english: boolean): boolean {
  if (!english && tokens.some(isEitherGroupOrFraction)) return false
  const levels: Level[] = [level()]
  let arithmetic = false
  let spaced = false
  for (const [i, token] of tokens.entries()) {
    if (token.text === '(') levels.push(level())
    if (token.text === ')' && contradicts(levels.pop() ?? level())) return false
    if (arithmeticSigns.has(token.text)) arithmetic = true
    if (!isBetween(tokens, i)) continue

    const spacing = spacingOf(token, tokens[i + 1])
    if (isDoubtful(tokens, i, spacing, manner)) return false
    if (spacing === 'spaced' || token.text === '−') spaced = true
    const inside = levels.at(-1)
    if (inside === undefined || !note(inside, token.text, spacing)) return false
  }
  if (levels.some(contradicts)) return false
  return manner === 'told' || arithmetic || (manner === 'asked' && spaced)
}

/** One group of three behind a dot or comma is thousands to some and a fraction to others. */
function isEitherGroupOrFraction(token: Token): boolean {
  return token.kind === 'number' && /^[1-9]\d{0,2}[.,]\d{3}$/.test(token.text)
}

function isDoubtful(tokens: readonly Token[], at: number, spacing: Spacing, manner: Manner): boolean {
  const text = tokens[at]?.text ?? ''
  const [left = '', right = ''] = [tokens[at - 1]?.text, tokens[at + 1]?.text]
  if (text === 'x') return spacing === 'lopsided' || (spacing === 'tight' && manner !== 'told')
  // A dash that touches its numbers is a range; a dot at mid height is a decimal point to some.
  if (text === '–' || text === '·') return spacing !== 'spaced'
  if (text !== '-' && text !== '/') return false
  if (spacing === 'spaced') return false
  if (tokens[at]?.gap === true && text === '-') return true
  const another = tokens[at - 2]
  if (another?.text === text && !another.gap && isBetween(tokens, at - 2)) return true
  return text === '-' && /^\d{3}$/.test(left) && /^\d{4}$/.test(right)
}

function level(): Level {
  return { tightSum: false, tightTerm: false, spacedTerm: false, spacedOver: false, spacedPower: false }
}

/** Notes a sign's spacing; false where a tight one follows a spaced division (`6 / 2*3`). */
function note(inside: Level, text: string, spacing: Spacing): boolean {
  const tight = spacing === 'tight'
  if (plusSigns.has(text) || minusSigns.has(text)) {
    inside.tightSum ||= tight
    inside.spacedOver = false
    return true
  }
  if (powerSigns.has(text)) {
    inside.spacedPower ||= !tight
    return true
  }
  if (tight && inside.spacedOver) return false
  inside.tightTerm ||= tight
  inside.spacedTerm ||= !tight
  inside.spacedOver ||= overSigns.has(text) && !tight
  return true
}

function contradicts(inside: Level): boolean {
  if (inside.tightSum && (inside.spacedTerm || inside.spacedPower)) return true
  return inside.tightTerm && inside.spacedPower
}

/** A sign between two values; a minus that belongs to a number is none. */
function isBetween(tokens: readonly Token[], at: number): boolean {
  const before = tokens[at - 1]
  const text = tokens[at]?.text ?? ''
  if (before === undefined || (before.kind !== 'number' && before.text !== ')')) return false
  return [plusSigns, minusSigns, timesSigns, overSigns, powerSigns].some((signs) => signs.has(text))
}

function spacingOf(token: Token, after: Token | undefined): Spacing {
  if (token.gap !== (after?.gap ?? false)) return 'lopsided'
  return token.gap ? 'spaced' : 'tight'
}
