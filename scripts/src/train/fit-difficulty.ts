/**
 * Learns how hard a request is within its domain.
 *
 * Three parts: which domain (a softmax over all of them and the background), what the larger model gains there on average
 * (shrunk towards its family's mean, which is that of all families), and an expert a family, a line through the gain of each row: a
 * ridge, and where its kind is known from rows that nobody scored, through those (`landmarks.ts`). Capacity is not the limit
 * with some ten thousand outcomes: what helped, and what did not, is in docs/decisions/012-classifier.md.
 */
import { shapeSize } from '@nearside/core'
import { fitByLandmarks } from './landmarks.ts'
import { type OutcomeRow, otherDomain } from './outcomes.ts'
import { fitRidge, type Linear } from './ridge.ts'
import { fitSoftmax, type Multinomial } from './softmax.ts'
import { type ReadTexts, rarity, type ShapeNorm, scaledRows, shapeNorm } from './sparse.ts'

export type DifficultyModel = {
  readonly domains: readonly string[]
  readonly families: readonly string[]
  readonly familyOf: readonly number[]
  readonly domainGain: readonly number[]
  readonly rarity: Float32Array
  readonly norm: ShapeNorm
  readonly shapeWeight: number
  readonly softmax: Multinomial
  /** On the shape as `norm` has it, `expertShapeWeight` strong. */
  readonly experts: readonly Linear[]
}

/** So many rows of a domain weigh as much as what is known of its family. */
const priorRows = 20
const shapeWeight = 0.1

type ExpertSettings = { readonly penalty: number; readonly shape: number; readonly noise: number }

/** By family: the penalty, the weight of the shape, and the noise of landmarks, where there are any. */
const expertSettings: Readonly<Record<string, ExpertSettings>> = {
  mmlu: { penalty: 130, shape: 0.2, noise: 10 },
  gsm8k: { penalty: 17, shape: 0.17, noise: 10 },
  llmrouter: { penalty: 150, shape: 0.2, noise: 10 },
}
const usualExpert: ExpertSettings = { penalty: 130, shape: 0.2, noise: 10 }
/** Fewer rows of a family without any outcome show nothing of its matter. */
const fewestLandmarks = 200

export function fitDifficulty(
  texts: ReadTexts,
  given: readonly OutcomeRow[],
  chosen: readonly number[],
): DifficultyModel {
  const families = [...new Set(given.map((row) => row.family))].filter((family) => family !== '').sort()
  const rows = onOneLevel(given, chosen, families)
  const domains = [
    otherDomain,
    ...[...new Set(rows.map((row) => row.domain))].filter((domain) => domain !== otherDomain).sort(),
  ]
  const known = chosen.filter((i) => rows[i]!.domain !== otherDomain)
  const scale = rarity(texts, known)
  const norm = shapeNorm(texts, known)
  const place = new Map(domains.map((domain, index) => [domain, index]))
  const softmax = fitSoftmax(
    scaledRows(texts, scale, norm, shapeWeight),
    chosen,
    chosen.map((i) => place.get(rows[i]!.domain)!),
    { classes: domains.length, epochs: 6, rate: 0.3, decay: 1e-5, smoothing: 0, seed: 1 },
  )
  return {
    domains,
    families,
    familyOf: domains.map((domain) => families.indexOf(domain.split(':')[0] ?? '')),
    domainGain: gains(rows, chosen, domains, families),
    rarity: scale,
    norm,
    shapeWeight,
    softmax,
    experts: families.map((family) => fitExpert(texts, rows, chosen, family, scale, norm)),
  }
}

/**
 * The same gains, each family's on the mean of all families. How much a family gains as a whole is as much its pair of models
 * as its matter, and one pair cannot tell the two apart: grade-school problems gain 0.23 by one pair and 0.01 by another.
 * As a random effect with one source for each level it is shrunk to nothing. The order within a family remains, and the
 * curves, fitted afterwards, still know how often each family's smaller model fell short.
 */
