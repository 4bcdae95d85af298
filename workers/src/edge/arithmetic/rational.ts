/**
 * Exact fractions of whole numbers, of a bounded size.
 *
 * A fraction is always in lowest terms with a positive denominator. Numerator and denominator stay below a
 * hundred digits: an operation that would leave that range, divide by zero or not come out exactly gives null,
 * so no text makes a computation long.
 */
export type Rational = { readonly numerator: bigint; readonly denominator: bigint }

const limit = 10n ** 100n
const limitBits = 333
const longestFraction = 30

/** The fraction in lowest terms; null when it is too large or its denominator is zero. */
export function rational(numerator: bigint, denominator = 1n): Rational | null {
  if (denominator === 0n) return null
  const divisor = greatestCommonDivisor(numerator < 0n ? -numerator : numerator, denominator)
  const sign = denominator / divisor < 0n ? -1n : 1n
  const n = (sign * numerator) / divisor
  const d = (sign * denominator) / divisor
  return n >= limit || n <= -limit || d >= limit ? null : { numerator: n, denominator: d }
}

export function add(a: Rational, b: Rational): Rational | null {
  return rational(a.numerator * b.denominator + b.numerator * a.denominator, a.denominator * b.denominator)
}

export function negate(a: Rational): Rational {
  return { numerator: -a.numerator, denominator: a.denominator }
}

export function subtract(a: Rational, b: Rational): Rational | null {
  return add(a, negate(b))
}

export function multiply(a: Rational, b: Rational): Rational | null {
  return rational(a.numerator * b.numerator, a.denominator * b.denominator)
}

export function divide(a: Rational, b: Rational): Rational | null {
  return rational(a.numerator * b.denominator, a.denominator * b.numerator)
}

/** Whole exponents only; zero to the power of zero is a matter of opinion and gives null. */
export function power(base: Rational, exponent: Rational): Rational | null {
  if (exponent.denominator !== 1n) return null
  const times = exponent.numerator < 0n ? -exponent.numerator : exponent.numerator
  if (base.numerator === 0n && exponent.numerator <= 0n) return null
  // Compared before anything is computed: 9^999999999 must cost nothing.
  const bits = Math.max(bitLength(base.numerator), bitLength(base.denominator))
  if (times * BigInt(bits - 1) > BigInt(limitBits) || times > 10_000n) return null
  const n = base.numerator ** times
  const d = base.denominator ** times
  return exponent.numerator < 0n ? rational(d, n) : rational(n, d)
}

/** The nonnegative root, where there is an exact one. */
export function root(a: Rational, degree: 2 | 3): Rational | null {
  if (a.numerator < 0n) return null
  const n = wholeRoot(a.numerator, degree)
  const d = wholeRoot(a.denominator, degree)
  return n === null || d === null ? null : rational(n, d)
}

/** What is left after a whole division: a matter of convention unless both are whole and not negative. */
export function remainder(a: Rational, b: Rational): Rational | null {
  if (a.denominator !== 1n || b.denominator !== 1n || a.numerator < 0n || b.numerator <= 0n) return null
  return rational(a.numerator % b.numerator)
}

/** A decimal that is exact, or null where none of at most 30 places is. */
export function toDecimal(a: Rational): string | null {
  let places = 0
  let scale = 1n
  while (scale % a.denominator !== 0n) {
    if (++places > longestFraction) return null
    scale *= 10n
  }
  const scaled = a.numerator * (scale / a.denominator)
  const digits = (scaled < 0n ? -scaled : scaled).toString().padStart(places + 1, '0')
  const whole = digits.slice(0, digits.length - places)
  return `${scaled < 0n ? '-' : ''}${whole}${places > 0 ? `.${digits.slice(-places)}` : ''}`
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  let [x, y] = [a, b < 0n ? -b : b]
  while (y !== 0n) [x, y] = [y, x % y]
  return x
}

function bitLength(a: bigint): number {
  return (a < 0n ? -a : a).toString(2).length
}

function wholeRoot(a: bigint, degree: 2 | 3): bigint | null {
  const exponent = BigInt(degree)
  // Halving the interval takes as many steps as the root has bits.
  let low = 0n
  let high = 1n << BigInt(Math.ceil(bitLength(a) / degree))
  while (low < high) {
    const middle = (low + high + 1n) / 2n
    if (middle ** exponent <= a) low = middle
    else high = middle - 1n
  }
  return low ** exponent === a ? low : null
}
