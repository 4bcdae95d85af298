/**
 * What an intent head over the classifier's features is worth: it is trained on the training parts, and scored on others.
 *
 * Out-of-scope utterances are a class of their own in training, and what is answered with little certainty is rejected as
 * well. The threshold comes from training rows that the head did not see, and is applied to the file as it is.
 */
import { readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { NearsideError } from '@nearside/core'
import { bootstrapInterval, type Interval } from '../measure/bootstrap.ts'
import { quantile } from '../measure/routing.ts'
import { seededRandom } from '../train/random.ts'
import { type IntentRow, readJsonLines } from '../train/rows.ts'
import { fitSoftmax, logits, type Multinomial, toShares } from '../train/softmax.ts'
import { type ReadTexts, rarity, readTexts, type SparseRows, scaledRows, shapeNorm } from '../train/sparse.ts'

export type IntentFigures = {
  readonly inScopeAccuracy: number
  readonly inScopeAccuracyInterval: Interval
  /** Of out-of-scope utterances, how many are rejected; null where the file has none. */
  readonly oosRecall: number | null
  /** The share of in-scope utterances answered at 99 % precision, out-of-scope ones counting as wrong when answered. */
  readonly coverageAt99: number
  readonly n: number
}

const outOfScope = 'oos'
/** So many in-scope utterances may be rejected by mistake. */
const rejectedInScope = 0.03

export type IntentHead = {
  readonly intents: readonly string[]
  readonly softmax: Multinomial
  readonly rows: (texts: ReadTexts) => SparseRows
  readonly threshold: number
}

/** Trains on the file's own training part: `NAME_train.jsonl` beside `NAME_test.jsonl`. */
export function trainIntents(folder: string, file: string): IntentHead {
  const name = basename(file).replace(/(_test|_train)?\.jsonl(\.gz)?$/, '')
  const part = readdirSync(folder).find((each) => each.startsWith(`${name}_train.jsonl`))
  if (part === undefined) throw new NearsideError('bad-options', `${folder} holds no ${name}_train.jsonl.`)
  return fitIntents(readJsonLines<IntentRow>(join(folder, part)))
}

export function fitIntents(rows: readonly IntentRow[]): IntentHead {
  const intents = [...new Set(rows.map((row) => row.intent))].sort()
  const texts = readTexts(rows.map((row) => row.text))
  const all = rows.map((_, i) => i)
  const random = seededRandom(4)
  const held = new Set(all.filter(() => random() < 0.1))
  const trying = fit(
    rows,
    texts,
    all.filter((i) => !held.has(i)),
    intents,
  )
  const sureness = [...held]
    .filter((i) => rows[i]!.intent !== outOfScope)
    .map((i) => answer(trying, texts, i).sureness)
    .sort((a, b) => a - b)
  return { ...fit(rows, texts, all, intents), threshold: quantile(sureness, rejectedInScope) }
}

function fit(
  rows: readonly IntentRow[],
  texts: ReadTexts,
  chosen: readonly number[],
  intents: readonly string[],
): Omit<IntentHead, 'threshold'> {
  const scale = rarity(texts, chosen)
  const norm = shapeNorm(texts, chosen)
  const scaled = (given: ReadTexts): SparseRows => scaledRows(given, scale, norm, 0)
  const labels = chosen.map((i) => intents.indexOf(rows[i]!.intent))
  const softmax = fitSoftmax(scaled(texts), chosen, labels, {
    classes: intents.length,
    epochs: 6,
    rate: 0.2,
    decay: 1e-5,
    smoothing: 0,
    seed: 1,
  })
  return { intents, softmax, rows: scaled }
}

type Answer = { readonly intent: string; readonly sureness: number }

function answer(
  head: Omit<IntentHead, 'threshold'>,
  texts: ReadTexts,
  row: number,
  rows = head.rows(texts),
): Answer {
  const shares = new Float32Array(head.intents.length)
  logits(rows, row, head.softmax.weights, head.softmax.offset, shares)
  toShares(shares)
  let best = 0
  for (let k = 1; k < shares.length; k++) if (shares[k]! > shares[best]!) best = k
  return { intent: head.intents[best]!, sureness: shares[best]! }
}

export function evaluateIntents(head: IntentHead, rows: readonly IntentRow[]): IntentFigures {
  const texts = readTexts(rows.map((row) => row.text))
  const scaled = head.rows(texts)
  const said = rows.map((_, i) => answer(head, texts, i, scaled))
  const inScope = rows.flatMap((row, i) => (row.intent === outOfScope ? [] : [i]))
  const outside = rows.flatMap((row, i) => (row.intent === outOfScope ? [i] : []))
  const rejected = (i: number): boolean =>
    said[i]!.intent === outOfScope || said[i]!.sureness < head.threshold
  const share = (of: readonly number[], keep: (i: number) => boolean): number =>
    of.filter(keep).length / Math.max(1, of.length)
  const isRight = (i: number): boolean => said[i]!.intent === rows[i]!.intent && !rejected(i)
  return {
    n: rows.length,
    inScopeAccuracy: share(inScope, isRight),
    inScopeAccuracyInterval: bootstrapInterval(
      inScope.length,
      (drawn) =>
        share(
          [...drawn].map((place) => inScope[place]!),
          isRight,
        ),
      seededRandom(1),
    ),
    oosRecall: outside.length === 0 ? null : share(outside, rejected),
    coverageAt99: coverageAt(0.99, said, rows, inScope.length),
  }
}

/** The surest answers first, as far down as the precision holds. */
function coverageAt(
  precision: number,
  said: readonly Answer[],
  rows: readonly IntentRow[],
  inScope: number,
): number {
  const order = said
    .map((_, i) => i)
    .filter((i) => said[i]!.intent !== outOfScope)
    .sort((a, b) => said[b]!.sureness - said[a]!.sureness || a - b)
  let [right, answered, covered] = [0, 0, 0]
  let best = 0
  for (const [rank, i] of order.entries()) {
    if (said[i]!.intent === rows[i]!.intent) right++
    if (rows[i]!.intent !== outOfScope) answered++
    if (right / (rank + 1) >= precision) {
      covered = answered
      best = Math.max(best, covered)
    }
  }
  return best / Math.max(1, inScope)
}