function onOneLevel(
  rows: readonly OutcomeRow[],
  chosen: readonly number[],
  families: readonly string[],
): readonly OutcomeRow[] {
  const levels = families.map((family) => meanGain(rows, ofFamily(rows, chosen, family)))
  const common = levels.reduce((sum, level) => sum + level, 0) / Math.max(1, levels.length)
  return rows.map((row) =>
    row.gain === null ? row : { ...row, gain: row.gain - levels[families.indexOf(row.family)]! + common },
  )
}

function ofFamily(rows: readonly OutcomeRow[], chosen: readonly number[], family: string): readonly number[] {
  return chosen.filter((i) => rows[i]!.family === family && rows[i]!.gain !== null)
}

function meanGain(rows: readonly OutcomeRow[], own: readonly number[]): number {
  return own.reduce((sum, i) => sum + rows[i]!.gain!, 0) / Math.max(1, own.length)
}

function gains(
  rows: readonly OutcomeRow[],
  chosen: readonly number[],
  domains: readonly string[],
  families: readonly string[],
): readonly number[] {
  const withOutcome = chosen.filter((i) => rows[i]!.gain !== null)
  const familyMean = new Map(
    families.map((family) => [family, meanGain(rows, ofFamily(rows, chosen, family))]),
  )
  return domains.map((domain) => {
    const own = withOutcome.filter((i) => rows[i]!.domain === domain)
    const prior = familyMean.get(domain.split(':')[0]!) ?? 0
    return (own.length * meanGain(rows, own) + priorRows * prior) / (own.length + priorRows)
  })
}

function fitExpert(
  texts: ReadTexts,
  rows: readonly OutcomeRow[],
  chosen: readonly number[],
  family: string,
  scale: Float32Array,
  norm: ShapeNorm,
): Linear {
  const own = ofFamily(rows, chosen, family)
  const { penalty, shape, noise } = expertSettings[family] ?? usualExpert
  const ownNorm = shapeNorm(texts, own)
  const mean = meanGain(rows, own)
  // Hints are of other models: what they say is how a row differs from the rest, never how hard all of them are.
  const hinted = family === 'gsm8k' ? chosen.filter((i) => rows[i]!.hint !== null) : []
  const hintMean = hinted.reduce((sum, i) => sum + rows[i]!.hint!, 0) / Math.max(1, hinted.length)
  const target = [...own.map((i) => rows[i]!.gain!), ...hinted.map((i) => rows[i]!.hint! - hintMean + mean)]
  const scaled = scaledRows(texts, scale, ownNorm, shape)
  const all = [...own, ...hinted]
  const landmarks = chosen.filter((i) => isLandmark(rows[i]!, family))
  const fitted =
    landmarks.length < fewestLandmarks
      ? fitRidge(scaled, all, target, penalty)
      : fitByLandmarks(scaled, all, target, landmarks, texts.width, { noise, penalty })
  return onCommonShape(fitted, texts.width, shape, ownNorm, norm)
}

/** A row of the family's only domain that nobody scored. */
function isLandmark({ domain, gain, hint }: OutcomeRow, family: string): boolean {
  return domain === family && gain === null && hint === null
}

/** The same line, written for the shape as the whole model centres and scales it. */
function onCommonShape(
  { weights, offset }: Linear,
  buckets: number,
  shape: number,
  own: ShapeNorm,
  common: ShapeNorm,
): Linear {
  const moved = weights.slice()
  let shift = offset
  for (let s = 0; s < shapeSize; s++) {
    const weight = weights[buckets + s]! * shape
    const commonScale = common.scale[s]!
    moved[buckets + s] = commonScale === 0 ? 0 : (weight * own.scale[s]!) / commonScale
    shift += weight * (common.mean[s]! - own.mean[s]!) * own.scale[s]!
  }
  return { weights: moved, offset: shift }
}
