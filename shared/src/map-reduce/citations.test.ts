import { describe, expect, it } from 'vitest'
import { cleanCitations } from './citations.ts'

const known = new Set([1, 3, 4, 12])
const clean = (text: string, step = text.length): readonly [string, number, readonly number[]] => {
  const cleaner = cleanCitations(known)
  let out = ''
  for (let at = 0; at < text.length; at += step) out += cleaner.push(text.slice(at, at + step))
  out += cleaner.flush()
  return [out, cleaner.removed, [...cleaner.cited]]
}

describe('a citation', () => {
  it.each([
    ['Signed by Ada [c3].', 'Signed by Ada [c3].', 0],
    ['Signed by Ada [c9].', 'Signed by Ada.', 1],
    ['Both [c1, c3] and [c1][c2].', 'Both [c1, c3] and [c1].', 1],
    ['Both [c1, 2; C12].', 'Both [c1, c12].', 1],
    ['A range [c3-c4].', 'A range [c3-c4].', 0],
    ['A range [c1–c4].', 'A range [c1, c3, c4].', 1],
    ['A range [c1-c999999999].', 'A range [c1, c3, c4, c12].', 1],
    ['A list[0], a [link](x), [c], [cat 3] and [ c', 'A list[0], a [link](x), [c], [cat 3] and [ c', 0],
    ['[[c9]] [[c3]]', '[] [[c3]]', 1],
  ])('of %s stands where its piece was shown', (text, expected, removed) => {
    for (const step of [text.length, 1, 2, 3, 7]) {
      expect(clean(text, step).slice(0, 2)).toEqual([expected, removed])
    }
  })

  it('is remembered where it stands', () => {
    expect(clean('a [c3] b [c12, c3] c [c99]')[2]).toEqual([3, 12])
  })

  it('TRUST 34: is looked for in one pass', () => {
    for (const shard of ['[', '[c1, ', ' ', '[c9] ']) {
      const text = shard.repeat(400_000)
      expect(clean(text, 4_096)[0].length).toBeLessThanOrEqual(text.length)
    }
  })
})
