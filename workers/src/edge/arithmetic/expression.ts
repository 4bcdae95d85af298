/**
 * The value of an expression in signs: numbers, `+ - * / ^`, parentheses and square roots.
 *
 * A descent with one function for each rank of sign. What people read in two ways has no value here: a power of
 * a power, a power of a signed number (`-3^2`), a product without a sign (`6/2(1+2)`), two minus signs that
 * touch. Nor has a lone number: it is not a question.
 */
import { add, divide, multiply, negate, power, type Rational, root, subtract } from './rational.ts'
import type { Token } from './tokens.ts'

export const plusSigns: ReadonlySet<string> = new Set(['+'])
export const minusSigns: ReadonlySet<string> = new Set(['-', '–', '−'])
export const timesSigns: ReadonlySet<string> = new Set(['*', '×', '·', 'x'])
export const overSigns: ReadonlySet<string> = new Set(['/', '÷'])
export const powerSigns: ReadonlySet<string> = new Set(['^', '**'])

type Place = { readonly tokens: readonly Token[]; at: number; operations: number }

/** Null where the tokens are no expression, or have no exact value of a bounded size. */
export function evaluate(tokens: readonly Token[]): Rational | null {
  const place: Place = { tokens, at: 0, operations: 0 }
  const value = sum(place)
  return place.at === tokens.length && place.operations > 0 ? value : null
}

function sum(place: Place): Rational | null {
  let value = product(place)
  while (value !== null) {
    const sign = next(place)
    if (sign === undefined || (!plusSigns.has(sign) && !minusSigns.has(sign))) break
    step(place)
    const right = product(place)
    if (right === null) return null
    value = plusSigns.has(sign) ? add(value, right) : subtract(value, right)
  }
  return value
}

function product(place: Place): Rational | null {
  let value = signed(place)
  while (value !== null) {
    const sign = next(place)
    if (sign === undefined || (!timesSigns.has(sign) && !overSigns.has(sign))) break
    step(place)
    const right = signed(place)
    if (right === null) return null
    value = timesSigns.has(sign) ? multiply(value, right) : divide(value, right)
  }
  return value
}

function signed(place: Place): Rational | null {
  if (!takeMinus(place)) return raised(place)
  const value = primary(place)
  return value === null || powerSigns.has(next(place) ?? '') ? null : negate(value)
}

function raised(place: Place): Rational | null {
  const base = primary(place)
  if (base === null || !powerSigns.has(next(place) ?? '')) return base
  step(place)
  const negative = takeMinus(place)
  const exponent = primary(place)
  if (exponent === null || powerSigns.has(next(place) ?? '')) return null
  return power(base, negative ? negate(exponent) : exponent)
}

/** A minus sign of a number touches the number, and touches no plus or minus before it. */
function takeMinus(place: Place): boolean {
  const sign = place.tokens[place.at]
  const number = place.tokens[place.at + 1]
  if (sign === undefined || number === undefined || number.gap) return false
  if (sign.text !== '-' && sign.text !== '−') return false
  const before = place.tokens[place.at - 1]?.text ?? ''
  if ((plusSigns.has(before) || minusSigns.has(before)) && !sign.gap) return false
  place.at++
  return true
}

function primary(place: Place): Rational | null {
  const token = place.tokens[place.at]
  if (token === undefined) return null
  place.at++
  if (token.kind === 'number') return token.value
  if (token.text === '(') return closed(place)
  if (token.text === '√' || (token.text === 'sqrt' && next(place) === '(')) {
    place.operations++
    const inside = primary(place)
    return inside && root(inside, 2)
  }
  return null
}

function closed(place: Place): Rational | null {
  const value = sum(place)
  if (next(place) !== ')') return null
  place.at++
  return value
}

function next(place: Place): string | undefined {
  return place.tokens[place.at]?.text
}

function step(place: Place): void {
  place.at++
  place.operations++
}
