import { expect, it } from 'vitest'
import {
  decodeSpeed,
  keyValueBytesPerToken,
  type ModelShape,
  neededBytes,
  planMemory,
  sessionsThatFit,
} from './plan.ts'

const GB = 1_000_000_000
/** Llama 3.2 3B in four bits. */
const shape = (changes: Partial<ModelShape> = {}): ModelShape => ({
  format: 'gguf',
  weightBytes: 1.9 * GB,
  layers: 28,
  keyValueHeads: 8,
  headSize: 128,
  contextTokens: 131_072,
  ...changes,
})

it('knows what a token of context takes, as it was measured on a 3B model', () => {
  expect(keyValueBytesPerToken(shape())).toBe(114_688)
  expect(keyValueBytesPerToken(shape({ format: 'onnx' }))).toBe(229_376)
})

it('counts weights as each engine holds them, the process, and the context of every slot', () => {
  const none = { contextTokens: 0, slots: 1 }
  expect(neededBytes(shape(), 'llama-mapped', none)).toBeCloseTo(1.9 * 1.85 * GB + 0.3 * GB, -3)
  expect(neededBytes(shape(), 'llama-unmapped', none)).toBeCloseTo(1.9 * 1.06 * GB + 0.3 * GB, -3)
  const one = neededBytes(shape(), 'llama-mapped', { contextTokens: 4_096, slots: 1 })
  const two = neededBytes(shape(), 'llama-mapped', { contextTokens: 4_096, slots: 2 })
  expect(two - one).toBe(4_096 * 114_688)
})

it('counts the peak of loading where it is more than the context that comes after it', () => {
  const onnx = shape({ format: 'onnx' })
  expect(neededBytes(onnx, 'onnx', { contextTokens: 16, slots: 1 })).toBeCloseTo(
    1.9 * 1.5 * GB + 0.3 * GB,
    -3,
  )
})

it('takes a wish that fits as it is', () => {
  expect(planMemory(shape(), { contextTokens: 8_192, slots: 2 }, 8 * GB)).toMatchObject({
    fits: true,
    way: 'llama-mapped',
    contextTokens: 8_192,
    slots: 2,
    givenUp: [],
  })
})

it('gives up context first, then slots, then the mapped file, and never promises more than there is', () => {
  const wish = { contextTokens: 32_768, slots: 2 }
  const given: string[] = []
  for (let available = 9 * GB; available > 1.5 * GB; available -= 0.05 * GB) {
    const plan = planMemory(shape(), wish, available)
    given.push(plan.fits ? plan.givenUp.join('+') : 'none')
    if (plan.fits) {
      expect(plan.neededBytes).toBeLessThanOrEqual(available)
      expect(plan.contextTokens).toBeGreaterThanOrEqual(2_048)
    }
  }
  expect(given.filter((each, i) => each !== given[i - 1])).toEqual([
    'context',
    'context+slots',
    'context+mapping',
    'context+slots+mapping',
    'none',
  ])
})

it('says what would be needed where nothing helps', () => {
  const plan = planMemory(shape(), { contextTokens: 8_192, slots: 1 }, GB)
  expect(plan).toEqual({
    fits: false,
    neededBytes: neededBytes(shape(), 'llama-unmapped', { contextTokens: 2_048, slots: 1 }),
  })
})

it('offers no context beyond what the model was made for', () => {
  const small = shape({ contextTokens: 1_024 })
  expect(planMemory(small, { contextTokens: 8_192, slots: 1 }, 8 * GB)).toMatchObject({
    contextTokens: 1_024,
  })
  expect(sessionsThatFit(small, 'llama-mapped', 4_096, 8 * GB)).toBe(0)
})

it('counts the sessions that fit beside the weights', () => {
  const available = 1.9 * 1.85 * GB + 0.3 * GB + 3.5 * 4_096 * 114_688
  expect(sessionsThatFit(shape(), 'llama-mapped', 4_096, available)).toBe(3)
  expect(sessionsThatFit(shape(), 'llama-mapped', 32_768, available)).toBe(0)
  expect(sessionsThatFit(shape(), 'llama-mapped', 4_096, GB)).toBe(0)
})

it('predicts the speed of decoding from the memory that each token reads', () => {
  const { roofline, expected } = decodeSpeed(shape(), 30, 24 * GB)
  // Measured on that machine: 5.8 to 6.6 tokens a second.
  expect(roofline).toBeCloseTo(12.6, 1)
  expect(expected).toBeGreaterThan(5.8)
  expect(expected).toBeLessThan(6.6)
  expect(decodeSpeed(shape(), 1_000, 24 * GB).roofline).toBeLessThan(roofline)
})
