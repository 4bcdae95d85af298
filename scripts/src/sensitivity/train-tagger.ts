/**
 * Trains the tagger: softmax regression over hashed token features, AdaGrad, one token at a time.
 *
 * Generated sentences repeat a hundred templates and some thousand names, so two habits are trained out. The token's own
 * word is hidden six times in ten, so that context and shape must carry a name never seen; and every feature is dropped one time
 * in ten, so that no single neighbour of a template decides. Requests of every day, unmarked, show what is no name. Sentences with spans are shown in small letters too.
 */
import {
  commonness,
  type LinearHead,
  scanTokens,
  type Tokens,
  tagColumns,
  tokenFeatureCount,
  tokenFeatures,
  type WordSets,
} from '@nearside/core'
import { seededRandom, shuffled } from '../train/random.ts'
import { hashOf } from './folds.ts'
import { type NameCounts, nameCounts, nameSet, namesIn } from './name-words.ts'
import { quantise } from './quantise.ts'
import type { SentenceRow } from './rows.ts'

const tagBucketsLog2 = 14
const epochs = 8
const rate = 0.3
const decay = 3e-4
const hideWord = 0.6
const hideFeature = 0.1
/** The features that know the token's own letters. */
const ownWord: ReadonlySet<number> = new Set([0, 2, 3])

const tagOf: Readonly<Record<string, number>> = {
  PERSON: 1,
  ADDRESS: 2,
  STREET_ADDRESS: 2,
  ZIP_CODE: 2,
  PHONE_NUMBER: 3,
  AGE: 4,
  LOCATION: 6,
  GPE: 6,
  ORGANIZATION: 6,
  NRP: 6,
  DATE_TIME: 6,
  DOMAIN_NAME: 6,
  TITLE: 7,
  PREFIX: 7,
}
/** Cards, accounts, numbers of persons, e-mail: what is personal and has no tag of its own. */
const otherNumber = 5

type Sequence = {
  readonly tokens: Tokens
  readonly common: Uint8Array
  readonly tags: Uint8Array
  /** Which tokens are learnt from: 1, or 0 where nobody has said what they are. */
  readonly isKnown: Uint8Array
}

export type Tagger = { readonly tags: LinearHead; readonly sets: WordSets }

export function trainTagger(
  sentences: readonly SentenceRow[],
  ordinary: readonly string[],
  words: WordSets,
): Tagger {
  const counts = nameCounts(sentences)
  const sets = { ...words, nameWords: nameSet(counts) }
  const small = sentences.filter(isShownSmall).map((row) => ({ ...row, text: row.text.toLowerCase() }))
  const sequences = [
    ...[...sentences, ...small].map((row) => sequenceOf(row, sets, counts)),
    ...ordinary.map((text) => ordinarySequence(text, sets, counts)),
  ]
  const mask = 2 ** tagBucketsLog2 - 1
  const weights = new Float32Array((mask + 1) * tagColumns)
  const squares = new Float32Array(weights.length).fill(1e-3)
  const random = seededRandom(1)
  const features = new Int32Array(tokenFeatureCount)
  const rows = new Int32Array(tokenFeatureCount)
  const scores = new Float64Array(tagColumns)
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (const which of shuffled(sequences.length, random)) {
      const { tokens, common, tags, isKnown } = sequences[which]!
      for (let i = 0; i < tokens.count; i++) {
        if (isKnown[i] === 0) continue
        tokenFeatures(tokens, i, common, mask, features)
        const isHidden = random() < hideWord
        let shown = 0
        for (let f = 0; f < tokenFeatureCount; f++) {
          if ((isHidden && ownWord.has(f)) || random() < hideFeature) continue
          rows[shown++] = features[f]! * tagColumns
        }
        learn(weights, squares, rows, shown, scores, tags[i]!)
      }
    }
  }
  return { tags: quantise(weights, tagColumns, mask), sets }
}

function learn(
  weights: Float32Array,
  squares: Float32Array,
  rows: Int32Array,
  shown: number,
  scores: Float64Array,
  tag: number,
): void {
  scores.fill(0)
  for (let r = 0; r < shown; r++) {
    for (let k = 0; k < tagColumns; k++) scores[k] = scores[k]! + weights[rows[r]! + k]!
  }
  const highest = Math.max(...scores)
  let sum = 0
  for (let k = 0; k < tagColumns; k++) sum += scores[k] = Math.exp(scores[k]! - highest)
  for (let k = 0; k < tagColumns; k++) {
    const slope = scores[k]! / sum - (k === tag ? 1 : 0)
    if (Math.abs(slope) < 1e-3) continue
    for (let r = 0; r < shown; r++) {
      const at = rows[r]! + k
      const step = slope + decay * weights[at]!
      squares[at] = squares[at]! + step * step
      weights[at] = weights[at]! - (rate * step) / Math.sqrt(squares[at]!)
    }
  }
}

function sequenceOf(row: SentenceRow, sets: WordSets, counts: NameCounts): Sequence {
  const { text, spans } = row
  const tokens = scanTokens(text)
  const own = namesIn(row)
  const common = commonness(tokens.word, tokens.count, sets)
  for (let i = 0; i < tokens.count; i++) {
    const word = tokens.word[i]!
    if (common[i]! >= 3 && own.has(word) && (counts.get(word) ?? 0) < 2) common[i] = common[i]! - 3
  }
  const tags = new Uint8Array(tokens.count)
  for (let i = 0; i < tokens.count; i++) {
    for (const { type, start, end } of spans) {
      if (tokens.start[i]! < end && tokens.end[i]! > start) tags[i] = tagOf[type] ?? otherNumber
    }
  }
  return { tokens, common, tags, isKnown: new Uint8Array(tokens.count).fill(1) }
}

/**
 * A request of every day, in which nobody has marked the names: only what can hardly be one is learnt from, ordinary words and
 * numbers, and they are nobody's data.
 */
function ordinarySequence(text: string, sets: WordSets, counts: NameCounts): Sequence {
  const sequence = sequenceOf({ text, label: 'none', spans: [] }, sets, counts)
  const { tokens, common, isKnown } = sequence
  for (let i = 0; i < tokens.count; i++) {
    const first = text[tokens.start[i]!]!
    const isSmall = first.toUpperCase() !== first
    const isNumber = first >= '0' && first <= '9'
    isKnown[i] = isNumber || common[i] === 2 || (common[i] === 1 && isSmall) ? 1 : 0
  }
  return sequence
}

/** A third of the sentences with spans, where small letters are as many as large ones. */
function isShownSmall({ text, label }: SentenceRow): boolean {
  return label !== 'none_assumed' && hashOf(text) % 3 === 0 && text.toLowerCase().length === text.length
}
