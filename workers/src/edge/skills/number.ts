/** Numbers as questions write them, and as answers say them: exact where they end, else rounded and marked so. */
import { type Rational, rational, toDecimal } from '../arithmetic/rational.ts'

/** Without groups, whose commas are decimal signs elsewhere; nor with three places, which look like a group. */
export const numeral = '(?![1-9]\\d{0,2}\\.\\d{3}(?!\\d))(?:0|[1-9]\\d{0,14})(?:\\.\\d{1,10})?'
/** In languages that write a decimal comma; a dot there may part thousands. */
export const commaNumeral = '(?![1-9]\\d{0,2},\\d{3}(?!\\d))(?:0|[1-9]\\d{0,14})(?:,\\d{1,10})?'

export function readNumber(text: string): Rational {
  const [whole = '', places = ''] = text.replace(',', '.').split('.')
  return rational(BigInt(whole + places), 10n ** BigInt(places.length)) ?? { numerator: 0n, denominator: 1n }
}

const mostPlaces = 10

export function exact(value: Rational | null): string | null {
  const text = value && toDecimal(value)
  return text && (text.split('.')[1] ?? '').length <= mostPlaces ? text : null
}

/** Six digits that count, and never fewer than two places; half away from zero. */
export function rounded({ numerator, denominator }: Rational): string {
  const n = numerator < 0n ? -numerator : numerator
  const whole = n / denominator
  let places = Math.max(2, 6 - String(whole).length)
  if (whole === 0n) for (places = 6; n * 10n ** BigInt(places - 5) < denominator; places++);
  const scaled = (n * 10n ** BigInt(places) * 2n + denominator) / (denominator * 2n)
  const digits = String(scaled).padStart(places + 1, '0')
  const fraction = digits.slice(-places).replace(/0+$/, '')
  return `${numerator < 0n ? '-' : ''}${digits.slice(0, -places)}${fraction === '' ? '' : `.${fraction}`}`
}
