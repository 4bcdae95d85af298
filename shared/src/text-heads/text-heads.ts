/**
 * The small learned heads in one file: a tagger that finds names and addresses, and a judge of unsafe requests.
 *
 * The file is made by `nearside train-sensitivity` and is read whole, once. All numbers are little-endian: the letters
 * `NSH1`; four bytes (tags, log2 of the tagger's buckets, classes, log2 of the judge's buckets); a float for each tag's scale, the
 * tagger's threshold, a float for each class's scale, each class's threshold; three bit sets of 65,536 words (used, used
 * often, names); the int8 weights of the tagger, then of the judge, a bucket's classes side by side. A file of another length or
 * with a number that is none is refused.
 */
import { NearsideError } from '../fault/nearside-error.ts'

export type TextHeads = {
  readonly tags: LinearHead
  /** The probability of personal data at which a token counts. */
  readonly tagThreshold: number
  readonly classes: LinearHead
  /** The probability at which a text counts as of this class, in the order of `unsafeKinds`. */
  readonly classThresholds: readonly number[]
  readonly usedWords: Uint8Array
  readonly oftenWords: Uint8Array
  /** Words that were parts of names in the training data. */
  readonly nameWords: Uint8Array
}

/** A table of int8 weights: row by bucket, column by class, and what one step of each column is worth. */
export type LinearHead = {
  readonly columns: number
  readonly bucketMask: number
  readonly scales: Float32Array
  readonly weights: Int8Array
}

export const wordSetBytes = 8192
export const tagColumns = 8
export const classColumns = 3
const headBytes = 8
const mostBucketsLog2 = 20

export function readTextHeads(bytes: Uint8Array): TextHeads {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < headBytes || view.getUint32(0, false) !== 0x4e534831)
    throw bad('it does not begin with NSH1')
  const [tags = 0, tagLog2 = 0, classes = 0, classLog2 = 0] = bytes.subarray(4, headBytes)
  if (tags !== tagColumns || classes !== classColumns) throw bad(`it has ${tags} tags and ${classes} classes`)
  if (tagLog2 > mostBucketsLog2 || classLog2 > mostBucketsLog2) throw bad('its tables are too large')

  const floats = tags + 1 + classes + classes
  const expected = headBytes + floats * 4 + wordSetBytes * 3 + tags * 2 ** tagLog2 + classes * 2 ** classLog2
  if (bytes.length !== expected) throw bad(`it has ${bytes.length} bytes in place of ${expected}`)

  const numbers = Float32Array.from({ length: floats }, (_, i) => view.getFloat32(headBytes + i * 4, true))
  if (!numbers.every((number) => number >= 0 && number < 1e6)) throw bad('a scale or threshold is no number')

  let at = headBytes + floats * 4
  const take = (length: number): Uint8Array<ArrayBuffer> => {
    at += length
    return Uint8Array.from(bytes.subarray(at - length, at))
  }
  const usedWords = take(wordSetBytes)
  const oftenWords = take(wordSetBytes)
  const nameWords = take(wordSetBytes)
  const tagWeights = new Int8Array(take(tags * 2 ** tagLog2).buffer)
  const classWeights = new Int8Array(take(classes * 2 ** classLog2).buffer)
  return {
    tags: {
      columns: tags,
      bucketMask: 2 ** tagLog2 - 1,
      scales: numbers.slice(0, tags),
      weights: tagWeights,
    },
    tagThreshold: numbers[tags]!,
    classes: {
      columns: classes,
      bucketMask: 2 ** classLog2 - 1,
      scales: numbers.slice(tags + 1, tags + 1 + classes),
      weights: classWeights,
    },
    classThresholds: [...numbers.slice(tags + 1 + classes)],
    usedWords,
    oftenWords,
    nameWords,
  }
}

export type WordSets = Pick<TextHeads, 'usedWords' | 'oftenWords' | 'nameWords'>

/** How ordinary each word is: 0 listed nowhere, 1 used, 2 used often; three more where it was part of a name. */
export function commonness(words: Uint32Array, count: number, sets: WordSets): Uint8Array {
  const common = new Uint8Array(count)
  for (let i = 0; i < count; i++) {
    const word = words[i]!
    const often = holdsWord(sets.oftenWords, word)
    common[i] =
      (holdsWord(sets.usedWords, word) ? 1 : 0) +
      (often ? 1 : 0) +
      // A word of every day that is somebody's name too is a word: what surrounds it must say otherwise.
      (!often && holdsWord(sets.nameWords, word) ? 3 : 0)
  }
  return common
}

function holdsWord(set: Uint8Array, word: number): boolean {
  return (set[(word & 0xffff) >> 3]! & (1 << (word & 7))) !== 0
}

export function addWord(set: Uint8Array, word: number): void {
  const place = (word & 0xffff) >> 3
  set[place] = set[place]! | (1 << (word & 7))
}

function bad(why: string): NearsideError {
  return new NearsideError('bad-options', `These are no text heads that this version can read: ${why}.`)
}
