/**
 * From an operator's file, read, to the pack's bytes and the report on it.
 *
 * The trials come first: what machines say of examples that they had not seen gives the threshold and the report. Then one
 * machine learns from all examples. Nothing is drawn but from fixed seeds.
 */
import {
  type Certainty,
  likenessOf,
  type PackCard,
  type Pieces,
  packFormat,
  piecesOf,
  pieceVersion,
  statedForm,
} from '@nearside/core'
import { logits, type Multinomial } from '../train/softmax.ts'
import type { SparseRows } from '../train/sparse.ts'
import { crossJudge } from './cross-judge.ts'
import { fitCertainty } from './fit-certainty.ts'
import { defaultCost, fitOneVsRest } from './fit-one-vs-rest.ts'
import { pieceRows, pieceSetOf } from './piece-rows.ts'
import { type PackReport, reportOn } from './report.ts'
import type { Example, PackSource } from './source.ts'
import { stateWordings } from './state-wordings.ts'
import { writePack } from './write-pack.ts'

export type BuiltPack = { readonly bytes: Uint8Array; readonly report: PackReport }

/** An example and its column: the intents in their order, then what is out of scope. */
export type Labelled = { readonly example: Example; readonly column: number }

export function buildPack(source: PackSource, told: (done: number, of: number) => void): BuiltPack {
  const labelled = labelledOf(source)
  const texts = labelled.map(({ example }) => example.text)
  const labels = Int32Array.from(labelled, ({ column }) => column)
  const pieces: readonly Pieces[] = texts.map(piecesOf)
  const outside = source.outside.length > 0
  const intents = source.intents.length

  const judged = crossJudge(texts, pieces, labels, intents, outside, told)
  const certainty = fitCertainty(judged.trials, source.precision)

  const set = pieceSetOf(pieces)
  const rows = pieceRows(set, pieces)
  const machine = fitOneVsRest(
    rows,
    texts.map((_, i) => i),
    labels,
    { classes: intents + (outside ? 1 : 0), cost: defaultCost },
  )
  const stated = stateWordings(labelled, loudestOf(machine, rows, texts.length), intents)
  const bytes = writePack(cardOf(source, certainty), set, machine, stated)
  return { bytes, report: reportOn(source, labelled, judged, certainty) }
}

function loudestOf(machine: Multinomial, rows: SparseRows, count: number): Int32Array {
  const voices = new Float32Array(machine.classes)
  return Int32Array.from({ length: count }, (_, row) => {
    logits(rows, row, machine.weights, machine.offset, voices)
    return likenessOf(voices).column
  })
}

function labelledOf({ intents, outside }: PackSource): readonly Labelled[] {
  return [
    ...intents.flatMap(({ examples }, column) => examples.map((example) => ({ example, column }))),
    ...outside.map((example) => ({ example, column: intents.length })),
  ]
}

function cardOf(source: PackSource, certainty: Certainty): PackCard {
  return {
    format: packFormat,
    pieceVersion,
    name: source.name,
    intents: source.intents.map(({ examples: _, followUps, ...intent }) => ({
      ...intent,
      followUps: followUps.map(({ asked, answer }) => ({
        asked: asked.map(({ text }) => statedForm(text)),
        answer,
      })),
    })),
    outside: source.outside.length > 0,
    systemPrompts: source.systemPrompts,
    certainty,
  }
}
