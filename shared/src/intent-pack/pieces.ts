/**
 * The pieces of a question by which an intent is known: words and pairs, pieces of words, and how the question begins
 * and ends.
 *
 * Unlike the classifier's features these are not dealt into a fixed number of buckets: a piece is a hash of 32 bits, and a
 * pack names those it knows. So a small pack is a small file, and a word that no example has is known to be unknown. Three
 * fields: `words` (words, neighbours, and words with one between), `characters` (three to five inside a word, its ends
 * marked) and `edges` (the first and the last one to three words).
 *
 * Time is linear and bounded: a question longer than `longestQuestion` is nobody's. All is integer arithmetic, so the
 * pieces are the same on every platform; a pack names the version that it was built with.
 */
import { hashEnd, hashStart, hashStep } from '../classifier/hash.ts'
import { scanWords, wordKind } from '../classifier/scan-words.ts'

export const pieceVersion = 1

/** In UTF-16 code units. What is longer tells a story, and a story means more than one question. */
export const longestQuestion = 500

export const pieceFields = 3

export type Pieces = {
  /** Each piece once, by field and within it in order of appearance. */
  readonly hashes: Int32Array
  /** How often each occurs. */
  readonly counts: Uint16Array
  /** Where each field ends. */
  readonly ends: readonly [words: number, characters: number, edges: number]
}

const seeds = { word: 1, pair: 2, apart: 3, characters: 4, first: 5, last: 6 } as const
const shortestPiece = 3
const longestPiece = 5
const mostEdge = 3
const wordEnd = 0x01

export function piecesOf(question: string): Pieces {
  const text = question.slice(0, longestQuestion).normalize('NFKC').toLowerCase()
  const words: number[] = []
  const characters = new Map<number, number>()
  scanWords(text, (from, to, kind) => {
    let hash = hashStart(kind)
    for (let i = from; i < to; i++) hash = hashStep(hash, text.charCodeAt(i))
    words.push(hash)
    if (kind === wordKind.letters) addCharacters(text, from, to, characters)
  })

  const fields = [wordPieces(words), characters, edgePieces(words)] as const
  const size = fields.reduce((sum, field) => sum + field.size, 0)
  const hashes = new Int32Array(size)
  const counts = new Uint16Array(size)
  let at = 0
  const ends = fields.map((field) => {
    for (const [hash, count] of field) {
      hashes[at] = hash
      counts[at++] = Math.min(count, 65_535)
    }
    return at
  })
  return { hashes, counts, ends: [ends[0]!, ends[1]!, ends[2]!] }
}

function wordPieces(words: readonly number[]): ReadonlyMap<number, number> {
  const pieces = new Map<number, number>()
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!
    addPiece(pieces, hashStep(hashStart(seeds.word), word))
    if (i + 1 < words.length) addPiece(pieces, hashStep(hashStep(hashStart(seeds.pair), word), words[i + 1]!))
    if (i + 2 < words.length)
      addPiece(pieces, hashStep(hashStep(hashStart(seeds.apart), word), words[i + 2]!))
  }
  return pieces
}

function addCharacters(text: string, from: number, to: number, pieces: Map<number, number>): void {
  // One place before the word and one behind it stand for its ends.
  for (let start = from - 1; start <= to - shortestPiece + 1; start++) {
    let hash = hashStart(seeds.characters)
    const last = Math.min(to, start + longestPiece - 1)
    for (let i = start; i <= last; i++) {
      hash = hashStep(hash, i < from || i >= to ? wordEnd : text.charCodeAt(i))
      if (i - start + 1 >= shortestPiece) addPiece(pieces, hash)
    }
  }
}

function edgePieces(words: readonly number[]): ReadonlyMap<number, number> {
  const pieces = new Map<number, number>()
  let first = hashStart(seeds.first)
  let last = hashStart(seeds.last)
  for (let n = 0; n < Math.min(mostEdge, words.length); n++) {
    first = hashStep(first, words[n]!)
    last = hashStep(last, words[words.length - 1 - n]!)
    addPiece(pieces, first)
    addPiece(pieces, last)
  }
  return pieces
}

function addPiece(pieces: Map<number, number>, hash: number): void {
  const piece = hashEnd(hash) | 0
  pieces.set(piece, (pieces.get(piece) ?? 0) + 1)
}
