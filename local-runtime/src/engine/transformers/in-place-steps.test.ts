import { Tensor } from '@huggingface/transformers'
import { expect, it } from 'vitest'
import { inPlaceSteps } from './in-place-steps.ts'
import { roomOf } from './key-values.ts'
import { copyingSteps, type Steps } from './steps.ts'

type Model = Parameters<typeof copyingSteps>[0]
type Given = Readonly<Record<string, { readonly data: unknown; readonly dims: readonly number[] }>>

/**
 * Scores of four tokens, which depend on every token so far: what a token weighs lies in the past. `lengthFrom` says whether the
 * graph believes the mask or the shape of the past, and `extra` is an input that nobody here knows.
 */
function modelWith(lengthFrom: 'mask' | 'shape', extra: readonly string[] = []): Model {
  const step = (given: Given, room: number, tokens: number, buffer: Float32Array): Float32Array => {
    const ids = [...(given.input_ids!.data as BigInt64Array)].map(Number)
    const past = given['past_key_values.0.key']?.data as Float32Array | undefined
    if (past !== undefined && past !== buffer) buffer.set(past.subarray(0, tokens))
    for (const [at, id] of ids.entries()) buffer[tokens + at] = id + 1
    const counted = buffer.subarray(0, lengthFrom === 'mask' ? tokens + ids.length : room)
    const sum = counted.reduce((all, weight, at) => all + weight * (at + 1), 0)
    return Float32Array.from([sum, -sum, sum / 2, 1])
  }
  const logits = (scores: Float32Array): Tensor => new Tensor('float32', scores, [1, 1, 4])
  const model = {
    async forward(given: Given & { past_key_values: Record<string, Tensor> | null }) {
      const held = given.past_key_values?.['past_key_values.0.key']
      const tokens = held?.dims[2] ?? 0
      const length = given.attention_mask!.dims[1]!
      const buffer = new Float32Array(length)
      const flat = held === undefined ? given : { ...given, 'past_key_values.0.key': held }
      const scores = step(flat as Given, length, tokens, buffer)
      return { logits: logits(scores), 'present.0.key': new Tensor('float32', buffer, [1, 1, length, 1]) }
    },
    sessions: {
      model: {
        inputNames: ['input_ids', 'attention_mask', 'past_key_values.0.key', ...extra],
        outputNames: ['logits', 'present.0.key'],
        async run(feeds: Given, fetches: Given) {
          const { data, dims } = fetches['present.0.key']!
          const tokens = feeds.attention_mask!.dims[1]! - feeds.input_ids!.dims[1]!
          return { logits: logits(step(feeds, dims[2]!, tokens, data as Float32Array)).ort_tensor }
        },
      },
    },
  }
  return model as unknown as Model
}

const open = (model: Model, contextTokens = 10_000): Promise<Steps | null> =>
  inPlaceSteps(model, copyingSteps(model), contextTokens)

it('writes in place, and makes more room in time', async () => {
  const model = modelWith('mask')
  const steps = (await open(model))!
  let past = steps.open(null, 0, 3)
  const first = roomOf(past!)
  let tokens = 0
  let room = 0
  for (const count of [3, 200, 1, 1, 100, 1]) {
    const ids = Array.from({ length: count }, (_, at) => at % 4)
    const found = await steps.run(ids, past, tokens)
    if (tokens + count <= first) expect(found.past).toBe(past)
    past = found.past
    tokens += count
    expect(roomOf(past)).toBeGreaterThanOrEqual(tokens)
    room = roomOf(past)
  }
  expect(room).toBeGreaterThan(first)

  const all = [3, 200, 1, 1, 100, 1].flatMap((count) => Array.from({ length: count }, (_, at) => at % 4))
  const whole = await copyingSteps(model).run(all, null, 0)
  expect([...(await steps.run([2], past, tokens)).scores]).toEqual([
    ...(await copyingSteps(model).run([2], whole.past, all.length)).scores,
  ])
})

it('leaves what is kept as it was for the next who goes on from it', async () => {
  const steps = (await open(modelWith('mask')))!
  const kept = (await steps.run([1, 2, 3], null, 0)).past
  const before = [...(kept['past_key_values.0.key']!.data as Float32Array)]
  await steps.run([0, 0], steps.open(kept, 2, 4), 2)
  expect([...(kept['past_key_values.0.key']!.data as Float32Array)]).toEqual(before)
})

it('makes no more room than a context has', async () => {
  const steps = (await open(modelWith('mask'), 40))!
  expect(roomOf(steps.open(null, 0, 34)!)).toBe(40)
})

it('is not taken for a graph that believes the shape of the past, nor for one with inputs that nobody knows', async () => {
  expect(await open(modelWith('shape'))).toBeNull()
  expect(await open(modelWith('mask', ['use_cache_branch']))).toBeNull()
})
