/**
 * What intent packs are worth: built from a data set's training part as an operator builds them, asked its test part.
 *
 * Two answers to "how much": the share of questions within scope that is answered at the score where exactly 99 % of all answers
 * are right on the test, which compares methods; and what the threshold that the build chose by itself, without the test, does there.
 * A question out of scope that is answered is a wrong answer.
 */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import {
  columnLogits,
  type IntentPack,
  judgeQuestion,
  likenessOf,
  logOddsOf,
  NearsideError,
  piecesOf,
  readIntentPack,
  statedForm,
  statedIntent,
} from '@nearside/core'
import { buildPack } from '../intents/build-pack.ts'
import type { Example, PackSource } from '../intents/source.ts'
import { type IntentRow, readJsonLines } from '../train/rows.ts'

export type PackFigures = {
  readonly n: number
  readonly inScopeAccuracy: number
  readonly coverageAt99: number
  readonly ownThreshold: {
    readonly coverage: number
    readonly precision: number
    readonly outOfScopeAnswered: number | null
  }
  readonly buildSeconds: number
  readonly packMb: number
  readonly judgeMicroseconds: number
}

const outOfScope = 'oos'
const trainPart = '_train.jsonl'

/** Every `NAME_train.jsonl` with its `NAME_test.jsonl`, in the folder or in `intents` below it. */
export function evaluatePacks(
  folder: string,
  say: (line: string) => void,
): Readonly<Record<string, PackFigures>> {
  const below = join(folder, 'intents')
  const [at, files] = [below, folder]
    .map((each) => [each, listed(each)] as const)
    .find(([, names]) => names.some((name) => name.endsWith(trainPart))) ?? [folder, []]
  const names = files
    .filter((name) => name.endsWith(trainPart))
    .map((name) => name.slice(0, -trainPart.length))
  if (names.length === 0) throw new NearsideError('bad-options', `${folder} holds no NAME${trainPart}.`)
  return Object.fromEntries(
    names.sort().map((name) => {
      say(`building ${name}`)
      const train = readJsonLines<IntentRow>(join(at, `${name}${trainPart}`))
      return [name, figuresOf(train, readJsonLines<IntentRow>(join(at, `${name}_test.jsonl`)))]
    }),
  )
}

function listed(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

export function figuresOf(train: readonly IntentRow[], test: readonly IntentRow[]): PackFigures {
  const from = performance.now()
  const { bytes } = buildPack(sourceOf(train), () => {})
  const buildSeconds = (performance.now() - from) / 1_000
  const pack = readIntentPack(bytes)
  const names = pack.card.intents.map(({ name }) => name)

  const asked = performance.now()
  const judged = test.map(({ text }) => judgeQuestion(pack, text, 0))
  const judgeMicroseconds = (1_000 * (performance.now() - asked)) / Math.max(1, test.length)

  const said = test.map(({ text }) => likeliest(pack, text))
  const inside = test.flatMap(({ intent }, i) => (intent === outOfScope ? [] : [i]))
  const outside = test.length - inside.length
  const isRight = (i: number, name: string | undefined): boolean => name === test[i]!.intent
  const answered = judged.flatMap((answer, i) => (answer === null ? [] : [{ i, name: answer.intent.name }]))
  const answeredInside = answered.filter(({ i }) => test[i]!.intent !== outOfScope).length
  return {
    n: test.length,
    inScopeAccuracy:
      inside.filter((i) => isRight(i, names[said[i]!.column])).length / Math.max(1, inside.length),
    coverageAt99: coverageAt(0.99, test, said, names) / Math.max(1, inside.length),
    ownThreshold: {
      coverage: answeredInside / Math.max(1, inside.length),
      precision: answered.filter(({ i, name }) => isRight(i, name)).length / Math.max(1, answered.length),
      outOfScopeAnswered: outside === 0 ? null : (answered.length - answeredInside) / outside,
    },
    buildSeconds,
    packMb: bytes.length / 1e6,
    judgeMicroseconds,
  }
}

type Said = { readonly column: number; readonly logOdds: number }

/** An operator's own wording is answered, but is no surer than the voices are: data sets hold one wording under two intents. */
function likeliest(pack: IntentPack, text: string): Said {
  const { certainty } = pack.card
  const { column, signs } = likenessOf(columnLogits(pack, piecesOf(text)))
  const logOdds = logOddsOf(signs, certainty)
  const stated = statedIntent(pack.stated, statedForm(text))
  return stated < 0
    ? { column, logOdds }
    : { column: stated, logOdds: Math.max(logOdds, certainty.threshold) }
}

/** The surest answers first, as far down as the precision holds: how many of them are to questions within scope. */
function coverageAt(
  precision: number,
  test: readonly IntentRow[],
  said: readonly Said[],
  names: readonly string[],
): number {
  const order = said
    .map((_, i) => i)
    .filter((i) => said[i]!.column < names.length)
    .sort((a, b) => (said[a]!.logOdds === said[b]!.logOdds ? a - b : said[b]!.logOdds - said[a]!.logOdds))
  let [right, inside, covered] = [0, 0, 0]
  for (const [rank, i] of order.entries()) {
    if (names[said[i]!.column] === test[i]!.intent) right++
    if (test[i]!.intent !== outOfScope) inside++
    if (right / (rank + 1) >= precision) covered = inside
  }
  return covered
}

/** A data set as an operator would have written it. */
export function sourceOf(rows: readonly IntentRow[]): PackSource {
  const lines = new Map(rows.map((row, index) => [row, index + 1]))
  const example = (row: IntentRow): Example => ({ text: row.text, line: lines.get(row) ?? 0 })
  const names = [...new Set(rows.map(({ intent }) => intent))].filter((name) => name !== outOfScope).sort()
  return {
    name: 'evaluated',
    precision: 0.99,
    systemPrompts: [],
    intents: names.map((name) => ({
      name,
      language: 'en',
      examples: rows.filter(({ intent }) => intent === name).map(example),
      answer: name,
      slots: [],
      fromMs: null,
      untilMs: null,
      followUps: [],
    })),
    outside: rows.filter(({ intent }) => intent === outOfScope).map(example),
  }
}
