import { expect, it } from 'vitest'
import { type Measures, type TargetName, targetNames } from './measure.ts'
import { summary } from './summary.ts'
import { dimensions } from './weights/dimensions.ts'

const of = (speeds: readonly number[]): Record<TargetName, number[]> =>
  Object.fromEntries(targetNames.map((name, at) => [name, [speeds[at]!, speeds[at]! * 2]])) as Record<
    TargetName,
    number[]
  >

/** Ours, llama.cpp, ours, onnxruntime, transformers.js; the second pass twice as fast as the first. */
const measures: Measures = {
  coldMs: of([1_000, 900, 2_000, 1_800, 2_500]),
  cachedMs: of([10, 0, 300, 0, 0]),
  decode: { 30: of([9, 10, 6, 6, 6]), 520: of([9, 10, 6, 6, 5]), 1000: of([9, 10, 6, 6, 4]) },
  together: { 'nearside llama': [5, 5], 'node-llama-cpp': [5, 4] },
  bandwidth: [1e9, 1e9, 3e9],
}
const about = {
  size: dimensions.small,
  ggufBytes: 5e7,
  onnxBytes: 5e7,
  loadMs: () => 1_000,
  residentMib: () => 100,
}

it('takes ratios within a pass, speeds over speeds and times under times', () => {
  expect(summary(measures, about).figures).toMatchObject({
    decode_over_llama: 0.9,
    prefill_over_llama: 0.9,
    decode_over_ort: 1,
    prefill_over_ort: 0.9,
    ort_over_transformers_1000: 1.5,
    batch4_over_llama_batch4: 1.125,
  })
})

it('gives the slower of our two engines where a prefix is known', () => {
  expect(summary(measures, about).figures.ttft_cached_over_cold).toBe(0.15)
})

it('holds decoding against the bytes that a token must read, keys and values included', () => {
  // 13.5 tokens a second, of 50 MB and 30 tokens of 1,024 bytes each, at a gigabyte a second.
  expect(summary(measures, about).figures.decode_over_roofline).toBeCloseTo(
    (13.5 * (5e7 + 30 * 1_024)) / 1e9,
    3,
  )
})
