import { loadModel } from '@nearside/core'
import { expect, it } from 'vitest'
import { openOnnxruntime } from './onnxruntime.ts'
import { randomGraph } from './random-graph.ts'

const graphs = process.env.NEARSIDE_LONG === '1' ? 10_000 : 400

it(`computes what onnxruntime computes, of ${graphs} graphs by chance`, async () => {
  const met = new Set<string>()
  for (let seed = 1; seed <= graphs; seed++) {
    const { file, inputs, operators } = randomGraph(seed)
    for (const operator of operators) met.add(operator)
    const told = `graph ${seed}: ${operators.join(' ')}`
    const onnxruntime = await openOnnxruntime(file).catch((cause: unknown) => {
      throw new Error(told, { cause })
    })
    const theirs = await onnxruntime.run(inputs)
    await onnxruntime.close()
    const own = loadModel(file).run(inputs)
    for (const [name, want] of Object.entries(theirs)) {
      const got = own[name]!
      expect([got.type, got.dims], told).toEqual([want.type, want.dims])
      let worst = 0
      for (const [at, value] of want.data.entries()) {
        worst = Math.max(worst, Math.abs(got.data[at]! - value) / Math.max(1, Math.abs(value)))
      }
      expect(worst, told).toBeLessThanOrEqual(1e-5)
    }
  }
  expect(met.size).toBeGreaterThan(35)
  // ONNX's published cases do not have it yet.
  expect(met).toContain('Gelu')
})
