/**
 * Reads a pack out of its ONNX file: the weights by name, and the card with names, answers and certainty.
 *
 * The file is an ordinary graph, which any ONNX runtime can run once pieces are numbered; the core reads the tensors only and
 * runs the same arithmetic fused. The table stays a view of the bytes, which may not be changed any more. All of it is taken for
 * hostile until it fits.
 */
import { NearsideError } from '../fault/nearside-error.ts'
import { readContents } from '../onnx/read-graph.ts'
import type { Tensor } from '../onnx/tensor.ts'
import { type PackCard, packCardKey, packFormat } from './card.ts'
import { isPackCard } from './is-card.ts'
import { pieceFields, pieceVersion } from './pieces.ts'
import { signCount } from './signs.ts'
import type { StatedWordings } from './stated-wordings.ts'

export type IntentPack = {
  readonly card: PackCard
  /** Hashes of the pieces that are known, in rising order: a piece's place is its row. */
  readonly pieces: Int32Array
  /** What each piece counts. */
  readonly rarity: Float32Array
  /** How strong each field of pieces is. */
  readonly fieldWeights: Float32Array
  /** Pieces by columns, with one scale a column. */
  readonly table: Int8Array
  readonly columns: number
  readonly scale: Float32Array
  readonly bias: Float32Array
  readonly stated: StatedWordings
  readonly byteLength: number
}

/** Bytes that come from a file or a module, whatever the host's view of them is. */
export function readIntentPack(file: Uint8Array): IntentPack {
  const { constants, metadata } = readContents(file)
  const card = readCard(metadata[packCardKey])
  const columns = card.intents.length + (card.outside ? 1 : 0)
  const pieces = integers(constants, 'pieces')
  if (!isRising(pieces, 1)) throw bad('has pieces out of order')
  const table = take(constants, 'table').data
  if (!(table instanceof Int8Array) || table.length !== pieces.length * columns)
    throw bad(`has no table of ${pieces.length} rows by ${columns}`)
  return {
    card,
    pieces,
    rarity: floats(constants, 'rarity', pieces.length),
    fieldWeights: floats(constants, 'field_weights', pieceFields),
    table,
    columns,
    scale: floats(constants, 'scale', columns),
    bias: floats(constants, 'bias', columns),
    stated: statedWordings(constants, card.intents.length),
    byteLength: file.length,
  }
}

function statedWordings(tensors: ReadonlyMap<string, Tensor>, intentCount: number): StatedWordings {
  const first = integers(tensors, 'stated_first')
  const second = integers(tensors, 'stated_second')
  const intents = integers(tensors, 'stated_intents')
  if (second.length !== first.length || intents.length !== first.length || !isRising(first, 0))
    throw bad('has wordings that do not fit together')
  if (intents.some((intent) => intent < 0 || intent >= intentCount))
    throw bad('has a wording of an intent that is not there')
  return { first, second, intents }
}

function integers(tensors: ReadonlyMap<string, Tensor>, name: string): Int32Array {
  const { data } = take(tensors, name)
  if (!(data instanceof Int32Array)) throw bad(`has ${name} that are no 32-bit numbers`)
  return data
}

function isRising(numbers: Int32Array, by: 0 | 1): boolean {
  for (let i = 1; i < numbers.length; i++) if (numbers[i]! < numbers[i - 1]! + by) return false
  return true
}

function floats(tensors: ReadonlyMap<string, Tensor>, name: string, length: number): Float32Array {
  const { data } = take(tensors, name)
  if (!(data instanceof Float32Array) || data.length !== length)
    throw bad(`holds no ${length} numbers in ${name}`)
  if (data.some((value) => !Number.isFinite(value))) throw bad(`holds what is no number in ${name}`)
  return data
}

function take(tensors: ReadonlyMap<string, Tensor>, name: string): Tensor {
  const tensor = tensors.get(name)
  if (tensor === undefined) throw bad(`has no tensor ${name}`)
  return tensor
}

function readCard(json: string | undefined): PackCard {
  if (json === undefined) throw bad('is no intent pack: `nearside pack build` makes one')
  let card: unknown
  try {
    card = JSON.parse(json)
  } catch (cause) {
    throw bad('says nothing of its intents', cause)
  }
  const format = (card as { readonly format?: unknown } | null)?.format
  if (format !== packFormat)
    throw bad(`is of format ${String(format)}, but this reads ${packFormat}: build it anew`)
  if (!isPackCard(card)) throw bad('describes its intents in a way that is not known here')
  if (card.certainty.weights.length !== signCount)
    throw bad('weighs signs of certainty that are not known here')
  if (card.pieceVersion !== pieceVersion)
    throw bad(
      `was built on version ${card.pieceVersion} of the pieces, but this is ${pieceVersion}: build it anew`,
    )
  return card
}

function bad(why: string, cause?: unknown): NearsideError {
  return new NearsideError('bad-model', `The intent pack's file ${why}.`, { cause })
}
