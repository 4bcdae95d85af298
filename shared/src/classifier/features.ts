/**
 * The features of a text: hashed pieces of it, and its shape.
 *
 * Three fields, each with buckets of its own. `words`: words and pairs of neighbours. `characters`: three to five
 * characters inside a word, its ends marked, which carry inflection, names and languages without a table. `edges`: the
 * first and the last words, alone and in pairs and threes, because what a request asks for stands at its beginning or its
 * end while the matter that it is asked of stands between. A piece that occurs n times counts 1 + ln n, and each
 * field has length one, so that a long text does not outweigh a short one.
 *
 * Time is linear, and bounded: of a long text its beginning and its end are read. Everything is integers until the
 * weights, so the buckets are the same on every platform. A model names the version it was trained with.
 */
import { hashEnd, hashStart, hashStep } from './hash.ts'
import { scanWords, wordKind } from './scan-words.ts'
import { readShape, shapeSize } from './shape.ts'

export const featureVersion = 1

/** Of a longer text so many characters are read, half at its beginning and half at its end. */
export const readCharacters = 6_000

const wordBuckets = 16_384
const characterBuckets = 8_192
const edgeBuckets = 4_096
export const bucketCount: number = wordBuckets + characterBuckets + edgeBuckets

const edgeWords = 8

export type TextFeatures = {
  /** Buckets that occur, each once, by field and within it in order of appearance. */
  readonly ids: Int32Array
  /** How much each counts; every field that has any has length one. */
  readonly weights: Float32Array
  readonly shape: Float32Array
}

/** One reader serves one thread: it keeps its scratch memory from text to text. */
export type FeatureReader = (text: string) => TextFeatures

export function featureReader(): FeatureReader {
  const counts = new Uint16Array(bucketCount)
  const touched = new Int32Array(bucketCount)
  const wordHashes = new Int32Array(readCharacters + 1)

  return function readFeatures(text) {
    const read = normalise(excerpt(text))
    let used = 0
    const add = (hash: number, offset: number, buckets: number): void => {
      const id = offset + (hashEnd(hash) & (buckets - 1))
      const seen = counts[id]!
      if (seen === 0) touched[used++] = id
      if (seen < 65_535) counts[id] = seen + 1
    }

    let words = 0
    let previous = 0
    scanWords(read, (from, to, kind) => {
      let hash = hashStart(kind)
      for (let i = from; i < to; i++) hash = hashStep(hash, read.charCodeAt(i))
      add(hash, 0, wordBuckets)
      if (words > 0) add(hashStep(hashStep(previous, 32), hash), 0, wordBuckets)
      if (words < wordHashes.length) wordHashes[words++] = hash
      previous = hash
    })
    const wordsEnd = used

    scanWords(read, (from, to, kind) => {
      if (kind === wordKind.letters) addPieces(read, from, to, add)
      else if (kind === wordKind.digits) addNumberForm(to - from, add)
    })
    const charactersEnd = used

    addEdges(wordHashes, words, add)

    const ids = touched.slice(0, used)
    const weights = new Float32Array(used)
    weigh(ids, counts, weights, 0, wordsEnd)
    weigh(ids, counts, weights, wordsEnd, charactersEnd)
    weigh(ids, counts, weights, charactersEnd, used)
    for (let i = 0; i < used; i++) counts[ids[i]!] = 0
    const shape = new Float32Array(shapeSize)
    readShape(excerpt(text), shape)
    return { ids, weights, shape }
  }
}

/** Compatibility forms made one, and capitals small, in the same way for every language. */
function normalise(text: string): string {
  const plain = isAscii(text) ? text : text.normalize('NFKC')
  return plain.toLowerCase()
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 127) return false
  return true
}

export function excerpt(text: string): string {
  if (text.length <= readCharacters) return text
  const half = readCharacters / 2
  return `${text.slice(0, half)}\n${text.slice(-half + 1)}`
}

type Add = (hash: number, offset: number, buckets: number) => void

const shortestPiece = 3
const longestPiece = 5
const wordEdge = 0x01

function addPieces(text: string, from: number, to: number, add: Add): void {
  // One place before the word and one behind it stand for its ends.
  for (let start = from - 1; start <= to - shortestPiece + 1; start++) {
    let hash = hashStart(7)
    const last = Math.min(to, start + longestPiece - 1)
    for (let i = start; i <= last; i++) {
      hash = hashStep(hash, i < from || i >= to ? wordEdge : text.charCodeAt(i))
      if (i - start + 1 >= shortestPiece) add(hash, wordBuckets, characterBuckets)
    }
  }
}

/** A number by its count of digits, whatever it is. */
function addNumberForm(digits: number, add: Add): void {
  add(hashStep(hashStart(8), Math.min(digits, 12)), wordBuckets, characterBuckets)
}

function addEdges(words: Int32Array, count: number, add: Add): void {
  const offset = wordBuckets + characterBuckets
  const sides = [
    { seed: 11, from: 0, to: Math.min(edgeWords, count) },
    { seed: 12, from: Math.max(0, count - edgeWords), to: count },
  ]
  for (const { seed, from, to } of sides) {
    for (let i = from; i < to; i++) {
      let hash = hashStart(seed)
      for (let n = 0; n < 3 && i + n < to; n++) {
        hash = hashStep(hashStep(hash, 32), words[i + n]!)
        add(hash, offset, edgeBuckets)
      }
    }
  }
  // The very first and the very last word, by their place.
  if (count > 0) {
    add(hashStep(hashStart(13), words[0]!), offset, edgeBuckets)
    add(hashStep(hashStart(14), words[count - 1]!), offset, edgeBuckets)
  }
}

function weigh(ids: Int32Array, counts: Uint16Array, weights: Float32Array, from: number, to: number): void {
  let squares = 0
  for (let i = from; i < to; i++) {
    const weight = 1 + Math.log(counts[ids[i]!]!)
    weights[i] = weight
    squares += weight * weight
  }
  if (squares === 0) return
  const scale = 1 / Math.sqrt(squares)
  for (let i = from; i < to; i++) weights[i] = weights[i]! * scale
}
