/** Shares, raises and changes in per cent, where they come out exactly: a rounded one has several right forms. */

import { lazily } from '@nearside/core'
import type { EdgeAnswerer } from '../answerer.ts'
import { add, divide, multiply, type Rational, subtract } from '../arithmetic/rational.ts'
import { commaNumeral, exact, numeral, readNumber } from './number.ts'
import { bare, skilled } from './skill.ts'

type Worth = (a: Rational, b: Rational) => Rational | null
const hundred: Rational = { numerator: 100n, denominator: 1n }

const times = (a: Rational | null, b: Rational): Rational | null => a && multiply(a, b)
const over = (a: Rational | null, b: Rational): Rational | null => a && divide(a, b)
const share: Worth = (a, b) => over(multiply(a, hundred), b)
const raise: Worth = (a, p) => over(times(add(hundred, p), a), hundred)
const lower: Worth = (a, p) => over(times(subtract(hundred, p), a), hundred)
const change: Worth = (a, b) => over(times(subtract(b, a), hundred), a)
const part: Worth = (p, b) => over(multiply(p, b), hundred)
const grown: Worth = (a, b) => positive(change(a, b))
const shrunk: Worth = (a, b) => positive(over(times(subtract(a, b), hundred), a))

type Saying = readonly [says: RegExp, worth: Worth, sign: '' | '%', comma?: true]

/** `N` is a number, `P` one in per cent, `?` before a sign marks an answer that is itself in per cent. */
const sayings = lazily((): readonly Saying[] => [
  [says('what percent(?:age)? of N is N'), (b, a) => share(a, b), '%'],
  [says('N is what percent(?:age)? of N'), share, '%'],
  [says('(?:what is )?N as a percentage of N'), share, '%'],
  [says('increase N by P'), raise, ''],
  [says('what is N increased by P'), raise, ''],
  [says('decrease N by P'), lower, ''],
  [says('what is N (?:decreased|reduced) by P'), lower, ''],
  [says('(?:what is the )?(?:percent|percentage|%) increase from N to N'), grown, '%'],
  [says('increase from N to N in (?:%|percent)'), grown, '%'],
  [says('(?:what is the )?(?:percent|percentage|%) decrease from N to N'), shrunk, '%'],
  [says('decrease from N to N in (?:%|percent)'), shrunk, '%'],
  [says('(?:what is the )?(?:percent|percentage|%) change from N to N'), change, '%'],
  [says('N is P of what(?: number)?'), (a, p) => share(a, p), ''],
  [says('what is P of N'), part, ''],
  [says('(?:wie ?viel|was) (?:sind|ist) P von N', commaNumeral), part, '', true],
  [says('combien font P de N', commaNumeral), part, '', true],
  [says('cu[aá]nto es (?:el )?P de N', commaNumeral), part, '', true],
])

export const percentages: EdgeAnswerer = skilled({
  name: 'percentages',
  longest: 200,
  hint: /%|percent|per cent/i,
  answer(question) {
    const text = bare(question)?.replace(/^what'?s /i, 'what is ') ?? ''
    for (const [pattern, worth, sign, comma] of sayings()) {
      const [, a, b] = pattern.exec(text) ?? []
      if (a === undefined || b === undefined) continue
      const value = exact(worth(readNumber(a), readNumber(b)))
      return value && `${comma ? value.replace('.', ',') : value}${sign}`
    }
    return null
  },
})

function positive(value: Rational | null): Rational | null {
  return value !== null && value.numerator > 0n ? value : null
}

function says(text: string, number = numeral): RegExp {
  const pattern = text.replaceAll('P', 'N ?(?:%|percent|per cent)').replaceAll('N', `(${number})`)
  return new RegExp(`^${pattern}$`, 'i')
}
