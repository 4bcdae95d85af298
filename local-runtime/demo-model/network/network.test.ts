import { describe, expect, it } from 'vitest'
import { lossOf } from './loss.ts'
import { backward, forward, type Network, type Sequence } from './network.ts'
import { initialParameters, type Shape, zeroParameters } from './parameters.ts'
import { seededRandom } from './random.ts'
import { rotaryTable } from './rotary.ts'

const shape: Shape = {
  vocabulary: 12,
  hidden: 8,
  layers: 2,
  heads: 4,
  keyValueHeads: 2,
  headSize: 4,
  feedForward: 12,
  contextTokens: 64,
  lnRopeBase: 9.210340371976184,
  normEpsilon: 1e-5,
}

function network(): Network {
  return {
    shape,
    parameters: initialParameters(shape, seededRandom(3), Float64Array),
    rotary: rotaryTable(shape),
  }
}

function sequence(tokens: number[], from: number, gap = 0): Sequence {
  const positions = tokens.map((_, row) => (row < 2 ? row : row + gap))
  return { tokens: Int32Array.from(tokens), positions: Int32Array.from(positions), from }
}

describe('the gradient', () => {
  const wanted = Int32Array.of(5, 0, 11)

  it.each([
    ['for an answer after a prompt', sequence([1, 7, 7, 3, 9, 5, 0], 4)],
    ['across a gap in the positions', sequence([1, 7, 2, 3, 9, 5, 0], 4, 40)],
    ['without a prompt', sequence([9, 5, 0], 0)],
  ])('agrees with the slope that small changes of each weight show, %s', (_, given) => {
    const model = network()
    const gradient = zeroParameters(shape, Float64Array)
    const pass = forward(model, given)
    backward(model, pass, lossOf(pass, wanted).logitsGradient, gradient)

    const weights = model.parameters.all
    const change = 1e-5
    for (let index = 0; index < weights.length; index++) {
      const before = weights[index]!
      weights[index] = before + change
      const above = lossOf(forward(model, given), wanted).nats
      weights[index] = before - change
      const below = lossOf(forward(model, given), wanted).nats
      weights[index] = before
      const slope = (above - below) / (2 * change)
      expect(Math.abs(gradient.all[index]! - slope), `weight ${index}`).toBeLessThan(
        1e-6 * (1 + Math.abs(slope)),
      )
    }
  })
})

it('never looks ahead: a later token changes nothing before it', () => {
  const model = network()
  const first = forward(model, sequence([1, 2, 3, 4, 5], 0)).logits
  const second = forward(model, sequence([1, 2, 3, 4, 9], 0)).logits
  const upToThere = 4 * shape.vocabulary
  expect(second.subarray(0, upToThere)).toEqual(first.subarray(0, upToThere))
  expect(second.subarray(upToThere)).not.toEqual(first.subarray(upToThere))
})

it('gives the same logits for the answer whether or not those of the prompt are asked for', () => {
  const model = network()
  const all = forward(model, sequence([1, 2, 3, 4, 5], 0)).logits
  const last = forward(model, sequence([1, 2, 3, 4, 5], 3)).logits
  expect(last).toEqual(all.subarray(3 * shape.vocabulary))
})

it('depends on how far apart tokens are, not on where they stand', () => {
  const model = network()
  const tokens = Int32Array.of(1, 2, 3)
  const here = forward(model, { tokens, positions: Int32Array.of(0, 1, 2), from: 2 }).logits
  const there = forward(model, { tokens, positions: Int32Array.of(50, 51, 52), from: 2 }).logits
  const apart = forward(model, { tokens, positions: Int32Array.of(0, 1, 52), from: 2 }).logits
  // The table holds single precision, hence the tolerance.
  for (const [at, logit] of there.entries()) expect(logit).toBeCloseTo(here[at]!, 5)
  expect(Math.max(...apart.map((logit, at) => Math.abs(logit - here[at]!)))).toBeGreaterThan(1e-3)
})
