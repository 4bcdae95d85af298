import { describe, expect, it } from 'vitest'
import { isNearsideError } from '../fault/nearside-error.ts'
import { loadModel, type ModelLimits } from './load-model.ts'
import type { Tensor } from './tensor.ts'
import { type ModelDraft, type NodeDraft, writeModel } from './write-model.ts'

const floats = (dims: readonly number[], ...data: readonly number[]): Tensor => ({
  type: 'float32',
  dims,
  data: Float32Array.from(data),
})
const integers = (dims: readonly number[], ...data: readonly number[]): Tensor => ({
  type: 'int64',
  dims,
  data: Float64Array.from(data),
})

function model(nodes: readonly NodeDraft[], more: Partial<ModelDraft> = {}): Uint8Array {
  return writeModel({
    nodes,
    initializers: {},
    inputs: [{ name: 'x', type: 'float32', dims: ['n', 2] }],
    outputs: [{ name: 'y', type: 'float32' }],
    ...more,
  })
}

function fault(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    if (isNearsideError(error) && error.code === 'bad-model') return error.message
    throw error
  }
  return 'it was taken'
}

const doubled: NodeDraft = { op: 'Add', inputs: ['x', 'x'], outputs: ['y'] }

describe('a model', () => {
  it('runs again and again, with inputs of other sizes in between', () => {
    const { run } = loadModel(model([doubled]))
    expect(run({ x: floats([1, 2], 1, 2) }).y).toEqual(floats([1, 2], 2, 4))
    expect(run({ x: floats([3, 2], 1, 2, 3, 4, 5, 6) }).y).toEqual(floats([3, 2], 2, 4, 6, 8, 10, 12))
    expect(run({ x: floats([1, 2], 3, 4) }).y).toEqual(floats([1, 2], 6, 8))
    expect(run({ x: floats([0, 2]) }).y).toEqual(floats([0, 2]))
  })

  it('gives outputs that a later run does not change', () => {
    const { run } = loadModel(model([doubled]))
    const first = run({ x: floats([1, 2], 1, 2) }).y
    run({ x: floats([1, 2], 5, 6) })
    expect(first).toEqual(floats([1, 2], 2, 4))
  })

  it('may take shapes from what comes in', () => {
    const shaped = model(
      [
        { op: 'Shape', inputs: ['x'], outputs: ['shape'] },
        { op: 'Gather', inputs: ['shape', 'first'], outputs: ['rows'] },
        { op: 'Concat', inputs: ['rows', 'one'], outputs: ['wanted'], attributes: { axis: 0 } },
        { op: 'ReduceSum', inputs: ['x', 'last'], outputs: ['sums'], attributes: { keepdims: 0 } },
        { op: 'Reshape', inputs: ['sums', 'wanted'], outputs: ['y'] },
      ],
      { initializers: { first: integers([1], 0), one: integers([1], 1), last: integers([1], -1) } },
    )
    const { run } = loadModel(shaped)
    expect(run({ x: floats([2, 2], 1, 2, 3, 4) }).y).toEqual(floats([2, 1], 3, 7))
    expect(run({ x: floats([1, 2], 1, 2) }).y).toEqual(floats([1, 1], 3))
  })

  it('goes on after a run that failed in the middle', () => {
    const picked = model([{ op: 'Gather', inputs: ['x', 'i'], outputs: ['y'] }], {
      inputs: [
        { name: 'x', type: 'float32', dims: ['n', 2] },
        { name: 'i', type: 'int64', dims: ['m'] },
      ],
    })
    const { run } = loadModel(picked)
    const x = floats([2, 2], 1, 2, 3, 4)
    expect(fault(() => run({ x, i: integers([1], 2) }))).toMatch(/index 2 is outside/)
    expect(run({ x, i: integers([1], -1) }).y).toEqual(floats([1, 2], 3, 4))
  })

  it('may give an input, a constant or a renamed value as its output', () => {
    const passing = model([{ op: 'Identity', inputs: ['x'], outputs: ['y'] }], {
      initializers: { c: floats([1], 7) },
      outputs: [
        { name: 'x', type: 'float32' },
        { name: 'y', type: 'float32' },
        { name: 'c', type: 'float32' },
      ],
    })
    const x = floats([1, 2], 1, 2)
    expect(loadModel(passing).run({ x })).toEqual({ x, y: x, c: floats([1], 7) })
  })
})

