import { expect, it } from 'vitest'
import { isNearsideError } from '../fault/nearside-error.ts'
import { readContents, readGraph } from './read-graph.ts'
import { type ModelDraft, writeModel } from './write-model.ts'

const draft: ModelDraft = {
  opset: 17,
  nodes: [
    { op: 'Gather', inputs: ['table', 'ids'], outputs: ['rows'], attributes: { axis: 0 } },
    {
      op: 'LeakyRelu',
      name: 'bent',
      inputs: ['rows'],
      outputs: ['y'],
      attributes: { alpha: { float: 0.5 } },
    },
  ],
  initializers: {
    table: { type: 'float32', dims: [2, 2], data: Float32Array.of(1.5, -2, 0, 4) },
    small: { type: 'int8', dims: [3], data: Int8Array.of(-128, 0, 127) },
    ends: { type: 'int64', dims: [2], data: Float64Array.of(-7, 2 ** 40) },
  },
  inputs: [{ name: 'ids', type: 'int64', dims: ['n'] }],
  outputs: [{ name: 'y', type: 'float32', dims: ['n', 2] }],
  metadata: { name: 'Zürich 🚀', __proto__version: '1' },
}

it('reads back what was written', () => {
  const graph = readGraph(writeModel(draft))
  expect(graph.opset).toBe(17)
  expect(Object.fromEntries(graph.constants)).toEqual(draft.initializers)
  expect(graph.inputs).toEqual(draft.inputs)
  expect(graph.outputs).toEqual(draft.outputs)
  expect(graph.metadata).toEqual(draft.metadata)
  expect(graph.nodes.map(({ op, name }) => [op, name])).toEqual([
    ['Gather', 'rows'],
    ['LeakyRelu', 'bent'],
  ])
  expect(graph.nodes[0]?.attributes.get('axis')).toBe(0)
  expect(graph.nodes[1]?.attributes.get('alpha')).toBe(0.5)
})

it('reads the tensors and the metadata alone for who knows the graph', () => {
  const { constants, metadata } = readContents(writeModel(draft))
  expect(Object.fromEntries(constants)).toEqual(draft.initializers)
  expect(metadata).toEqual(draft.metadata)
  expect(() => readContents(new Uint8Array())).toThrow(expect.objectContaining({ code: 'bad-model' }))
})

it('takes bytes from where they lie in the file, also in the middle of a buffer, and copies what is wider', () => {
  const file = writeModel(draft)
  const larger = new Uint8Array(file.length + 5)
  larger.set(file, 5)
  const { constants } = readGraph(larger.subarray(5))
  expect(Object.fromEntries(constants)).toEqual(draft.initializers)
  expect(constants.get('small')?.data.buffer).toBe(larger.buffer)
  expect(constants.get('table')?.data.buffer).not.toBe(larger.buffer)
})

it('writes equal bytes for equal drafts', () => {
  expect(writeModel(draft)).toEqual(writeModel(structuredClone(draft)))
})

it.each([12, 22])('refuses a model of opset %i', (opset) => {
  expect(() => readGraph(writeModel({ ...draft, opset }))).toThrow(
    expect.objectContaining({ code: 'bad-model' }),
  )
})

it.each([
  ['no file', []],
  ['a number without end', [8, ...new Array<number>(11).fill(255)]],
  ['a length beyond the file', [0x3a, 0xff, 0xff, 0xff, 0xff, 0x0f]],
  ['a tensor of impossible dimensions', [0x3a, 9, 0x2a, 7, 8, 0xff, 0xff, 0xff, 0x7f, 0x10, 1]],
  ['a tensor outside the file', [0x3a, 4, 0x2a, 2, 0x70, 1]],
])('refuses %s', (_, bytes) => {
  expect(() => readGraph(Uint8Array.from(bytes))).toThrow(expect.objectContaining({ code: 'bad-model' }))
})

it('answers every damaged file with a graph or a fault of its own, never with another error', () => {
  const file = writeModel(draft)
  let refused = 0
  const read = (bytes: Uint8Array): void => {
    try {
      readContents(bytes)
      readGraph(bytes)
    } catch (error) {
      if (!isNearsideError(error) || error.code !== 'bad-model') throw error
      refused++
    }
  }
  for (let length = 0; length < file.length; length++) read(file.slice(0, length))
  expect(refused).toBeGreaterThan(file.length / 2)
  for (let bit = 0; bit < file.length * 8; bit++) {
    const damaged = file.slice()
    damaged[bit >> 3] = (damaged[bit >> 3] as number) ^ (1 << (bit & 7))
    read(damaged)
  }
})
