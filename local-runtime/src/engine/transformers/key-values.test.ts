import { Tensor } from '@huggingface/transformers'
import { expect, it } from 'vitest'
import { bytesOf, copied, emptied, giveBack, type Past, roomOf } from './key-values.ts'

/** Two heads of three tokens of two numbers. */
const past: Past = {
  key: new Tensor(
    'float32',
    Float32Array.from({ length: 12 }, (_, i) => i),
    [1, 2, 3, 2],
  ),
}

it('copies the first tokens of each head, and leaves room behind them', () => {
  const wider = copied(past, 2, 4)!
  expect(wider.key!.dims).toEqual([1, 2, 4, 2])
  expect([...(wider.key!.data as Float32Array)]).toEqual([0, 1, 2, 3, 0, 0, 0, 0, 6, 7, 8, 9, 0, 0, 0, 0])
  expect(roomOf(wider)).toBe(4)
  expect(bytesOf(wider)).toBe(64)
})

it('does not touch what it copied from', () => {
  const copy = copied(past, 3, 3)!
  ;(copy.key!.data as Float32Array).fill(9)
  expect((past.key!.data as Float32Array)[0]).toBe(0)
})

it('copies halves of numbers bit for bit', () => {
  const halves = { key: new Tensor('float16', Uint16Array.of(0x4700, 0x3c00), [1, 1, 2, 1]) }
  const { data } = copied(halves, 1, 3)!.key!
  if (!ArrayBuffer.isView(data)) throw new Error('no array')
  expect([...new Uint16Array(data.buffer)]).toEqual([0x4700, 0, 0])
})

it('refuses caches of other shapes, other types, and more tokens than there are', () => {
  expect(copied({ key: new Tensor('float32', new Float32Array(4), [2, 1, 2, 1]) }, 1, 2)).toBeNull()
  expect(copied({ key: new Tensor('float32', new Float32Array(4), [1, 4]) }, 1, 2)).toBeNull()
  expect(copied({ key: new Tensor('int8', new Int8Array(4), [1, 1, 4, 1]) }, 1, 2)).toBeNull()
  expect(copied(past, 4, 8)).toBeNull()
  expect(copied(past, 3, 2)).toBeNull()
  expect(emptied({ key: new Tensor('int8', new Int8Array(4), [1, 1, 4, 1]) }, 2)).toBeNull()
})

it('gives memory back at once', () => {
  const given = copied(past, 3, 3)!
  const { buffer } = given.key!.data as Float32Array<ArrayBuffer>
  giveBack(given)
  expect(buffer.detached).toBe(true)
  expect((past.key!.data as Float32Array).byteLength).toBe(48)
})
