/**
 * The check digits that the world's numbers carry. Each takes a string of ASCII digits that is already of the right
 * length, and says whether its check holds.
 */
export function digitAt(digits: string, index: number): number {
  return digits.charCodeAt(index) - 48
}

export function weightedSum(digits: string, weights: readonly number[]): number {
  let sum = 0
  for (let i = 0; i < weights.length; i++) sum += digitAt(digits, i) * (weights[i] ?? 0)
  return sum
}

/** Luhn (ISO/IEC 7812-1): every second digit from the right doubled, its own digits added, the sum a multiple of ten. */
export function luhn(digits: string): boolean {
  let sum = 0
  for (let i = digits.length - 1, double = false; i >= 0; i--, double = !double) {
    const digit = digitAt(digits, i)
    sum += double ? (digit > 4 ? digit * 2 - 9 : digit * 2) : digit
  }
  return sum % 10 === 0
}

/** The remainder of a number of any length, read digit by digit. */
export function remainder(digits: string, divisor: number): number {
  let rest = 0
  for (let i = 0; i < digits.length; i++) rest = (rest * 10 + digitAt(digits, i)) % divisor
  return rest
}

/** ISO/IEC 7064 mod 97-10 over letters and digits, letters counting from A = 10: what is left must be one. */
export function mod97(text: string): boolean {
  let rest = 0
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    const value = unit <= 57 ? unit - 48 : unit - 55
    rest = (value > 9 ? rest * 100 + value : rest * 10 + value) % 97
  }
  return rest === 1
}

/** ISO/IEC 7064 mod 11,10: the German tax number, the Croatian OIB. */
export function mod11and10(digits: string): boolean {
  let product = 10
  for (let i = 0; i < digits.length - 1; i++) {
    const sum = (digitAt(digits, i) + product) % 10 || 10
    product = (sum * 2) % 11
  }
  return (11 - product) % 10 === digitAt(digits, digits.length - 1)
}

/** Verhoeff's check over the symmetries of a pentagon: the Aadhaar number. */
export function verhoeff(digits: string): boolean {
  let check = 0
  for (let i = 0; i < digits.length; i++) {
    const digit = digitAt(digits, digits.length - 1 - i)
    check = pentagon(check, permuted(digit, i % 8))
  }
  return check === 0
}

/** The product of two of the pentagon's ten symmetries: 0 to 4 turn it, 5 to 9 turn it over. */
function pentagon(a: number, b: number): number {
  if (a < 5) return b < 5 ? (a + b) % 5 : 5 + ((a + b - 5) % 5)
  return b < 5 ? 5 + ((a - 5 - b + 5) % 5) : (a - b + 5) % 5
}

const permutation: readonly number[] = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4]

function permuted(digit: number, times: number): number {
  let at = digit
  for (let i = 0; i < times; i++) at = permutation[at] ?? 0
  return at
}

/** Whether year, month and day make a date; a two-digit year may be of any century, so 29 February is let pass. */
export function isDate(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1) return false
  const leap = year < 100 ? year % 4 === 0 : (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
  const days =
    month === 2 ? (leap ? 29 : 28) : month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
  return day <= days
}

export function isDateAt(digits: string, order: 'ymd' | 'dmy', from = 0): boolean {
  const first = Number(digits.slice(from, from + 2))
  const month = Number(digits.slice(from + 2, from + 4))
  const last = Number(digits.slice(from + 4, from + 6))
  return order === 'ymd' ? isDate(first, month, last) : isDate(last, month, first)
}

/** Weighted, modulo eleven; a check of ten is what such numbers leave out or write as another sign. */
export function mod11Check(digits: string, weights: readonly number[]): number {
  return (11 - (weightedSum(digits, weights) % 11)) % 11
}
