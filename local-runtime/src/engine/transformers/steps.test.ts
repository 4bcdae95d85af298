import { Tensor } from '@huggingface/transformers'
import { expect, it } from 'vitest'
import type { Past } from './key-values.ts'
import { copyingSteps } from './steps.ts'

type Model = Parameters<typeof copyingSteps>[0]

/** Keeps each token's id as its key, and scores as many tokens as there are keys. */
const model = {
  async forward(given: { input_ids: Tensor; past_key_values: Record<string, Tensor> | null }) {
    const held = (given.past_key_values?.['past_key_values.0.key']?.data ?? []) as Iterable<number>
    const keys = Float32Array.from([...held, ...Array.from(given.input_ids.data as BigInt64Array, Number)])
    return {
      logits: new Tensor('float32', Float32Array.from(keys), [1, 1, keys.length]),
      'present.0.key': new Tensor('float32', keys, [1, 1, keys.length, 1]),
    }
  },
} as unknown as Model

const keysOf = (past: Past): readonly number[] => [...(past['past_key_values.0.key']!.data as Float32Array)]

it('frees what a step took in, and never what is kept for others to go on from', async () => {
  const steps = copyingSteps(model)
  const kept = (await steps.run([1, 2, 3], steps.open(null, 0, 3), 0)).past
  for (const tokens of [3, 2]) {
    const past = steps.open(kept, tokens, 4)!
    const { buffer } = past['past_key_values.0.key']!.data as Float32Array<ArrayBuffer>
    const step = await steps.run([7], past, tokens)
    expect([...step.scores]).toEqual([...[1, 2, 3].slice(0, tokens), 7])
    expect(buffer.detached).toBe(true)
  }
  expect(keysOf(kept)).toEqual([1, 2, 3])
})
