import { expect, it } from 'vitest'
import { seededRandom } from './random.ts'
import { type Sampling, sampler } from './sampler.ts'

const plain: Sampling = {
  temperature: 1,
  topP: 1,
  topK: 0,
  minP: 0,
  frequencyPenalty: 0,
  presencePenalty: 0,
  repetitionPenalty: 1,
  logitBias: [],
}
const logits = Float32Array.from([0, 1, 2, 3])
const total = Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0))

function draws(sampling: Partial<Sampling>, count: number, seed = 1): number[] {
  const sample = sampler({ ...plain, ...sampling }, seededRandom(seed), 0)
  return Array.from({ length: count }, () => sample.choose(logits).id)
}

it('takes the likeliest token at temperature zero', () => {
  expect(new Set(draws({ temperature: 0 }, 20))).toEqual(new Set([3]))
})

it('draws each token as often as its probability says', () => {
  const count = 20_000
  const drawn = draws({}, count)
  for (const [id, logit] of logits.entries()) {
    const share = drawn.filter((draw) => draw === id).length / count
    expect(share).toBeCloseTo(Math.exp(logit - total), 1)
  }
})

it('repeats itself for equal seeds and not for others', () => {
  expect(draws({}, 50, 7)).toEqual(draws({}, 50, 7))
  expect(draws({}, 50, 7)).not.toEqual(draws({}, 50, 8))
  expect(draws({}, 50, 2 ** 40)).not.toEqual(draws({}, 50, 0))
})

it('draws only from the likeliest tokens that reach top-p together', () => {
  expect(new Set(draws({ topP: 0.6 }, 500))).toEqual(new Set([3]))
  expect(new Set(draws({ topP: 0.7 }, 500))).toEqual(new Set([2, 3]))
  expect(new Set(draws({ topP: 1e-9 }, 500))).toEqual(new Set([3]))
})

it('tells how sure the model itself was, whatever the temperature', () => {
  const { id, logprob } = sampler({ ...plain, temperature: 0 }, Math.random, 0).choose(logits)
  expect(id).toBe(3)
  expect(logprob).toBeCloseTo(3 - total, 5)
})

it.each([0, 1])(
  'chooses among the allowed even where the model gives them no chance (temperature %i)',
  (temperature) => {
    const none = Float32Array.from([Number.NEGATIVE_INFINITY, 1, Number.NEGATIVE_INFINITY])
    const among = { admits: (id: number) => id === 2, mask: () => (id: number) => id === 2 }
    const { id, logprob } = sampler({ ...plain, temperature }, seededRandom(1), 0).choose(none, among)
    expect(id).toBe(2)
    expect(logprob).toBe(-9_999)
  },
)

it('tells the alternatives, likeliest first', () => {
  const { top } = sampler(plain, seededRandom(1), 3).choose(Float32Array.from([1, 5, 3, 4]))
  expect(top.map(({ id }) => id)).toEqual([1, 3, 2])
  expect(sampler(plain, seededRandom(1), 9).choose(logits).top).toHaveLength(4)
})

it('makes a token that was used less likely when asked to', () => {
  const sample = sampler({ ...plain, temperature: 0, frequencyPenalty: 0.6 }, Math.random, 0)
  expect([1, 2, 3, 4].map(() => sample.choose(logits).id)).toEqual([3, 3, 2, 3])
  const once = sampler({ ...plain, temperature: 0, presencePenalty: 1.5 }, Math.random, 0)
  expect([1, 2, 3].map(() => once.choose(logits).id)).toEqual([3, 2, 3])
})

it('refuses scores that are not numbers', () => {
  expect(() => sampler(plain, Math.random, 0).choose(Float32Array.from([0, Number.NaN]))).toThrow(RangeError)
})

