/**
 * A tensor: a type, dimensions and a typed array in row-major order.
 *
 * 64-bit integers are plain numbers in a Float64Array: ids and shapes are far below 2^53, typed arrays of BigInt are an order
 * of magnitude slower, and whatever cannot be kept exactly is refused when the model is loaded. Truth is a byte.
 */
import { NearsideError } from '../fault/nearside-error.ts'

export type ElementType = 'float32' | 'float64' | 'int64' | 'int32' | 'int8' | 'uint8' | 'bool'
export type Elements = Float32Array | Float64Array | Int32Array | Int8Array | Uint8Array

export type Tensor = {
  readonly type: ElementType
  readonly dims: readonly number[]
  /** Exactly as many elements as the dimensions multiply to: int64 in a Float64Array, bool in a Uint8Array. */
  readonly data: Elements
}

export type Dims = readonly number[]

/** Where a tensor lives while the model runs: the array may be longer than the tensor. */
export type Value = {
  readonly type: ElementType
  /** Whether its elements are known when the model is loaded. */
  fixed: boolean
  dims: Dims
  size: number
  data: Elements
}

/** A dimension that is only known when the model runs. */
export const unknownDim = -1

/** The most dimensions a tensor may have. */
export const maxRank = 8
/** The most elements one tensor may have: 64 MiB as floats. */
export const maxElements: number = 2 ** 24

export function sizeOf(dims: readonly number[]): number {
  let size = 1
  for (const dim of dims) size *= dim
  return size
}

export function emptyElements(type: ElementType, size: number): Elements {
  switch (type) {
    case 'float32':
      return new Float32Array(size)
    case 'float64':
    case 'int64':
      return new Float64Array(size)
    case 'int32':
      return new Int32Array(size)
    case 'int8':
      return new Int8Array(size)
    case 'uint8':
    case 'bool':
      return new Uint8Array(size)
  }
}

/** Whether the array is the one that belongs to the type. */
export function holds(type: ElementType, data: unknown): data is Elements {
  switch (type) {
    case 'float32':
      return data instanceof Float32Array
    case 'float64':
    case 'int64':
      return data instanceof Float64Array
    case 'int32':
      return data instanceof Int32Array
    case 'int8':
      return data instanceof Int8Array
    case 'uint8':
    case 'bool':
      return data instanceof Uint8Array
  }
}

export function dimsText(dims: readonly number[]): string {
  return `[${dims.map((dim) => (dim < 0 ? '?' : dim)).join(', ')}]`
}

/** The fault of a model that cannot be run. */
export function badModel(message: string): NearsideError {
  return new NearsideError('bad-model', message)
}
