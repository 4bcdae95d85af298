/**
 * The ONNX files that the demonstration model's script writes, with random weights: they are held to the network that
 * was written, so that what was trained is what runs.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { writeModel } from '../../local-runtime/demo-model/export/write-model.ts'
import { forward, type Network } from '../../local-runtime/demo-model/network/network.ts'
import { initialParameters, type Shape } from '../../local-runtime/demo-model/network/parameters.ts'
import { normal, seededRandom } from '../../local-runtime/demo-model/network/random.ts'
import { rotaryTable } from '../../local-runtime/demo-model/network/rotary.ts'
import { tokenizerOf } from '../../local-runtime/demo-model/tokenizer/tokenizer.ts'
import { type LoadedModel, loadModel } from './demo-model-harness.ts'

const tokenizer = tokenizerOf([
  ['t', 'h'],
  ['th', 'e'],
  ['Ġ', 'the'],
])
const shape: Shape = {
  vocabulary: tokenizer.vocabulary.length,
  hidden: 32,
  layers: 3,
  heads: 6,
  keyValueHeads: 2,
  headSize: 16,
  feedForward: 48,
  contextTokens: 256,
  lnRopeBase: 9.210340371976184,
  normEpsilon: 1e-5,
}

const folder = mkdtempSync(join(tmpdir(), 'nearside-graph-'))
let network: Network
let loaded: LoadedModel

beforeAll(async () => {
  const random = seededRandom(11)
  const parameters = initialParameters(shape, random)
  for (const layer of parameters.layers) {
    for (const gain of [layer.attentionNorm, layer.feedForwardNorm]) {
      for (let index = 0; index < gain.length; index++) gain[index] = 1 + 0.3 * normal(random)
    }
  }
  network = { shape, parameters, rotary: rotaryTable(shape) }
  writeModel(folder, { network, tokenizer })
  loaded = await loadModel(folder)
})

afterAll(() => rmSync(folder, { recursive: true }))

it('computes the logits of the network that was written, for prompts of one token and of two hundred', async () => {
  for (const length of [1, 2, 200]) {
    const tokens = Array.from({ length }, (_, row) => (row * 37 + length) % shape.vocabulary)
    const positions = Int32Array.from(tokens, (_, row) => row)
    const expected = forward(network, { tokens: Int32Array.from(tokens), positions, from: 0 }).logits
    const logits = await loaded.logits(tokens)
    expect(logits.length).toBe(expected.length)
    const farthest = logits.reduce((most, logit, at) => Math.max(most, Math.abs(logit - expected[at]!)), 0)
    expect(farthest, `${length} tokens`).toBeLessThan(1e-4)
  }
})

it('goes on from the keys and values that it kept as if it read everything again', async () => {
  const prompt = Array.from({ length: 20 }, (_, row) => (row * 7) % 200)
  const greedy = [...prompt]
  for (let count = 0; count < 5; count++) {
    const logits = (await loaded.logits(greedy)).slice(-shape.vocabulary)
    greedy.push(logits.indexOf(Math.max(...logits)))
  }
  expect((await loaded.completeTokens(prompt)).ids.slice(0, 5)).toEqual(greedy.slice(20))
})
