/** Whole numbers from one to another, digit by digit: all of them and no other. */
import { NearsideError } from '@nearside/core'
import { decimal, minus, wholeDigits } from './json-rules.ts'
import type { Rule } from './rule.ts'
import { bytes, choice, optional, rule, sequence } from './rule.ts'

export type NumberBounds = {
  readonly minimum: number
  readonly maximum: number
  readonly above: number
  readonly below: number
}

export function wholeNumber(bounds: NumberBounds): Rule {
  const low = Math.max(Math.ceil(bounds.minimum), Math.floor(bounds.above) + 1)
  const high = Math.min(Math.floor(bounds.maximum), Math.ceil(bounds.below) - 1)
  if (low > high || low > Number.MAX_SAFE_INTEGER || high < -Number.MAX_SAFE_INTEGER)
    throw new NearsideError('bad-request', 'A whole number of the schema has bounds that leave none.', {
      param: 'response_format',
    })
  const options: Rule[] = []
  if (low < 0) options.push(sequence(minus, upwards(high < 0 ? -high : 1, -low)))
  if (high >= 0) options.push(upwards(Math.max(0, low), high))
  return choice(options)
}

/** Bounds of numbers with a fraction are kept to as far as the sign; the check behind the answer keeps to the rest. */
export function anyNumber(bounds: NumberBounds): Rule {
  if (bounds.minimum >= 0 || bounds.above >= 0) return decimal
  return sequence(optional(minus), decimal)
}

/** From `low`, zero or more, to `high`. */
function upwards(low: number, high: number): Rule {
  if (high > Number.MAX_SAFE_INTEGER) return low === 0 ? wholeDigits : upwards(low, Number.MAX_SAFE_INTEGER)
  const first = String(low)
  const last = String(high)
  const options: Rule[] = []
  for (let length = first.length; length <= last.length; length++) {
    const from = length === first.length ? first : `1${'0'.repeat(length - 1)}`
    options.push(between(from, length === last.length ? last : '9'.repeat(length)))
  }
  return choice(options)
}

/** Of equally many digits. `onLow` says that the digits so far are those of `from`, so that the next may not be less. */
function between(from: string, to: string): Rule {
  function rest(at: number, onLow: boolean, onHigh: boolean): Rule {
    return rule(() => {
      if (at === from.length) return [[]]
      const low = onLow ? Number(from[at]) : 0
      const high = onHigh ? Number(to[at]) : 9
      const sequences = []
      for (let value = low; value <= high; value++) {
        const byte = 0x30 + value
        sequences.push([bytes([byte, byte]), rest(at + 1, onLow && value === low, onHigh && value === high)])
      }
      return sequences
    })
  }
  return rest(0, true, true)
}
