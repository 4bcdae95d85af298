/**
 * The constant tensors and the metadata of an ONNX file, which is a protobuf: fields of a number, a kind and a length.
 * Lengths are checked against what holds them, so that no file is read beyond its end or for ever.
 */
import { NearsideError } from '../fault/nearside-error.ts'

export type Tensor = { readonly data: Int8Array | Float32Array; readonly shape: readonly number[] }

export type ReadTensors = {
  readonly tensors: ReadonlyMap<string, Tensor>
  readonly metadata: ReadonlyMap<string, string>
}

type Field = { readonly number: number; readonly value: number; readonly from: number; readonly to: number }

const modelGraph = 7
const modelMetadata = 14
const graphInitializer = 5
const tensorField = { dims: 1, type: 2, name: 8, raw: 9 }
const tensorType = { float: 1, int8: 3 }

export function readTensors(file: Uint8Array): ReadTensors {
  const tensors = new Map<string, Tensor>()
  const metadata = new Map<string, string>()
  eachField(file, 0, file.length, (field) => {
    if (field.number === modelMetadata) {
      const [key, value] = readPair(file, field)
      metadata.set(key, value)
    }
    if (field.number !== modelGraph) return
    eachField(file, field.from, field.to, (inner) => {
      if (inner.number !== graphInitializer) return
      const read = readTensor(file, inner)
      if (read !== null) tensors.set(read.name, read)
    })
  })
  return { tensors, metadata }
}

/** Null for a tensor of a type that the classifier does not use. */
function readTensor(file: Uint8Array, { from, to }: Field): (Tensor & { readonly name: string }) | null {
  const shape: number[] = []
  let type = 0
  let name = ''
  let [rawFrom, rawTo] = [0, 0]
  eachField(file, from, to, (field) => {
    if (field.number === tensorField.dims) {
      if (field.from === field.to) shape.push(field.value)
      else eachPacked(file, field, (dimension) => shape.push(dimension))
    } else if (field.number === tensorField.type) type = field.value
    else if (field.number === tensorField.name) name = textOf(file, field.from, field.to)
    else if (field.number === tensorField.raw) [rawFrom, rawTo] = [field.from, field.to]
  })
  if (type !== tensorType.float && type !== tensorType.int8) return null
  const wanted = shape.reduce((product, dimension) => product * dimension, 1)
  const bytesEach = type === tensorType.float ? 4 : 1
  if (wanted * bytesEach !== rawTo - rawFrom)
    throw broken(`${name || 'a tensor'} has ${rawTo - rawFrom} bytes for a shape of ${shape.join(' x ')}`)
  if (type === tensorType.int8)
    return { name, shape, data: new Int8Array(file.buffer, file.byteOffset + rawFrom, wanted) }
  const bytes = new DataView(file.buffer, file.byteOffset + rawFrom, rawTo - rawFrom)
  const data = Float32Array.from({ length: wanted }, (_, i) => bytes.getFloat32(4 * i, true))
  if (data.some((value) => !Number.isFinite(value))) throw broken(`${name} holds what is no number`)
  return { name, shape, data }
}

function readPair(file: Uint8Array, { from, to }: Field): readonly [string, string] {
  const pair: [string, string] = ['', '']
  eachField(file, from, to, (field) => {
    if (field.number === 1 || field.number === 2) pair[field.number - 1] = textOf(file, field.from, field.to)
  })
  return pair
}

/** Calls back for each field; one without a length has an empty range. */
function eachField(file: Uint8Array, from: number, to: number, onField: (field: Field) => void): void {
  let at = from
  const varint = (): number => {
    let value = 0
    for (let power = 1; ; power *= 128) {
      const byte = file[at]
      if (at >= to || byte === undefined || power > 2 ** 63) throw broken('a number has no end')
      at++
      value += (byte & 127) * power
      if (byte < 128) return value
    }
  }
  while (at < to) {
    const tag = varint()
    const number = Math.floor(tag / 8)
    const kind = tag % 8
    if (kind === 0) {
      const value = varint()
      onField({ number, value, from: at, to: at })
      continue
    }
    const length = kind === 2 ? varint() : kind === 1 ? 8 : kind === 5 ? 4 : Number.NaN
    if (!(length <= to - at)) throw broken(`field ${number} is longer than what holds it`)
    onField({ number, value: 0, from: at, to: at + length })
    at += length
  }
}

function eachPacked(file: Uint8Array, { from, to }: Field, onValue: (value: number) => void): void {
  let value = 0
  let power = 1
  for (let at = from; at < to; at++) {
    value += (file[at]! & 127) * power
    power *= 128
    if (file[at]! >= 128) continue
    onValue(value)
    value = 0
    power = 1
  }
}

/** The names and the card are ASCII; what is not is read as Latin letters, and matches nothing. */
function textOf(file: Uint8Array, from: number, to: number): string {
  let text = ''
  for (let at = from; at < to; at++) text += String.fromCharCode(file[at]!)
  return text
}

function broken(why: string): NearsideError {
  return new NearsideError('bad-options', `The classifier's file is no ONNX model that can be read: ${why}.`)
}
