/**
 * Learns how hard a request is within its domain.
 *
 * Three parts: which domain (a softmax over all of them and the background), what the larger model gains there on average
 * (shrunk towards its family's mean), and an expert a family, a ridge on the gain of each row. Capacity is not the limit
 * with some ten thousand outcomes: what helped, and what did not, is in docs/decisions/012-classifier.md.
 */
import { shapeSize } from '@nearside/core'
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

/** By family: the ridge's penalty and the weight of the shape. Few rows, more weight on what they all have. */
const expertSettings: Readonly<Record<string, { readonly penalty: number; readonly shape: number }>> = {
  mmlu: { penalty: 130, shape: 0.2 },
  gsm8k: { penalty: 100, shape: 0.3 },
  llmrouter: { penalty: 150, shape: 0.2 },
}
const usualExpert = { penalty: 130, shape: 0.2 }

export function fitDifficulty(
  texts: ReadTexts,
  rows: readonly OutcomeRow[],
  chosen: readonly number[],
): DifficultyModel {
  const families = [...new Set(rows.map((row) => row.family))].filter((family) => family !== '').sort()
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

function gains(
  rows: readonly OutcomeRow[],
  chosen: readonly number[],
  domains: readonly string[],
  families: readonly string[],
): readonly number[] {
  const withOutcome = chosen.filter((i) => rows[i]!.gain !== null)
  const meanOf = (own: readonly number[]): number =>
    own.reduce((sum, i) => sum + rows[i]!.gain!, 0) / Math.max(1, own.length)
  const familyMean = new Map(
    families.map((family) => [family, meanOf(withOutcome.filter((i) => rows[i]!.family === family))]),
  )
  return domains.map((domain) => {
    const own = withOutcome.filter((i) => rows[i]!.domain === domain)
    const prior = familyMean.get(domain.split(':')[0]!) ?? 0
    return (own.length * meanOf(own) + priorRows * prior) / (own.length + priorRows)
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
  const own = chosen.filter((i) => rows[i]!.family === family && rows[i]!.gain !== null)
  const { penalty, shape } = expertSettings[family] ?? usualExpert
  const ownNorm = shapeNorm(texts, own)
  const mean = own.reduce((sum, i) => sum + rows[i]!.gain!, 0) / Math.max(1, own.length)
  // Hints are of other models: what they say is how a row differs from the rest, never how hard all of them are.
  const hinted = family === 'gsm8k' ? chosen.filter((i) => rows[i]!.hint !== null) : []
  const hintMean = hinted.reduce((sum, i) => sum + rows[i]!.hint!, 0) / Math.max(1, hinted.length)
  const target = [...own.map((i) => rows[i]!.gain!), ...hinted.map((i) => rows[i]!.hint! - hintMean + mean)]
  const fitted = fitRidge(scaledRows(texts, scale, ownNorm, shape), [...own, ...hinted], target, penalty)
  return onCommonShape(fitted, texts.width, shape, ownNorm, norm)
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