describe('an input', () => {
  const { run } = loadModel(
    model([{ op: 'Add', inputs: ['x', 'z'], outputs: ['y'] }], {
      inputs: [
        { name: 'x', type: 'float32', dims: ['n', 2] },
        { name: 'z', type: 'float32', dims: ['n', 1] },
      ],
    }),
  )
  const x = floats([2, 2], 1, 2, 3, 4)

  it.each<[string, Record<string, Tensor>, RegExp]>([
    ['is missing', { x }, /'z' is missing/],
    ['has another type', { x, z: integers([2, 1], 1, 2) }, /'z' must be float32/],
    ['has another shape', { x: floats([4], 1, 2, 3, 4), z: floats([2, 1], 1, 2) }, /'x' of \[4\]/],
    ['has another size than an equal name', { x, z: floats([3, 1], 1, 2, 3) }, /'z' of \[3, 1\]/],
    ['has fewer elements than its shape', { x, z: { ...floats([2, 1], 1), dims: [2, 1] } }, /'z' of/],
    [
      'has a negative dimension',
      { x, z: { ...floats([2, 1], 1, 2), dims: [-2, 1] } },
      /cannot have the shape/,
    ],
    [
      'lies about its array',
      { x, z: { type: 'float32', dims: [2, 1], data: new Float64Array(2) } },
      /must be float32/,
    ],
  ])('that %s is refused before anything is computed', (_, given, message) => {
    expect(fault(() => run(given))).toMatch(message)
  })
})

describe('what cannot be run is refused when it is loaded', () => {
  const add = (inputs: readonly string[], outputs: readonly string[] = ['y']): NodeDraft => ({
    op: 'Add',
    inputs,
    outputs,
  })
  const weights = { w: floats([3, 2], 1, 2, 3, 4, 5, 6) }

  it.each<[string, Uint8Array, RegExp]>([
    [
      'an unknown operator',
      model([{ op: 'LSTM', inputs: ['x'], outputs: ['y'] }]),
      /'y' is an operator that is not supported/,
    ],
    ['another domain', model([{ ...doubled, domain: 'com.microsoft' }]), /com\.microsoft/],
    [
      'an operator of a later opset',
      model([{ op: 'Gelu', inputs: ['x'], outputs: ['y'] }]),
      /not in opset 17/,
    ],
    ['a circle', model([add(['x', 'b'], ['a']), add(['a', 'x'], ['b']), add(['a', 'b'])]), /uses 'b' before/],
    [
      'a value made twice',
      model([add(['x', 'x'], ['a']), add(['x', 'x'], ['a']), add(['a', 'a'])]),
      /called 'a'/,
    ],
    ['an output that nothing makes', model([add(['x', 'x'], ['z'])]), /promises 'y'/],
    ['too few inputs', model([add(['x'])]), /has 1 inputs, not 2/],
    ['too many outputs', model([add(['x', 'x'], ['y', 'z'])]), /has 2 outputs/],
    ['mixed types', model([add(['x', 'i'])], { initializers: { i: integers([1], 1) } }), /float32 and int64/],
    [
      'shapes that never fit',
      model([{ op: 'MatMul', inputs: ['x', 'w'], outputs: ['y'] }], { initializers: weights }),
      /2 columns/,
    ],
    [
      'an axis outside',
      model([{ op: 'Softmax', inputs: ['x'], outputs: ['y'], attributes: { axis: 2 } }]),
      /axis 2/,
    ],
    [
      'an input without a shape',
      model([doubled], { inputs: [{ name: 'x', type: 'float32' }] }),
      /nothing of its shape/,
    ],
    [
      'a constant that unfolds beyond memory',
      model([{ op: 'Expand', inputs: ['w', 'wide'], outputs: ['y'] }], {
        initializers: { w: floats([1], 1), wide: integers([3], 2 ** 8, 2 ** 8, 2 ** 9) },
      }),
      /elements/,
    ],
    [
      'a dimension beyond reason',
      model([{ op: 'ConstantOfShape', inputs: ['wide'], outputs: ['y'] }], {
        initializers: { wide: integers([1], 2 ** 40) },
      }),
      /cannot have the shape/,
    ],
    [
      'a range that never ends',
      model([{ op: 'Range', inputs: ['a', 'b', 'z'], outputs: ['y'] }], {
        initializers: { a: floats([], 0), b: floats([], 1), z: floats([], 0) },
      }),
      /never reaches its end/,
    ],
  ])('%s', (_, file, message) => {
    expect(fault(() => loadModel(file))).toMatch(message)
  })
})

