/**
 * `npm run eval -- tokens DIR [--json] [--fit FILE]`: how true and how tight the bound on a prompt's tokens is, for
 * each kind of text and each language.
 *
 * Every second text is for fitting the costs and the others for measuring, so the figures are of texts that no cost was
 * made from. `--fit` writes new costs and measures nothing: the next run shows what they are worth.
 */

import { writeFile } from 'node:fs/promises'
import { countPieces, encodeCosts, pieceKinds, scriptBytes } from '@nearside/core'
import { madeSamples, namedSamples, readSamples, type Sample } from './corpus.ts'
import { type Example, fit, leastCost } from './fit.ts'
import { countSample, type Row, rowOf, textCounts } from './measure.ts'
import { random } from './random.ts'

export type Evaluation = {
  readonly rows: readonly Row[]
  readonly figures: Readonly<Record<string, number>>
  /** The texts that the bound falls short of, by their beginning. */
  readonly short: readonly string[]
}

async function samplesOf(folder: string): Promise<readonly Sample[]> {
  return [...(await readSamples(folder)), ...namedSamples(), ...madeSamples(random(5))]
}

export async function evaluateTokens(folder: string): Promise<Evaluation> {
  const measured = (await samplesOf(folder)).filter((_, index) => index % 2 === 1)
  const counts = measured.map(countSample)
  const kinds = [...new Set(measured.map(({ kind }) => kind))]
  const found = counts.filter(({ sample }) => !/^(?:names|made) /.test(sample.kind))
  const all = rowOf('all texts found', found)
  return {
    rows: [
      all,
      ...kinds.map((kind) =>
        rowOf(
          kind,
          counts.filter(({ sample }) => sample.kind === kind),
        ),
      ),
    ],
    figures: {
      texts: all.texts,
      below_share: all.below / all.texts,
      short_by_most: all.shortBy,
      median: all.median,
      p95: all.p95,
    },
    short: counts
      .filter(({ bound, most }) => bound < most)
      .map(
        ({ sample, bound, most }) =>
          `${bound} of ${most}, ${sample.kind}: ${JSON.stringify(sample.text.slice(0, 60))}`,
      ),
  }
}

/** A script of fewer texts says too little of itself: each of its characters costs its bytes. */
const fewTexts = 5

/** Kinds of text with many samples count for more, but not by as much as there are more of them. */
const wholeWeight = 2_000

export async function fitTokens(folder: string, file: string): Promise<void> {
  const fitted = (await samplesOf(folder)).filter((_, index) => index % 2 === 0)
  const sizes = new Map<string, number>()
  for (const { kind } of fitted) sizes.set(kind, (sizes.get(kind) ?? 0) + 1)
  const textsWith = new Uint32Array(pieceKinds)
  const examples = fitted.map(({ kind, text }): Example => {
    const counts = new Uint32Array(pieceKinds)
    countPieces(text, counts)
    const pieces = [...counts.entries()].filter(([, count]) => count > 0)
    for (const [piece] of pieces) textsWith[piece]! += 1
    return { pieces, tokens: textCounts(text).most, weight: Math.sqrt(wholeWeight / (sizes.get(kind) ?? 1)) }
  })
  const costs = fit(examples, {
    kinds: pieceKinds,
    // Letters in no order come to about two a token.
    start: 0.45,
    shortfall: 1_000,
    passes: 30,
    least: (kind) => Math.max(leastCost(kind), textsWith[kind]! < fewTexts ? scriptBytes(kind) : 0),
    allowance: 2,
  })
  await writeFile(file, encodeCosts(costs))
}
