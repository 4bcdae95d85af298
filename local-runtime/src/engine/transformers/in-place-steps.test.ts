import { Tensor } from '@huggingface/transformers'
import { expect, it } from 'vitest'
import { inPlaceSteps } from './in-place-steps.ts'
import { type Past, roomOf } from './key-values.ts'
import type { OrtTensor, OrtTensors } from './onnxruntime.ts'
import type { SilentSession } from './silent-session.ts'
import type { Steps } from './steps.ts'

type Made = {
  /** Whether the graph believes the mask or the shape of the past. */
  readonly lengthFrom?: 'mask' | 'shape'
  /** An input that nobody here knows. */
  readonly extra?: readonly string[]
  /** Whether it scores the last token alone, however many come in. */
  readonly keepsLast?: boolean
  readonly cacheType?: string
}

/** Scores of four tokens, which depend on every token so far: what a token weighs lies in the past. */
function sessionWith(made: Made = {}): SilentSession {
  const { lengthFrom = 'mask', extra = [], keepsLast = true, cacheType = 'float32' } = made
  const tensor = (data: Float32Array, dims: number[]): OrtTensor =>
    new Tensor('float32', data, dims).ort_tensor
  const sum = (weights: Float32Array): number =>
    weights.reduce((all, weight, at) => all + weight * (at + 1), 0)

  /** Puts what the new tokens weigh behind the past; the scores after each of them. */
  function step(feeds: OrtTensors, present: Float32Array): Float32Array {
    const ids = [...(feeds.input_ids!.data as BigInt64Array)].map(Number)
    const past = feeds['past_key_values.0.key']!
    const length = feeds.attention_mask!.dims[1]!
    const tokens = lengthFrom === 'mask' ? length - ids.length : past.dims[2]!
    if (past.data !== present) present.set((past.data as Float32Array).subarray(0, tokens))
    for (const [at, id] of ids.entries()) present[tokens + at] = id + 1
    return Float32Array.from(
      ids.flatMap((_, at) => {
        const all = sum(present.subarray(0, tokens + at + 1))
        return [all, -all, all / 2, 1]
      }),
    )
  }
  const kept = (scores: Float32Array): Float32Array => (keepsLast ? scores.slice(-4) : scores)

  return {
    inputNames: [
      ...['input_ids', 'attention_mask', 'past_key_values.0.key', ...extra],
      ...(keepsLast ? ['num_logits_to_keep'] : []),
    ],
    outputNames: ['logits', 'present.0.key'],
    inputMetadata: [
      { name: 'past_key_values.0.key', isTensor: true, type: cacheType, shape: ['batch', 1, 'past', 1] },
    ],
    async run(feeds) {
      const length = feeds.attention_mask!.dims[1]!
      const present = new Float32Array(length)
      const scores = kept(step(feeds, present))
      return {
        logits: tensor(scores, [1, scores.length / 4, 4]),
        'present.0.key': tensor(present, [1, 1, length, 1]),
      }
    },
    async compute(feeds, into) {
      const buffer = into['present.0.key']!.data as Float32Array
      const present = lengthFrom === 'mask' ? buffer : new Float32Array(buffer.length + 4)
      const { data, dims } = into.logits!
      const scores = kept(step(feeds, present))
      if (dims[1] !== scores.length / 4) throw new RangeError('the scores are of another shape')
      ;(data as Float32Array).set(scores)
    },
    release: () => Promise.resolve(),
  }
}

const open = (made: Made = {}, contextTokens = 10_000): Promise<Steps | null> =>
  inPlaceSteps(sessionWith(made), contextTokens)

/** What a session says when it reads all of it at once. */
async function scoresAtOnce(ids: readonly number[]): Promise<readonly number[]> {
  const { logits } = await sessionWith().run({
    input_ids: new Tensor('int64', BigInt64Array.from(ids, BigInt), [1, ids.length]).ort_tensor,
    attention_mask: new Tensor('int64', new BigInt64Array(ids.length), [1, ids.length]).ort_tensor,
    'past_key_values.0.key': new Tensor('float32', new Float32Array(0), [1, 1, 0, 1]).ort_tensor,
  })
  return [...(logits!.data as Float32Array)]
}

const someIds = (count: number): number[] => Array.from({ length: count }, (_, at) => at % 4)

it('writes in place, and makes more room in time', async () => {
  for (const keepsLast of [true, false]) {
    const steps = (await open({ keepsLast }))!
    let past = steps.open(null, 0, 3)
    const first = roomOf(past!)
    const counts = [3, 200, 1, 1, 100, 1]
    let tokens = 0
    let scores: Float32Array = new Float32Array()
    for (const count of counts) {
      const found = await steps.run(someIds(count), past, tokens)
      if (tokens + count <= first) expect(found.past).toBe(past)
      ;({ past, scores } = found)
      tokens += count
      expect(roomOf(past)).toBeGreaterThanOrEqual(tokens)
    }
    expect(roomOf(past!)).toBeGreaterThan(first)
    expect([...scores]).toEqual(await scoresAtOnce(counts.flatMap(someIds)))
  }
})

it('leaves what is kept as it was for the next who goes on from it', async () => {
  const steps = (await open())!
  const kept = (await steps.run([1, 2, 3], null, 0)).past
  const before = [...(kept['past_key_values.0.key']!.data as Float32Array)]
  await steps.run([0, 0], steps.open(kept, 2, 4), 2)
  expect([...(kept['past_key_values.0.key']!.data as Float32Array)]).toEqual(before)
})

it('makes no more room than a context has', async () => {
  const steps = (await open({}, 40))!
  expect(roomOf(steps.open(null, 0, 34)!)).toBe(40)
})

it('is not taken for a graph that believes the shape of the past, nor for one with inputs that nobody knows', async () => {
  expect(await open({ lengthFrom: 'shape' })).toBeNull()
  expect(await open({ extra: ['use_cache_branch'] })).toBeNull()
})

it('is not taken for a graph whose keys and values are no floating-point numbers', async () => {
  expect(await open({ cacheType: 'int8' })).toBeNull()
})

it('keeps conversations apart, the scores of one as well while another takes a step', async () => {
  const steps = (await open())!
  const [one, other] = [steps.open(null, 0, 2), steps.open(null, 0, 2)] as [Past, Past]
  await steps.run([1, 2], one, 0)
  const { scores } = await steps.run([0], one, 2)
  await steps.run([3, 3], other, 0)
  await steps.run([3], other, 2)
  expect([...scores]).toEqual(await scoresAtOnce([1, 2, 0]))
})
