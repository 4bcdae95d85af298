import { expect, it } from 'vitest'
import { answerSum } from './arithmetic.ts'

/**
 * Random expressions are printed for the answerer and valued here on a second way: as pairs of whole numbers that are
 * never brought to lowest terms, with no text and no ranks of signs.
 */
type Pair = readonly [numerator: bigint, denominator: bigint]
type Tree =
  | { readonly sign: null; readonly text: string; readonly value: Pair }
  | { readonly sign: '+' | '-' | '*' | '/' | '^'; readonly left: Tree; readonly right: Tree }

const runs = process.env.NEARSIDE_LONG === '1' ? 200_000 : 4_000

it('agrees with a second, independent evaluation on random expressions', () => {
  const random = seeded(20_261_121)
  let answered = 0
  for (let run = 0; run < runs; run++) {
    const tree = grow(random, 1 + below(random, 4))
    const gap = below(random, 2) === 0 ? ' ' : ''
    const question = `${gap === '' ? 'calculate (0)+' : 'what is 0 + '}${print(tree, gap, 1)}`
    if (question.length > 300) continue
    const value = worth(tree)
    const answer = answerSum(question)
    if (answer === null) {
      expect(isOutOfReach(tree, value), question).toBe(true)
      continue
    }
    answered++
    expect(value, question).not.toBeNull()
    const [numerator, denominator] = value ?? [0n, 1n]
    const [whole = '', fraction = ''] = answer.split('.')
    // answer = numerator / denominator, without a division
    expect(BigInt(whole + fraction) * denominator, question).toBe(numerator * 10n ** BigInt(fraction.length))
    expect(answer).toMatch(/^-?(?:0|[1-9]\d*)(?:\.\d*[1-9])?$/)
  }
  expect(answered).toBeGreaterThan(runs / 3)
})

function grow(random: () => number, depth: number): Tree {
  if (depth === 0 || below(random, 6) === 0) return leaf(random)
  const sign = (['+', '-', '*', '/', '^'] as const)[below(random, 5)] ?? '+'
  const left = grow(random, depth - 1)
  if (sign !== '^') return { sign, left, right: grow(random, depth - 1) }
  const exponent = below(random, 9) - 4
  const text = exponent < 0 ? `(${exponent})` : `${exponent}`
  return { sign, left, right: { sign: null, text, value: [BigInt(exponent), 1n] } }
}

function leaf(random: () => number): Tree {
  const whole = below(random, 5) === 0 ? below(random, 100_000) : below(random, 20)
  const places = below(random, 3) === 0 ? 1 + below(random, 3) : 0
  const fraction = places === 0 ? '' : `${below(random, 10 ** places)}`.padStart(places, '0')
  const minus = below(random, 8) === 0
  const digits = `${whole}${places === 0 ? '' : `.${fraction}`}`
  const value: Pair = [BigInt(`${whole}${fraction}`) * (minus ? -1n : 1n), 10n ** BigInt(places)]
  return { sign: null, text: minus ? `(-${digits})` : digits, value }
}

/** Parentheses stand only where the ranks need them, and around every power's base and exponent that is no number. */
function print(tree: Tree, gap: string, rank: number): string {
  if (tree.sign === null) return tree.text
  if (tree.sign === '^') return `(${print(tree.left, gap, 3)}${gap}^${gap}${print(tree.right, gap, 3)})`
  const own = tree.sign === '+' || tree.sign === '-' ? 1 : 2
  const text = `${print(tree.left, gap, own)}${gap}${tree.sign}${gap}${print(tree.right, gap, own + 1)}`
  return own < rank || (gap === '' && rank > 0) ? `(${text})` : text
}

function worth(tree: Tree): Pair | null {
  if (tree.sign === null) return tree.value
  const [left, right] = [worth(tree.left), worth(tree.right)]
  if (left === null || right === null) return null
  const [a, b] = left
  const [c, d] = right
  switch (tree.sign) {
    case '+':
      return [a * d + c * b, b * d]
    case '-':
      return [a * d - c * b, b * d]
    case '*':
      return [a * c, b * d]
    case '/':
      return c === 0n ? null : [a * d, b * c]
    case '^':
      return raise([a, b], c)
  }
}

function raise([a, b]: Pair, times: bigint): Pair | null {
  if (a === 0n && times <= 0n) return null
  let pair: Pair = [1n, 1n]
  for (let i = 0n; i < (times < 0n ? -times : times); i++)
    pair = times < 0n ? [pair[0] * b, pair[1] * a] : [pair[0] * a, pair[1] * b]
  return pair
}

/** No value, no exact decimal of 30 places, or a number on the way of more than a hundred digits. */
function isOutOfReach(tree: Tree, value: Pair | null): boolean {
  if (value === null || (value[0] * 10n ** 30n) % value[1] !== 0n) return true
  return isLarge(tree)
}

function isLarge(tree: Tree): boolean {
  if (tree.sign === null) return false
  const value = worth(tree)
  if (value === null) return true
  return value.some((part) => `${part}`.length > 90) || isLarge(tree.left) || isLarge(tree.right)
}

function below(random: () => number, limit: number): number {
  return Math.floor(random() * limit)
}

function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}
