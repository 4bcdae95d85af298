import { describe, expect, it } from 'vitest'
import { bucketCount, featureReader, readCharacters } from './features.ts'
import { shapeNames, shapeSize } from './shape.ts'

const read = featureReader()
const shapeOf = (text: string, name: (typeof shapeNames)[number]): number =>
  read(text).shape[shapeNames.indexOf(name)]!

const odd: readonly string[] = [
  '',
  ' \n\t ',
  '🙂🙃👩‍👩‍👧‍👦 🇳🇴',
  '\ud800 half a pair \udc00',
  '明日の会議は何時からですか?',
  'ما هو عاصمة المغرب؟',
  'हिन्दी में एक सवाल',
  '\u0000\u0001\ufffe\uffff',
  'e\u0301'.repeat(500),
  '1'.repeat(5_000),
]

describe('the features of a text', () => {
  it('are the same numbers on every platform', () => {
    // Written down once: another number here is another version of the features, and needs another model.
    const { ids, weights } = read('How many apples has Zoë, if 12 + 7 are left?')
    expect(ids.length).toBe(expectedCount)
    expect(checksum(ids)).toBe(expectedChecksum)
    expect(weights.every((weight) => weight > 0 && weight <= 1)).toBe(true)
  })

  it('do not depend on what was read before', () => {
    const first = read('the same text')
    read('something else entirely, and longer than that')
    expect(read('the same text')).toEqual(first)
  })

  it('do not tell composed letters from decomposed ones, nor capitals from small letters', () => {
    expect(read('Zo\u00eb').ids).toEqual(read('zoe\u0308').ids)
  })

  it('have fields of length one and buckets that occur once', () => {
    const { ids, weights } = read('one two three two one, and four')
    expect(new Set(ids).size).toBe(ids.length)
    const squares = weights.reduce((sum, weight) => sum + weight * weight, 0)
    expect(squares).toBeCloseTo(3, 4)
  })

  it('TRUST 26: are finite for empty text, emoji, other scripts, half pairs and binary noise', () => {
    for (const text of odd) {
      const { ids, weights, shape } = read(text)
      expect(
        ids.every((id) => id >= 0 && id < bucketCount),
        text,
      ).toBe(true)
      expect([...weights, ...shape].every(Number.isFinite), text).toBe(true)
      expect(shape).toHaveLength(shapeSize)
    }
  })

  it('TRUST 34: come from a bounded part of a text, its beginning and its end', () => {
    const start = 'Summarise this. '
    const end = ' What is the answer?'
    const long = start + 'word '.repeat(200_000) + end
    const short = start + 'word '.repeat(readCharacters) + end
    expect(read(long).ids).toEqual(read(short).ids)
    expect(read('((((a+)+)+)+)'.repeat(80_000)).ids.length).toBeLessThan(5 * readCharacters)
  })
})

describe('the shape of a text', () => {
  it('counts numbers, questions, lists and options', () => {
    expect(shapeOf('12 and 12 and 7', 'numbers')).toBe(2)
    expect(shapeOf('12 and 12 and 7', 'distinctNumbers')).toBeCloseTo(Math.log2(3), 5)
    expect(shapeOf('Is it?', 'asksAtEnd')).toBe(1)
    expect(shapeOf('是吗?', 'asksAtEnd')).toBe(1)
    expect(shapeOf('Pick one:\nA. yes\nB. no', 'optionLines')).toBeCloseTo(Math.log2(3), 5)
    expect(shapeOf('- milk\n- bread\n1. eggs', 'listLines')).toBe(2)
  })
})

function checksum(ids: Int32Array): number {
  let sum = 0
  for (const id of ids) sum = (Math.imul(sum, 31) + id) | 0
  return sum
}

const expectedCount = 131
const expectedChecksum = 671_705_169
