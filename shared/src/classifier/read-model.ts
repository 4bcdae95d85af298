/**
 * Reads a trained classifier out of its ONNX file: the tensors by name, and beside them one line of JSON with the names
 * of classes and the thresholds.
 *
 * The file is a graph that any ONNX runtime can run; the graph is always the same, so that the core runs it fused
 * (`run-heads.ts`) and needs the tensors only; the table is a view of the file, which may not be changed any more. Everything in the file is taken for hostile until it fits: lengths that
 * leave the file, shapes that do not match, another version of the features are faults when the model is loaded.
 */
import { NearsideError } from '../fault/nearside-error.ts'
import { readContents } from '../onnx/read-graph.ts'
import type { Tensor } from '../onnx/tensor.ts'
import { bucketCount, featureVersion } from './features.ts'
import { shapeSize } from './shape.ts'
import type { ClassifierNames, ClassifierThresholds, ClassifierWeights } from './weights.ts'

/** The key of the JSON among the model's metadata. */
export const cardKey = 'nearside'

type Card = {
  readonly featureVersion: number
  readonly names: ClassifierNames
  readonly thresholds: ClassifierThresholds
  readonly familyOf: readonly number[]
  readonly vectorSize: number
  readonly taskDifficulty: readonly number[]
}

export function readClassifier(file: Uint8Array): ClassifierWeights {
  const { constants: tensors, metadata } = readContents(file)
  const card = readCard(metadata[cardKey])
  if (card.featureVersion !== featureVersion)
    throw bad(`was trained on version ${card.featureVersion} of the features, but this is ${featureVersion}`)
  const { names } = card
  const [classes, families] = [names.domains.length, names.families.length]
  const floats = (name: string, length: number): Float32Array => {
    const tensor = take(tensors, name)
    if (!(tensor.data instanceof Float32Array) || tensor.data.length !== length)
      throw bad(`holds no ${length} numbers in ${name}`)
    if (tensor.data.some((value) => !Number.isFinite(value))) throw bad(`holds what is no number in ${name}`)
    return tensor.data
  }
  const scale = take(tensors, 'scale').data
  const columns = scale.length
  const directions = take(tensors, 'domain_weights').data.length / classes
  const table = take(tensors, 'table').data
  if (!(table instanceof Int8Array) || table.length !== bucketCount * columns)
    throw bad(`has no table of ${bucketCount} rows by ${columns}`)
  if (columns !== names.tasks.length + directions + families + card.vectorSize)
    throw bad('has columns that its names do not explain')
  const familyOf = Int32Array.from(card.familyOf)
  if (familyOf.length !== classes || familyOf.some((f, k) => f >= families || f < (k === 0 ? -1 : 0)))
    throw bad('gives a domain a family that is not there')
  if (card.taskDifficulty.length !== names.tasks.length) throw bad('has a kind of task without a difficulty')
  const familyGain = floats('family_gain', classes * families)
  const [offset, slope] = [floats('curve_offset', families), floats('curve_slope', families)]
  return {
    names,
    featureVersion: card.featureVersion,
    columns,
    vectorSize: card.vectorSize,
    table,
    scale: floats('scale', columns),
    bias: floats('bias', columns),
    shapeMean: floats('shape_mean', shapeSize),
    shapeScale: floats('shape_scale', shapeSize),
    shapeWeights: floats('shape_weights', shapeSize * columns),
    domainWeights: floats('domain_weights', directions * classes),
    domainBias: floats('domain_bias', classes),
    familyOf,
    domainGain: Float32Array.from(familyOf, (f, k) => familyGain[k * families + f] ?? 0),
    calibration: Float32Array.from(
      { length: 2 * families },
      (_, i) => (i % 2 === 0 ? offset : slope)[i >> 1]!,
    ),
    taskDifficulty: Float32Array.from(card.taskDifficulty),
    thresholds: card.thresholds,
  }
}

function take(tensors: ReadonlyMap<string, Tensor>, name: string): Tensor {
  const tensor = tensors.get(name)
  if (tensor === undefined) throw bad(`has no tensor ${name}`)
  return tensor
}

function readCard(json: string | undefined): Card {
  let card: unknown
  try {
    card = JSON.parse(json ?? '')
  } catch (cause) {
    throw bad('says nothing of its classes', cause)
  }
  if (!isCard(card)) throw bad('describes its classes in a way that is not known here')
  return card
}

function isCard(value: unknown): value is Card {
  if (!isObject(value) || !isObject(value.names) || !isObject(value.thresholds)) return false
  const { names, thresholds } = value
  return (
    typeof value.featureVersion === 'number' &&
    typeof value.vectorSize === 'number' &&
    Array.isArray(value.familyOf) &&
    value.familyOf.every(Number.isInteger) &&
    Array.isArray(value.taskDifficulty) &&
    value.taskDifficulty.every(Number.isFinite) &&
    ['tasks', 'domains', 'families'].every((name) => isWords(names[name])) &&
    ['novelAbove', 'taskBelow'].every((name) => typeof thresholds[name] === 'number')
  )
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

function isWords(value: unknown): boolean {
  return Array.isArray(value) && value.every((word) => typeof word === 'string')
}

function bad(why: string, cause?: unknown): NearsideError {
  return new NearsideError('bad-options', `The classifier's file ${why}.`, { cause })
}
