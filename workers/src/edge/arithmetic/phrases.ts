/**
 * Sums in words: one table of sayings with what each is worth, and chains such as "2 plus 3 plus 4".
 *
 * In a saying `#` is a number, perhaps with a minus sign, or an expression in parentheses; `N` takes no sign,
 * because "-3 squared" has two readings. A saying stands alone: "20% of 50 plus 5" and "2 plus 3 times 4" are said
 * in two senses and have no value here.
 */
import type { Manner } from './asking.ts'
import { isCertain } from './certainty.ts'
import { evaluate } from './expression.ts'
import { add, divide, multiply, negate, power, type Rational, remainder, root, subtract } from './rational.ts'
import type { Token } from './tokens.ts'

type Worth = (a: Rational, b: Rational) => Rational | null
type Saying = {
  readonly words: readonly string[]
  readonly worth: Worth
  /** A sum by itself; the others name a number and are sums only when asked for. */
  readonly alone: boolean
}

const whole = (value: number): Rational => ({ numerator: BigInt(value), denominator: 1n })
const part = (value: number): Rational => ({ numerator: 1n, denominator: BigInt(value) })
const percentOf: Worth = (a, b) => {
  const share = multiply(a, part(100))
  return share && multiply(share, b)
}

const sayings: readonly Saying[] = [
  alone('add # and #', add),
  alone('add # to #', add),
  alone('# added to #', add),
  alone('subtract # from #', (a, b) => subtract(b, a)),
  alone('# subtracted from #', (a, b) => subtract(b, a)),
  alone('multiply # by #', multiply),
  alone('multiply # and #', multiply),
  alone('# multiplied by #', multiply),
  alone('divide # by #', divide),
  alone('# divided by #', divide),
  alone('N mod N', remainder),
  alone('N modulo N', remainder),
  alone('N squared', (a) => multiply(a, a)),
  alone('N cubed', (a) => power(a, whole(3))),
  alone('N to the power #', power),
  alone('N to the power of #', power),
  alone('N raised to the power #', power),
  alone('N raised to the power of #', power),
  alone('# % of #', percentOf),
  alone('# percent of #', percentOf),
  alone('# per cent of #', percentOf),
  alone('square root of N', (a) => root(a, 2)),
  alone('cube root of N', (a) => root(a, 3)),
  named('sqrt N', (a) => root(a, 2)),
  named('sqrt of N', (a) => root(a, 2)),
  named('square of N', (a) => multiply(a, a)),
  named('cube of N', (a) => power(a, whole(3))),
  named('sum of # and #', add),
  named('product of # and #', multiply),
  named('quotient of # and #', divide),
  named('remainder of N divided by N', remainder),
  named('remainder when N is divided by N', remainder),
  named('half of #', (a) => multiply(a, part(2))),
  named('a third of #', (a) => multiply(a, part(3))),
  named('a quarter of #', (a) => multiply(a, part(4))),
  named('a tenth of #', (a) => multiply(a, part(10))),
  named('double #', (a) => multiply(a, whole(2))),
  named('twice #', (a) => multiply(a, whole(2))),
  named('triple #', (a) => multiply(a, whole(3))),
]

/** The value of a sum in words, or null where it is none that stands in the table. */
export function evaluatePhrase(tokens: readonly Token[], manner: Manner): Rational | null {
  const phrase = tokens[0]?.text === 'the' ? tokens.slice(1) : tokens
  for (const saying of sayings) {
    if (!saying.alone && manner === 'bare') continue
    const operands = match(phrase, saying.words)
    if (operands !== null) return saying.worth(operands[0] ?? whole(0), operands[1] ?? whole(0))
  }
  return evaluateChain(tokens) ?? evaluatePercentSign(tokens)
}

/** Plus and minus in words go from left to right in every mouth; so do times alone. */
function evaluateChain(tokens: readonly Token[]): Rational | null {
  let operand = readOperand(tokens, 0, true)
  let value = operand?.value ?? null
  let times: boolean | null = null
  while (operand !== null && value !== null && operand.end < tokens.length) {
    const word = tokens[operand.end]?.text ?? ''
    const isTimes = word === 'times'
    if ((!isTimes && word !== 'plus' && word !== 'minus') || (times !== null && times !== isTimes))
      return null
    times = isTimes
    operand = readOperand(tokens, operand.end + 1, true)
    if (operand === null) return null
    value = isTimes
      ? multiply(value, operand.value)
      : add(value, word === 'plus' ? operand.value : negate(operand.value))
  }
  return operand === null || times === null ? null : value
}

/**
 * `17 % 5` is a remainder. A sign that leans on its left is a percentage, and so may be one with a smaller number
 * before it.
 */
function evaluatePercentSign(tokens: readonly Token[]): Rational | null {
  const [a, sign, b, ...rest] = tokens
  if (a?.kind !== 'number' || sign?.text !== '%' || b?.kind !== 'number' || rest.length > 0) return null
  if (sign.gap !== b.gap || a.value.numerator < b.value.numerator) return null
  return remainder(a.value, b.value)
}

function match(tokens: readonly Token[], words: readonly string[]): readonly Rational[] | null {
  const operands: Rational[] = []
  let at = 0
  for (const word of words) {
    if (word !== '#' && word !== 'N') {
      if (tokens[at++]?.text !== word) return null
      continue
    }
    const operand = readOperand(tokens, at, word === '#')
    if (operand === null) return null
    operands.push(operand.value)
    at = operand.end
  }
  return at === tokens.length ? operands : null
}

function readOperand(
  tokens: readonly Token[],
  at: number,
  maySign: boolean,
): { readonly value: Rational; readonly end: number } | null {
  const token = tokens[at]
  if (token === undefined) return null
  if (token.kind === 'number') return { value: token.value, end: at + 1 }
  if (token.text === '(') return readParentheses(tokens, at)
  const number = tokens[at + 1]
  const isMinus = token.text === '-' || token.text === '−'
  if (!maySign || !isMinus || number?.kind !== 'number' || number.gap) return null
  return { value: negate(number.value), end: at + 2 }
}

function readParentheses(tokens: readonly Token[], at: number): { value: Rational; end: number } | null {
  let depth = 0
  for (let i = at; i < tokens.length; i++) {
    if (tokens[i]?.text === '(') depth++
    if (tokens[i]?.text === ')' && --depth === 0) {
      const inside = tokens.slice(at, i + 1)
      const value = isCertain(inside, 'told', true) ? evaluate(inside) : null
      return value && { value, end: i + 1 }
    }
  }
  return null
}

function alone(says: string, worth: Worth): Saying {
  return { words: says.split(' '), worth, alone: true }
}

function named(says: string, worth: Worth): Saying {
  return { words: says.split(' '), worth, alone: false }
}
