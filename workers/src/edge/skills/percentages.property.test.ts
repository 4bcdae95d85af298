import { expect, it } from 'vitest'
import { arithmetic } from '../arithmetic/arithmetic.ts'
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
import { percentages } from './percentages.ts'

type Worth = (a: Pair, b: Pair) => Pair | null

const hundredth = ([n, d]: Pair): Pair => [n, d * 100n]
const times = ([a, b]: Pair, [c, d]: Pair): Pair => [a * c, b * d]
const over = ([a, b]: Pair, [c, d]: Pair): Pair | null => (c === 0n ? null : [a * d * 100n, b * c])
const less = ([a, b]: Pair, [c, d]: Pair): Pair => [a * d - c * b, b * d]
const more = (a: Pair, [c, d]: Pair): Pair => less(a, [-c, d])

const share: Worth = (a, b) => over(a, b)
const part: Worth = (a, p) => times(a, hundredth(p))
const raise: Worth = (a, p) => more(a, times(a, hundredth(p)))
const lower: Worth = (a, p) => less(a, times(a, hundredth(p)))
const change: Worth = (a, b) => over(less(b, a), a)
const rise: Worth = (a, b) => above(change(a, b))
const fall: Worth = (a, b) => above(over(less(a, b), a))
const above = (pair: Pair | null): Pair | null => (pair !== null && pair[0] > 0n ? pair : null)

/** `{a}` stands for the first number of the calculation, `{b}` for the second. */
const forms: readonly (readonly [says: string, worth: Worth, sign: '' | '%', language?: 'comma'])[] = [
  ['what percentage of {b} is {a}?', share, '%'],
  ['What percent of {b} is {a}', share, '%'],
  ['{a} is what percent of {b}?', share, '%'],
  ["What's {a} as a percentage of {b}?", share, '%'],
  ['{a} as a percentage of {b}', share, '%'],
  ['increase {a} by {b}%', raise, ''],
  ['What is {a} increased by {b} percent?', raise, ''],
  ['decrease {a} by {b} per cent', lower, ''],
  ['what is {a} reduced by {b} %?', lower, ''],
  ['Please tell me what is {a} decreased by {b}%?', lower, ''],
  ['percent increase from {a} to {b}', rise, '%'],
  ['what is the percentage increase from {a} to {b}?', rise, '%'],
  ['increase from {a} to {b} in percent', rise, '%'],
  ['What is the % decrease from {a} to {b}?', fall, '%'],
  ['decrease from {a} to {b} in %', fall, '%'],
  ['what is the percentage change from {a} to {b}, please?', change, '%'],
  ['{a} is {b}% of what number?', share, ''],
  ['what is {b}% of {a}?', part, ''],
  ['can you tell me what is {b} percent of {a}?', part, ''],
  ['Wie viel sind {b} % von {a}?', part, '', 'comma'],
  ['Was sind {b}% von {a}?', part, '', 'comma'],
  ['Combien font {b} % de {a} ?', part, '', 'comma'],
  ['¿Cuánto es el {b}% de {a}?', part, '', 'comma'],
  ['cuanto es {b} % de {a}', part, '', 'comma'],
]

function number(random: Random): { readonly text: string; readonly plain: boolean } {
  switch (random(12)) {
    case 0:
      return { text: '0', plain: true }
    case 1:
      return { text: digits(random, 10 + random(6)), plain: true }
    // Beyond what is claimed, and not to be got wrong for all that.
    case 2:
      return { text: digits(random, 16 + random(200)), plain: false }
    case 3:
      return { text: `-${digits(random, 1 + random(4))}`, plain: false }
    case 4:
      return { text: `0.${digits(random, 1 + random(30))}`, plain: false }
    case 5:
      return { text: `${digits(random, 1 + random(5))}.${random(10)}${random(10)}`, plain: true }
    case 6:
      return { text: `${digits(random, 1 + random(3))}.${random(10)}`, plain: true }
    default:
      return { text: digits(random, 1 + random(4)), plain: true }
  }
}

function draw(random: Random): Case {
  const [says, worth, sign, language] = pick(random, forms)
  const [a, b] = [number(random), number(random)]
  const value = worth(pairOf(a.text), pairOf(b.text))
  const exact = value && decimalOf(positive(value), 10)
  const written = (text: string): string => (language === 'comma' ? text.replace('.', ',') : text)
  return {
    question: filled(says, { a: written(a.text), b: written(b.text) }),
    answer: exact && `${written(exact)}${sign}`,
    claimed: a.plain && b.plain,
  }
}

/** With a positive denominator. */
const positive = ([n, d]: Pair): Pair => (d < 0n ? [-n, -d] : [n, d])

it('says the share, raise or change that long division finds, or nothing', () => {
  const { wrong, answeredShare } = trial(percentages, draw, 2_000)
  expect(wrong).toEqual([])
  expect(answeredShare).toBeGreaterThan(0.95)
})

it('rounds no share that does not end', () => {
  const { wrong } = trial([percentages, arithmetic], (random) => {
    const b = String(pick(random, [3, 7, 9, 11, 13, 17, 19, 21, 23, 27]) * (1 + random(50)))
    const a = String(Number(b) * random(50) + 1)
    const [question, over] = pick(random, [
      [`what percentage of ${b} is ${a}?`, b],
      [`${a} is ${b}% of what number?`, b],
      [`percent change from ${b} to ${Number(b) + 1}`, b],
    ] as const)
    const numerator = question.startsWith('percent') ? 100n : BigInt(a) * 100n
    const exact = decimalOf([numerator, BigInt(over)], 10)
    return { question, answer: exact && `${exact}${question.includes('what number') ? '' : '%'}` }
  })
  expect(wrong).toEqual([])
})

it('leaves a number that is a thousand to some and a fraction to others, and one that a ! makes a factorial', () => {
  const { wrong } = trial([percentages, arithmetic], (random) => {
    const doubtful = pick(random, [
      `${digits(random, 1 + random(3))}.${random(10)}${random(10)}${random(10)}`,
      `${digits(random, 1 + random(3))},${random(10)}${random(10)}`,
      `${digits(random, 1)}e${1 + random(5)}`,
      `${digits(random, 2)} ${digits(random, 3)}`,
      `0${digits(random, 3)}`,
    ])
    const whole = digits(random, 2)
    return {
      question: pick(random, [
        `what percentage of ${doubtful} is ${whole}?`,
        `increase ${doubtful} by ${whole}%`,
        `percent change from ${whole} to ${doubtful}`,
        `what is ${whole}% of ${1 + random(9)}!`,
        `percentage change from ${whole} to ${1 + random(9)}!`,
        `Was sind ${whole}% von ${digits(random, 1)}.${digits(random, 3)}?`,
        `Was sind ${whole}% von ${digits(random, 1)},${digits(random, 3)}?`,
      ]),
      answer: null,
    }
  })
  expect(wrong).toEqual([])
})
