import { expect, it } from 'vitest'
import { catalogue } from './catalogue.ts'
import { costOf, outputWithin, upperBound } from './cost.ts'
import type { Price } from './price.ts'
import { priceOf } from './price-of.ts'

const price: Price = {
  since: '2026-01-01',
  prompt: 1_000,
  cachedPrompt: 100,
  output: 4_000,
  longContext: { above: 200, prompt: 2_000, cachedPrompt: 200, output: 6_000 },
}
const usage = (given: Partial<Parameters<typeof costOf>[1]> = {}) => ({
  promptTokens: 0,
  outputTokens: 0,
  cachedTokens: 0,
  reasoningTokens: 0,
  ...given,
})

it('charges prompt and output in whole nano-dollars', () => {
  expect(costOf(price, usage({ promptTokens: 100, outputTokens: 10 }))).toBe(140_000)
  expect(costOf(price, usage())).toBe(0)
})

it('TRUST 7: charges cached tokens at their own rate, as a part of the prompt', () => {
  expect(costOf(price, usage({ promptTokens: 100, cachedTokens: 60 }))).toBe(40 * 1_000 + 60 * 100)
})

it('TRUST 7: charges reasoning tokens once, as a part of the output', () => {
  expect(costOf(price, usage({ outputTokens: 10, reasoningTokens: 9 }))).toBe(40_000)
})

it('charges the whole call in the band of its prompt', () => {
  expect(costOf(price, usage({ promptTokens: 200, outputTokens: 1 }))).toBe(204_000)
  expect(costOf(price, usage({ promptTokens: 201, outputTokens: 1 }))).toBe(408_000)
  expect(costOf(price, usage({ promptTokens: 201, cachedTokens: 201 }))).toBe(40_200)
})

it('is not fooled by a broken usage', () => {
  expect(costOf(price, usage({ promptTokens: 10, cachedTokens: 99 }))).toBe(1_000)
  expect(costOf(price, usage({ promptTokens: -5, outputTokens: Number.NaN }))).toBe(0)
  expect(costOf(price, usage({ promptTokens: 0.5 }))).toBe(1_000)
  expect(costOf(price, usage({ promptTokens: 1e300, outputTokens: Number.POSITIVE_INFINITY }))).toBe(
    Number.MAX_SAFE_INTEGER,
  )
})

it('TRUST 7: bounds the output of each answer that is asked for, and the prompt once', () => {
  expect(upperBound({ price, promptTokens: 100, outputLimit: 10, answers: 3 })).toBe(100_000 + 3 * 40_000)
})

it('bounds by the dearest rates that the call may reach', () => {
  const odd: Price = {
    ...price,
    cachedPrompt: 9_000,
    longContext: { ...price, above: 200, prompt: 1, output: 1 },
  }
  expect(upperBound({ price: odd, promptTokens: 10, outputLimit: 0, answers: 1 })).toBe(90_000)
  expect(upperBound({ price: odd, promptTokens: 201, outputLimit: 1, answers: 1 })).toBe(201 * 9_000 + 4_000)
})

it('never costs more than its bound while it keeps within it', () => {
  let seed = 7
  const below = (limit: number): number => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((seed / 2 ** 32) * limit)
  }
  const rates = () => ({ prompt: below(20_000), cachedPrompt: below(20_000), output: below(90_000) })
  for (let round = 0; round < 20_000; round += 1) {
    const above = below(3_000)
    const random: Price = {
      since: '2026-01-01',
      ...rates(),
      longContext: below(2) ? { above, ...rates() } : null,
    }
    const promptTokens = below(4_000)
    const outputLimit = below(2_000)
    const answers = 1 + below(4)
    const used = below(promptTokens + 1)
    const outputTokens = below(outputLimit * answers + 1)
    const cost = costOf(random, {
      promptTokens: used,
      outputTokens,
      cachedTokens: below(used + 1),
      reasoningTokens: below(outputTokens + 1),
    })
    expect(upperBound({ price: random, promptTokens, outputLimit, answers })).toBeGreaterThanOrEqual(cost)
  }
})

it('costs what the provider bills: a thousand tokens each way, by the listed price', () => {
  const nano = (model: string) =>
    costOf(priceOf(model, '2026-11-21')!, usage({ promptTokens: 1_000, outputTokens: 1_000 }))
  expect(nano('gpt-4o-mini')).toBe(750_000)
  expect(nano('gpt-5-nano')).toBe(450_000)
  expect(nano('gemini-2.5-flash')).toBe(2_800_000)
})

it('lists whole rates, in the order of their dates, cached prompts never dearer', () => {
  for (const [model, { prices, contextTokens }] of catalogue) {
    expect(contextTokens, model).toBeGreaterThan(1_000)
    expect(
      prices.map(({ since }) => since),
      model,
    ).toEqual(prices.map(({ since }) => since).toSorted())
    for (const listed of prices) {
      for (const rates of [listed, listed.longContext ?? listed]) {
        // Embeddings have no output to pay for.
        const leastOutput = model.startsWith('text-embedding-') ? 0 : 1
        const least = [
          [rates.prompt, 1],
          [rates.cachedPrompt, 1],
          [rates.output, leastOutput],
        ] as const
        for (const [rate, low] of least) {
          expect(Number.isSafeInteger(rate) && rate >= low, model).toBe(true)
        }
        expect(rates.cachedPrompt, model).toBeLessThanOrEqual(rates.prompt)
      }
    }
  }
})

it('TRUST 7: buys with an amount the longest answer whose bound lies within it, and not a token more', () => {
  for (const promptTokens of [0, 150, 201, 5_000]) {
    for (const answers of [1, 3]) {
      for (const amount of [12_345_678, 100_000_000, 999_999_999]) {
        const size = { price, promptTokens, answers }
        const outputLimit = outputWithin(amount, size)
        expect(upperBound({ ...size, outputLimit })).toBeLessThanOrEqual(amount)
        expect(upperBound({ ...size, outputLimit: outputLimit + 1 })).toBeGreaterThan(amount)
      }
    }
  }
})

it('buys nothing where not even the prompt is paid for, and any length where output costs nothing', () => {
  expect(outputWithin(99_999, { price, promptTokens: 100, answers: 1 })).toBe(0)
  const free = { ...price, output: 0, longContext: null }
  expect(outputWithin(100_000, { price: free, promptTokens: 100, answers: 1 })).toBe(Number.MAX_SAFE_INTEGER)
})
