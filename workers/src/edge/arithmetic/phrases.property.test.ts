import { expect, it } from 'vitest'
import {
  type Case,
  decimalOf,
  digits,
  filled,
  type Pair,
  pairOf,
  pick,
  type Random,
  trial,
} from '../trial.testing.ts'
import { arithmetic } from './arithmetic.ts'

type Worth = (a: Pair, b: Pair) => Pair | null

const sum: Worth = ([a, b], [c, d]) => [a * d + c * b, b * d]
const difference: Worth = ([a, b], [c, d]) => [a * d - c * b, b * d]
const product: Worth = ([a, b], [c, d]) => [a * c, b * d]
const quotient: Worth = ([a, b], [c, d]) =>
  c === 0n ? null : [a * d * (c < 0n ? -1n : 1n), b * (c < 0n ? -c : c)]
const isWhole = ([n, d]: Pair): boolean => n % d === 0n
/** By taking the second away, as often as it goes, in strides that double. */
const rest: Worth = (a, b) => {
  if (!isWhole(a) || !isWhole(b) || a[0] < 0n || b[0] <= 0n) return null
  let left = a[0] / a[1]
  for (let stride = (b[0] / b[1]) << 400n; stride >= b[0] / b[1]; stride >>= 1n)
    if (left >= stride) left -= stride
  return [left, 1n]
}
const squared: Worth = (a) => product(a, a)
const cubed: Worth = (a) => product(product(a, a) ?? a, a)
const part =
  (of: bigint): Worth =>
  (a) => [a[0], a[1] * of]

const forms: readonly (readonly [says: string, worth: Worth])[] = [
  ['{a} + {b} =', sum],
  ['what is {a} plus {b}?', sum],
  ['add {a} and {b}', sum],
  ['What is the sum of {a} and {b}?', sum],
  ['What is {a} minus {b}?', difference],
  ['subtract {b} from {a}', difference],
  ['{a} times {b}', product],
  ['multiply {a} by {b}', product],
  ['what is the product of {a} and {b}', product],
  ['calculate {a} divided by {b}', quotient],
  ['please divide {a} by {b}', quotient],
  ['what is the quotient of {a} and {b}?', quotient],
  ['what is {a} mod {b}?', rest],
  ['what is the remainder when {a} is divided by {b}?', rest],
  ['what is {a} squared?', squared],
  ['What is the square of {a}', squared],
  ['{a} cubed =', cubed],
  ['what is {b}% of {a}?', (a, b) => part(100n)(product(a, b) ?? a, b)],
  ['what is half of {a}?', part(2n)],
  ['what is a third of {a}?', part(3n)],
  ['what is a tenth of {a}', part(10n)],
  ['what is twice {a}?', (a) => [a[0] * 2n, a[1]]],
  ['what is triple {a}', (a) => [a[0] * 3n, a[1]]],
]

const ones =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  )
const tens = 'x ten twenty thirty forty fifty sixty seventy eighty ninety'.split(' ')
const spelt = (value: number): string =>
  ones[value] ?? `${tens[Math.floor(value / 10)]}${value % 10 === 0 ? '' : `-${ones[value % 10]}`}`

/** As it is said, and as it is counted with. */
function operand(random: Random): {
  readonly said: string
  readonly value: string
  readonly claimed: boolean
} {
  const whole = digits(random, 1 + random(6))
  switch (random(9)) {
    case 0: {
      const small = random(100)
      return { said: spelt(small), value: String(small), claimed: true }
    }
    case 1: {
      const long = digits(random, 7 + random(40))
      return { said: long, value: long, claimed: false }
    }
    case 2: {
      const huge = digits(random, 60 + random(300))
      return { said: huge, value: huge, claimed: false }
    }
    case 3: {
      const [high, low, least] = [digits(random, 1 + random(3)), digits(random, 3), digits(random, 3)]
      return { said: `${high},${low},${least}`, value: `${high}${low}${least}`, claimed: true }
    }
    case 4: {
      const decimal = `${digits(random, 1 + random(4))}.${random(10)}${random(10)}`
      return { said: decimal, value: decimal, claimed: true }
    }
    // A minus sign is read in most places, and left before a power.
    case 5:
      return { said: `-${whole}`, value: `-${whole}`, claimed: false }
    case 6:
      return { said: '0', value: '0', claimed: true }
    default:
      return { said: whole, value: whole, claimed: true }
  }
}

function draw(random: Random): Case {
  const [says, worth] = pick(random, forms)
  const [a, b] = [operand(random), operand(random)]
  const value = worth(pairOf(a.value), pairOf(b.value))
  return {
    question: filled(says, { a: a.said, b: b.said }),
    // A minus sign before a power has two readings.
    answer: value && !(a.said.startsWith('-') && /squared|cubed/.test(says)) ? decimalOf(value, 30) : null,
    claimed: a.claimed && b.claimed,
  }
}

it('says what a sum in words is worth, to the last of its digits, or nothing', () => {
  const { wrong, answeredShare } = trial(arithmetic, draw, 4_000)
  expect(wrong).toEqual([])
  expect(answeredShare).toBeGreaterThan(0.95)
})

it('finds the root of a square and of a cube, and of nothing beside them', () => {
  const { wrong, answeredShare } = trial(arithmetic, (random) => {
    const root = BigInt(digits(random, 1 + random(19)))
    const off = BigInt(random(3)) * BigInt(random(2))
    const [says, power] = pick(random, [
      ['what is the square root of {x}?', 2n],
      ['find the cube root of {x}', 3n],
      ['sqrt({x}) =', 2n],
      ['√{x} =', 2n],
    ] as const)
    const given = root ** power + off
    return { question: filled(says, { x: String(given) }), answer: off === 0n ? String(root) : null }
  })
  expect(wrong).toEqual([])
  expect(answeredShare).toBeGreaterThan(0.95)
})
