import { describe, expect, it } from 'vitest'
import { writeModel } from '../onnx/write-model.ts'
import { cardKey, readClassifier } from './read-model.ts'

const names = { tasks: [], domains: ['other'], families: [] }
const card = {
  featureVersion: 1,
  names,
  thresholds: { novelAbove: 0, taskBelow: 0 },
  familyOf: [-1],
  vectorSize: 0,
  taskDifficulty: [],
}

function file(
  metadata: Readonly<Record<string, string>>,
  scale: Float32Array = new Float32Array(3),
): Uint8Array {
  return writeModel({
    nodes: [{ op: 'Identity', inputs: ['x'], outputs: ['y'] }],
    initializers: { scale: { type: 'float32', dims: [scale.length], data: scale } },
    inputs: [{ name: 'x', type: 'float32', dims: [1] }],
    outputs: [{ name: 'y', type: 'float32', dims: [1] }],
    metadata,
  })
}

describe("a classifier's file", () => {
  it('is refused where it does not say what its classes are', () => {
    expect(() => readClassifier(file({}))).toThrow(/says nothing of its classes/)
    expect(() => readClassifier(file({ [cardKey]: '{"names":7}' }))).toThrow(/not known here/)
  })

  it('is refused where it was trained on other features', () => {
    const other = JSON.stringify({ ...card, featureVersion: 99 })
    expect(() => readClassifier(file({ [cardKey]: other }))).toThrow(/version 99/)
  })

  it('is refused where a tensor is missing or has another size', () => {
    expect(() => readClassifier(file({ [cardKey]: JSON.stringify(card) }))).toThrow(/has no tensor/)
  })

  it('TRUST 26: is a fault of its own where it is noise or cut short, never a crash', () => {
    const whole = file({ [cardKey]: JSON.stringify(card) })
    for (const bytes of [new Uint8Array(0), Uint8Array.from({ length: 999 }, (_, i) => (i * 37) % 256)])
      expect(() => readClassifier(bytes)).toThrow(expect.objectContaining({ name: 'NearsideError' }))
    for (let length = 0; length < whole.length; length += 7)
      expect(() => readClassifier(whole.subarray(0, length))).toThrow(
        expect.objectContaining({ name: 'NearsideError' }),
      )
  })
})
