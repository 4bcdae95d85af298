/**
 * The keys and values of attention, by the names under which a model takes them in. They lie as [1, heads, room, size], of which
 * the first so many tokens count: what is longer than its tokens has room for more.
 */
import { Tensor } from '@huggingface/transformers'

export type Past = Readonly<Record<string, Tensor>>

export function roomOf(past: Past): number {
  return Object.values(past)[0]?.dims[2] ?? 0
}

export function bytesOf(past: Past): number {
  return Object.values(past).reduce(
    (sum, { data }) => sum + (ArrayBuffer.isView(data) ? data.byteLength : 0),
    0,
  )
}

/** A copy of the first `tokens`, with room for `room`; null for what is no such cache. */
export function copied(past: Past, tokens: number, room: number): Past | null {
  const copies: Record<string, Tensor> = {}
  for (const [name, tensor] of Object.entries(past)) {
    const [batch, heads, held, size] = tensor.dims
    const from = bytesIn(tensor)
    if (batch !== 1 || heads === undefined || held === undefined || size === undefined || from === null)
      return null
    if (tokens > held || tokens > room) return null
    const rowBytes = from.length / (heads * held)
    const copy = emptyLike(tensor, room)
    const to = copy === null ? null : bytesIn(copy)
    if (copy === null || to === null) return null
    for (let head = 0; head < heads; head++) {
      const at = head * held * rowBytes
      to.set(from.subarray(at, at + tokens * rowBytes), head * room * rowBytes)
    }
    copies[name] = copy
  }
  return copies
}

/** Nothing yet, with room for `room` tokens in the shape of `past`; null for what is no such cache. */
export function emptied(past: Past, room: number): Past | null {
  const made: Record<string, Tensor> = {}
  for (const [name, tensor] of Object.entries(past)) {
    const empty = emptyLike(tensor, room)
    if (empty === null) return null
    made[name] = empty
  }
  return made
}

/**
 * Frees what nobody will use again, without waiting for the collector. It is told of these buffers, hundreds of megabytes a second, and
 * would mark the whole heap at every step, a large vocabulary in it: a third of the processor's time went there.
 */
export function giveBack(past: Past): void {
  for (const tensor of Object.values(past)) {
    if (tensor.location !== 'cpu' || !ArrayBuffer.isView(tensor.data)) continue
    if (tensor.data.buffer instanceof ArrayBuffer) tensor.data.buffer.transfer(0)
  }
}

function emptyLike({ type, dims }: Tensor, room: number): Tensor | null {
  const [batch, heads, , size] = dims
  if (batch !== 1 || heads === undefined || size === undefined) return null
  const length = heads * room * size
  if (type === 'float32') return new Tensor(type, new Float32Array(length), [1, heads, room, size])
  return type === 'float16' ? new Tensor(type, new Uint16Array(length), [1, heads, room, size]) : null
}

function bytesIn({ data }: Tensor): Uint8Array | null {
  return ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : null
}
