/**
 * Regular expressions as rules, so that a pattern can be kept to while the text is written, and be matched in linear time
 * afterwards. Covered is what is regular: characters, classes, groups, alternatives and counts, with anchors at the ends. What
 * looks around or back is refused: it would need another machine.
 */
import type { CharacterRange } from './characters.ts'
import { patternFault, readAtom, readCount } from './pattern-atoms.ts'
import type { Piece, Rule } from './rule.ts'
import { choice, repeat, sequence } from './rule.ts'

/** How one character out of some ranges is written: plainly, or as JSON spells it. */
export type Spelling = (ranges: readonly CharacterRange[]) => Rule

const anyRange: readonly CharacterRange[] = [[0, 0x10ffff]]
const mostNested = 32

/** All texts in which the pattern matches somewhere. */
export function patternRule(pattern: string, spelling: Spelling): Rule {
  const points = [...pattern]
  let at = 0
  let nested = 0
  const anything = (): Rule => repeat(spelling(anyRange), 0, Number.POSITIVE_INFINITY)

  /** Alternatives of the whole: only these may be anchored. */
  function whole(): Rule {
    const options: Rule[] = []
    do {
      const fromStart = take('^')
      const parts = branch()
      const toEnd = take('$')
      options.push(sequence(...(fromStart ? [] : [anything()]), ...parts, ...(toEnd ? [] : [anything()])))
    } while (take('|'))
    if (at < points.length) throw patternFault('has a bracket, an anchor or a count where none can be')
    return choice(options)
  }

  function branch(): Piece[] {
    const parts: Piece[] = []
    while (at < points.length && !'|)$'.includes(points[at]!)) parts.push(counted(atom()))
    return parts
  }

  function atom(): Rule {
    if (take('(')) return group()
    const read = readAtom(points, at)
    at = read.next
    return spelling(read.ranges)
  }

  function group(): Rule {
    if (++nested > mostNested) throw patternFault(`nests more than ${mostNested} groups`)
    if (take('?')) nameOfGroup()
    const options: Rule[] = []
    do options.push(sequence(...branch()))
    while (take('|'))
    if (!take(')')) throw patternFault('has a group that is not closed, or an anchor inside of one')
    nested--
    return choice(options)
  }

  /** `(?:…)` and `(?<name>…)` group as plain brackets do; everything else behind a question mark looks around. */
  function nameOfGroup(): void {
    if (take(':')) return
    if (!take('<') || points[at] === '=' || points[at] === '!') throw patternFault('looks ahead or behind')
    while (at < points.length && !take('>')) at++
  }

  function counted(symbol: Rule): Rule {
    const count = readCount(points, at)
    if (count === null) return symbol
    at = count.next
    // As few as possible or as many as possible: the texts are the same.
    take('?')
    if (readCount(points, at) !== null) throw patternFault('counts a count')
    return repeat(symbol, count.low, count.high)
  }

  function take(letter: string): boolean {
    if (points[at] !== letter) return false
    at++
    return true
  }

  return whole()
}
