/**
 * Walks several tensors of one broadcast shape together.
 *
 * Neighbouring dimensions that every tensor crosses evenly are merged, so equal shapes become one long row, a bias rows of
 * its own length, and a transposition as few steps as it has. `offsets` says where the current row begins in each tensor.
 */
import { type Dims, unknownDim } from '../tensor.ts'

export type Walk = {
  /** The length of a row. */
  readonly row: number
  /** How far each tensor goes from one element of a row to the next. */
  readonly steps: Int32Array
  readonly offsets: Int32Array
  readonly start: () => boolean
  readonly next: () => boolean
}

export function rowMajor(dims: Dims): number[] {
  const strides = new Array<number>(dims.length)
  let stride = 1
  for (let axis = dims.length - 1; axis >= 0; axis--) {
    strides[axis] = stride
    stride *= dims[axis] as number
  }
  return strides
}

/** The shape that both fit, or null. */
export function broadcast(left: Dims, right: Dims): Dims | null {
  const rank = Math.max(left.length, right.length)
  const dims: number[] = []
  for (let axis = 0; axis < rank; axis++) {
    const a = left[axis - rank + left.length] ?? 1
    const b = right[axis - rank + right.length] ?? 1
    if (a === b || b === 1) dims.push(a)
    else if (a === 1 || a === unknownDim) dims.push(b)
    else if (b === unknownDim) dims.push(a)
    else return null
  }
  return dims
}

/** The strides with which a tensor of `dims` is crossed as if it had the shape `over`. */
export function stridesOver(dims: Dims, over: Dims): number[] {
  const own = rowMajor(dims)
  const missing = over.length - dims.length
  return over.map((_, axis) =>
    axis < missing || dims[axis - missing] === 1 ? 0 : (own[axis - missing] as number),
  )
}

/** `strides` has one list for each tensor, as long as `dims`; `bases` where each begins. */
export function walkOf(
  dims: Dims,
  strides: readonly (readonly number[])[],
  bases: readonly number[] = [],
): Walk {
  const count = strides.length
  const sizes: number[] = []
  const merged: number[][] = []
  for (let axis = 0; axis < dims.length; axis++) {
    const dim = dims[axis] as number
    if (dim === 1) continue
    const steps = strides.map((list) => list[axis] as number)
    const last = merged.at(-1)
    if (last && steps.every((step, tensor) => last[tensor] === step * dim)) {
      sizes.push((sizes.pop() as number) * dim)
      merged[merged.length - 1] = steps
    } else {
      sizes.push(dim)
      merged.push(steps)
    }
  }
  const row = sizes.pop() ?? 1
  const steps = Int32Array.from(merged.pop() ?? new Array<number>(count).fill(0))
  const depth = sizes.length
  const counters = new Int32Array(depth)
  const offsets = new Int32Array(count)
  const empty = row === 0 || sizes.includes(0)
  const start = (): boolean => {
    counters.fill(0)
    for (let tensor = 0; tensor < count; tensor++) offsets[tensor] = bases[tensor] ?? 0
    return !empty
  }
  const next = (): boolean => {
    for (let axis = depth - 1; axis >= 0; axis--) {
      const size = sizes[axis] as number
      const step = merged[axis] as number[]
      counters[axis] = (counters[axis] as number) + 1
      const back = counters[axis] === size ? size - 1 : -1
      for (let tensor = 0; tensor < count; tensor++) {
        const stride = step[tensor] as number
        offsets[tensor] = (offsets[tensor] as number) + (back < 0 ? stride : -stride * back)
      }
      if (back < 0) return true
      counters[axis] = 0
    }
    return false
  }
  return { row, steps, offsets, start, next }
}