it('draws from no more than the likeliest few, and from none that is too improbable beside the likeliest', () => {
  expect(new Set(draws({ topK: 2 }, 500))).toEqual(new Set([2, 3]))
  expect(new Set(draws({ topK: 1 }, 50))).toEqual(new Set([3]))
  expect(new Set(draws({ minP: 0.2 }, 500))).toEqual(new Set([2, 3]))
  expect(new Set(draws({ minP: 1 }, 50))).toEqual(new Set([3]))
})

it('does not let an answer repeat the conversation where that is penalised', () => {
  const sample = sampler({ ...plain, temperature: 0, repetitionPenalty: 100 }, seededRandom(1), 0, [3])
  expect([1, 2, 3].map(() => sample.choose(logits).id)).toEqual([2, 1, 3])
})

it('is biased towards tokens as told, and tells the probabilities of before', () => {
  const sample = sampler(
    {
      ...plain,
      temperature: 0,
      logitBias: [
        [0, 100],
        [3, -100],
        [9_999, 5],
      ],
    },
    seededRandom(1),
    1,
  )
  const chosen = sample.choose(logits)
  expect(chosen).toMatchObject({ id: 0, top: [{ id: 3 }] })
  expect(chosen.logprob).toBeCloseTo(-total, 5)
})

it('chooses only what is allowed', () => {
  const isAllowed = (id: number): boolean => id < 2
  const sample = sampler(plain, seededRandom(1), 0)
  const among = { admits: isAllowed, mask: () => isAllowed }
  const drawn = Array.from({ length: 4_000 }, () => sample.choose(logits, among).id)
  expect(new Set(drawn)).toEqual(new Set([0, 1]))
  expect(drawn.filter((id) => id === 1).length / drawn.length).toBeCloseTo(Math.E / (1 + Math.E), 1)
})

/** What a whole sort would draw: the likeliest first, so many of them, and of these the fewest that reach top-p. */
function drawnByWholeSort(scores: Float32Array, given: Sampling, chance: number): number {
  const max = Math.max(...scores)
  const weightOf = (id: number): number => Math.exp((scores[id]! - max) / given.temperature)
  const ranked = [...scores.keys()]
    .filter((id) => weightOf(id) >= given.minP)
    .sort((left, right) => scores[right]! - scores[left]! || left - right)
    .slice(0, given.topK > 0 ? given.topK : scores.length)
  const total = ranked.reduce((sum, id) => sum + weightOf(id), 0)
  let nucleus = 0
  const kept = ranked.filter((id, rank) => {
    if (rank > 0 && nucleus >= given.topP * total) return false
    nucleus += weightOf(id)
    return true
  })
  let left = chance * nucleus
  for (const id of kept) {
    left -= weightOf(id)
    if (left < 0) return id
  }
  return kept.at(-1)!
}

it('draws what it would draw if it sorted the whole vocabulary', () => {
  const random = seededRandom(5)
  for (let round = 0; round < 200; round++) {
    const spread = [0.1, 5, 60][round % 3]!
    const scores = Float32Array.from({ length: 3_000 }, () => random() * spread)
    const given: Sampling = {
      ...plain,
      temperature: [0.01, 0.7, 1, 2][round % 4]!,
      topP: [1, 0.95, 0.3][round % 5] ?? 1,
      topK: [0, 40, 5_000][round % 7] ?? 0,
      minP: [0, 0.05][round % 2]!,
    }
    const chance = random()
    const { id } = sampler(given, () => chance, 0).choose(scores)
    expect(id).toBe(drawnByWholeSort(scores, given, chance))
  }
})

it('is right about its certainty to seven digits, with scores far apart and close together', () => {
  const random = seededRandom(6)
  for (const spread of [0.001, 1, 30, 500]) {
    const scores = Float32Array.from({ length: 20_000 }, () => (random() - 0.5) * spread)
    const max = Math.max(...scores)
    const sum = scores.reduce((all, score) => all + Math.exp(score - max), 0)
    const { logprob } = sampler({ ...plain, temperature: 0 }, random, 0).choose(scores)
    expect(logprob).toBeCloseTo(-Math.log(sum), 7)
  }
})
