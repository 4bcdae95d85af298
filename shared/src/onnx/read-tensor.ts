/**
 * Reads a TensorProto. Its size is computed and compared with the bytes that are there before anything is allocated, so a
 * tensor never takes more memory than twice its own bytes in the file. Bytes are not copied at all: a tensor of int8 or uint8
 * is a view of the file, which from then on belongs to the model. A gateway reads its classifier with the first request,
 * where two megabytes more to fill are two milliseconds.
 */
import { elementTypeOf, float16Type } from './data-type.ts'
import { eachField, fixeds, mustBe, textOf, varints, wholeNumber } from './proto-reader.ts'
import {
  badModel,
  dimsText,
  type Elements,
  emptyElements,
  maxElements,
  maxRank,
  sizeOf,
  type Tensor,
} from './tensor.ts'

type Parts = {
  name: string
  dataType: number
  readonly dims: number[]
  readonly numbers: number[]
  raw: { readonly from: number; readonly to: number } | null
}

export function readTensor(bytes: Uint8Array, from: number, to: number): { name: string; tensor: Tensor } {
  const parts = readParts(bytes, from, to)
  const { dims, name, numbers, raw } = parts
  const type = elementTypeOf(parts.dataType)
  const told = `tensor '${name}'`
  if (type === null)
    throw badModel(`${told} has elements of the type ${parts.dataType}, which is not supported`)
  const size = checkedSize(dims, told)
  const width =
    parts.dataType === float16Type ? 2 : type === 'int64' ? 8 : emptyElements(type, 0).BYTES_PER_ELEMENT
  const given = raw ? (raw.to - raw.from) / width : numbers.length
  if (given !== size)
    throw badModel(`${told} of ${dimsText(dims)} should have ${size} elements, but has ${given}`)
  if (raw && (type === 'int8' || type === 'uint8')) {
    const from = bytes.byteOffset + raw.from
    const { buffer } = bytes
    const data = type === 'int8' ? new Int8Array(buffer, from, size) : new Uint8Array(buffer, from, size)
    return { name, tensor: { type, dims, data } }
  }
  const data = emptyElements(type, size)
  if (raw && nativeFloats && parts.dataType === 1)
    new Uint8Array(data.buffer).set(bytes.subarray(raw.from, raw.to))
  else if (raw)
    fillRaw(data, new DataView(bytes.buffer, bytes.byteOffset + raw.from, raw.to - raw.from), parts.dataType)
  else if (parts.dataType === float16Type)
    for (let i = 0; i < size; i++) data[i] = widened(numbers[i] as number)
  else data.set(numbers)
  if (type === 'bool') for (let i = 0; i < size; i++) data[i] = data[i] === 0 ? 0 : 1
  return { name, tensor: { type, dims, data } }
}

/** Where the machine's floats lie as the file's do, they are copied whole: a loop that runs once is never compiled. */
const nativeFloats = new Uint8Array(Float32Array.of(1).buffer)[3] === 0x3f

/** The number of elements, or the fault of a shape that nothing can have. */
export function checkedSize(dims: readonly number[], told: string): number {
  if (dims.length > maxRank)
    throw badModel(`${told} has ${dims.length} dimensions; at most ${maxRank} are supported`)
  if (dims.some((dim) => dim < 0 || dim > maxElements))
    throw badModel(`${told} cannot have the shape ${dimsText(dims)}`)
  const size = sizeOf(dims)
  if (size > maxElements) throw badModel(`${told} of ${dimsText(dims)} has more than ${maxElements} elements`)
  return size
}

function readParts(bytes: Uint8Array, from: number, to: number): Parts {
  const parts: Parts = { name: '', dataType: 0, dims: [], numbers: [], raw: null }
  let location = 0
  eachField(bytes, from, to, (field) => {
    switch (field.number) {
      case 1:
        return varints(bytes, field, parts.dims)
      case 2:
        parts.dataType = mustBe(field, 0).value
        return
      case 4:
        return fixeds(bytes, field, 4, parts.numbers)
      case 5:
      case 7:
      case 11:
        return varints(bytes, field, parts.numbers)
      case 8:
        parts.name = textOf(bytes, field)
        return
      case 9:
        mustBe(field, 2)
        parts.raw = { from: field.from, to: field.to }
        return
      case 10:
        return fixeds(bytes, field, 8, parts.numbers)
      case 3:
      case 13:
      case 14:
        location = field.number === 14 ? field.value : 1
        if (location !== 0) throw badModel(`tensor '${parts.name}' lies outside the file or in segments`)
    }
  })
  if (parts.raw && parts.numbers.length > 0) throw badModel(`tensor '${parts.name}' gives its elements twice`)
  return parts
}

function fillRaw(data: Elements, view: DataView, dataType: number): void {
  const size = data.length
  switch (dataType) {
    case 1:
      for (let i = 0; i < size; i++) data[i] = view.getFloat32(i * 4, true)
      return
    case 6:
      for (let i = 0; i < size; i++) data[i] = view.getInt32(i * 4, true)
      return
    case 7:
      for (let i = 0; i < size; i++)
        data[i] = wholeNumber(view.getInt32(i * 8 + 4, true), view.getUint32(i * 8, true))
      return
    case float16Type:
      for (let i = 0; i < size; i++) data[i] = widened(view.getUint16(i * 2, true))
      return
    case 11:
      for (let i = 0; i < size; i++) data[i] = view.getFloat64(i * 8, true)
      return
    default:
      data.set(new Uint8Array(view.buffer, view.byteOffset, size))
  }
}

function widened(half: number): number {
  const sign = half & 0x8000 ? -1 : 1
  const exponent = (half >> 10) & 31
  const fraction = half & 1023
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25)
}
