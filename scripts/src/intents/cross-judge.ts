/**
 * Judges each example by machines that had not seen it, as a stranger's question is judged.
 *
 * Examples are dealt into folds, near-duplicates together. In each fold some intents are kept back whole as well: their
 * examples are then questions that no intent is about, of the very kind that customers of this operator ask, and what a machine says
 * of them shows what must be left to others.
 */
import { likenessOf, type Pieces } from '@nearside/core'
import { dealFolds } from '../train/folds.ts'
import { seededRandom, shuffled } from '../train/random.ts'
import { logits } from '../train/softmax.ts'
import { defaultCost, fitOneVsRest } from './fit-one-vs-rest.ts'
import { pieceRows, pieceSetOf } from './piece-rows.ts'

export type Trial = {
  readonly example: number
  /** The intent that was said, as a column; never what is out of scope. */
  readonly said: number
  readonly signs: Float64Array
  readonly right: boolean
  /** Its own intent was kept back whole, or it is an example of what is out of scope. */
  readonly outside: boolean
}

export type CrossJudged = {
  /** The questions for which an intent was said. */
  readonly trials: readonly Trial[]
  /** For each example the column that was said of it while its own intent was known. */
  readonly said: Int32Array
}

/** Where examples are few, each fold's machine must learn from nearly all of them to be like the one that is built. */
function foldCountFor(examples: number): number {
  return examples < 2_000 ? 8 : 3
}

/** One intent in so many is kept back whole, once in all folds. */
const keptBack = 3

export function crossJudge(
  texts: readonly string[],
  pieces: readonly Pieces[],
  labels: Int32Array,
  intents: number,
  outside: boolean,
  told: (done: number, of: number) => void,
): CrossJudged {
  const columns = intents + (outside ? 1 : 0)
  const foldCount = foldCountFor(texts.length)
  const fold = dealFolds(
    texts,
    [...labels].map((label) => String(label)),
    foldCount,
    1,
  )
  const fate = intents > 2 * keptBack ? shuffled(intents, seededRandom(2)) : new Int32Array(0)
  const backIn = new Int32Array(columns).fill(-1)
  for (const [place, intent] of fate.entries())
    if (place % keptBack === 0) backIn[intent] = (place / keptBack) % foldCount
  const trials: Trial[] = []
  const said = new Int32Array(texts.length).fill(-1)
  for (let f = 0; f < foldCount; f++) {
    const isBack = (i: number): boolean => backIn[labels[i]!] === f
    const all = texts.map((_, i) => i)
    const seen = all.filter((i) => fold[i] !== f && !isBack(i))
    const set = pieceSetOf(seen.map((i) => pieces[i]!))
    const rows = pieceRows(set, pieces)
    // Columns of intents that are back stay out of it, so that nobody speaks for them.
    const there = Array.from({ length: columns }, (_, c) => c).filter((c) => backIn[c] !== f)
    const place = new Int32Array(columns).fill(-1)
    for (const [at, column] of there.entries()) place[column] = at
    const machine = fitOneVsRest(
      rows,
      seen,
      seen.map((i) => place[labels[i]!]!),
      { classes: there.length, cost: defaultCost },
    )
    const voices = new Float32Array(there.length)
    for (const i of all) {
      if (fold[i] !== f) continue
      logits(rows, i, machine.weights, machine.offset, voices)
      const { column, signs } = likenessOf(voices)
      const named = there[column]!
      if (!isBack(i)) said[i] = named
      if (named >= intents) continue
      trials.push({
        example: i,
        said: named,
        signs,
        right: named === labels[i],
        outside: isBack(i) || labels[i]! >= intents,
      })
    }
    told(f + 1, foldCount)
  }
  return { trials, said }
}
