import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { loadModel, onnxOperators, type Tensor } from '@nearside/core'
import { describe, expect, it } from 'vitest'
import { readGraph } from '../../shared/src/onnx/read-graph.ts'
import { readTensor } from '../../shared/src/onnx/read-tensor.ts'
import type { NodeCase } from './extract-cases.ts'

const packed = readFileSync(new URL('node-cases.json.gz', import.meta.url))
const cases = JSON.parse(gunzipSync(packed).toString('utf8')) as readonly NodeCase[]

/** Younger than the published cases; they are held to onnxruntime alone. */
const younger = ['Gelu']

function bytesOf(base64: string): Uint8Array {
  return new Uint8Array(Buffer.from(base64, 'base64'))
}

function tensorOf(base64: string): Tensor {
  const bytes = bytesOf(base64)
  return readTensor(bytes, 0, bytes.length).tensor
}

/** As close as ONNX's own runner asks: a thousandth of the value. */
function isNear(got: number, want: number): boolean {
  return Object.is(got, want) || got === want || Math.abs(got - want) <= 1e-7 + 1e-3 * Math.abs(want)
}

describe("ONNX's own cases", () => {
  it.each(cases.map((each) => [each.name, each] as const))('%s', (_, { model: file, inputs, outputs }) => {
    const model = loadModel(bytesOf(file))
    const given = Object.fromEntries(model.inputs.map(({ name }, index) => [name, tensorOf(inputs[index]!)]))
    // Twice, because a second run uses the places of the first.
    model.run(given)
    const results = model.run(given)
    for (const [index, name] of model.outputs.entries()) {
      const want = tensorOf(outputs[index]!)
      const got = results[name]!
      expect([got.type, got.dims]).toEqual([want.type, want.dims])
      const wrong = want.data.findIndex((value, at) => !isNear(got.data[at]!, value))
      expect(wrong < 0 ? null : { at: wrong, got: got.data[wrong], want: want.data[wrong] }).toBeNull()
    }
  })

  it('are there for every operator that is claimed', () => {
    const covered = new Set(cases.flatMap(({ model }) => readGraph(bytesOf(model)).nodes.map(({ op }) => op)))
    expect(onnxOperators.filter((name) => !covered.has(name) && !younger.includes(name))).toEqual([])
  })
})