describe('a hostile model', () => {
  const squared: NodeDraft = { op: 'MatMul', inputs: ['x', 'x'], outputs: ['y'] }
  const square = model([squared], { inputs: [{ name: 'x', type: 'float32', dims: ['n', 'n'] }] })
  const ones = (n: number): Tensor => ({
    type: 'float32',
    dims: [n, n],
    data: new Float32Array(n * n).fill(1),
  })

  function limited(file: Uint8Array, limits: Partial<ModelLimits>, x: Tensor): string {
    return fault(() => loadModel(file, limits).run({ x }))
  }

  it('cannot take more work than is allowed', () => {
    expect(limited(square, { work: 100_000 }, ones(40))).toBe('it was taken')
    expect(limited(square, { work: 100_000 }, ones(50))).toMatch(/more work/)
  })

  it('cannot take more memory than is allowed', () => {
    const wide = model([
      { op: 'Concat', inputs: ['x', 'x', 'x', 'x'], outputs: ['a'], attributes: { axis: 0 } },
      { op: 'Concat', inputs: ['a', 'a', 'a', 'a'], outputs: ['y'], attributes: { axis: 0 } },
    ])
    const x: Tensor = { type: 'float32', dims: [50, 2], data: new Float32Array(100) }
    expect(limited(wide, { elements: 2_000 }, x)).toBe('it was taken')
    expect(limited(wide, { elements: 1_999 }, x)).toMatch(/more memory/)
  })

  it('is refused or runs, cut at any byte and with any bit turned', () => {
    const file = model(
      [
        { op: 'MatMul', inputs: ['x', 'w'], outputs: ['a'] },
        {
          op: 'LayerNormalization',
          inputs: ['a', 's'],
          outputs: ['b'],
          attributes: { epsilon: { float: 0.1 } },
        },
        { op: 'Reshape', inputs: ['b', 'r'], outputs: ['c'] },
        { op: 'Softmax', inputs: ['c'], outputs: ['y'], attributes: { axis: -1 } },
      ],
      { initializers: { w: floats([2, 2], 1, 2, 3, 4), s: floats([2], 1, 1), r: integers([1], -1) } },
    )
    const x = floats([2, 2], 1, 2, 3, 4)
    expect(loadModel(file).run({ x }).y!.dims).toEqual([4])
    for (let length = 0; length < file.length; length++)
      fault(() => loadModel(file.slice(0, length)).run({ x }))
    for (let at = 0; at < file.length; at++) {
      for (let bit = 0; bit < 8; bit++) {
        const bent = file.slice()
        bent[at] = bent[at]! ^ (1 << bit)
        fault(() => loadModel(bent, { elements: 2 ** 20, work: 2 ** 20 }).run({ x }))
      }
    }
  })
})
