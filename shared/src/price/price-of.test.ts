import { expect, it } from 'vitest'
import type { Catalogue } from './catalogue.ts'
import { contextTokensOf, priceOf } from './price-of.ts'
import { readPriceList } from './read-price-list.ts'

it('TRUST 8: knows no price for a model that nobody lists, and never calls it free', () => {
  expect(priceOf('acme-large', '2026-11-21')).toBeNull()
  expect(priceOf('', '2026-11-21')).toBeNull()
  expect(contextTokensOf('acme-large')).toBeNull()
})

it('guesses no snapshot, prefix or spelling', () => {
  for (const model of [
    'gpt-4o-2099-01-01',
    'gpt-4o-audio-preview',
    'openai/gpt-4o',
    'GPT-4o',
    'gpt-4o ',
    'toString',
  ]) {
    expect(priceOf(model, '2026-11-21'), model).toBeNull()
  }
  expect(priceOf('gpt-4o-2024-05-13', '2026-11-21')).toMatchObject({ prompt: 5_000, output: 15_000 })
  expect(priceOf('gpt-4o', '2026-11-21')).toMatchObject({
    prompt: 2_500,
    cachedPrompt: 1_250,
    output: 10_000,
  })
})

it('takes the price of the day', () => {
  expect(priceOf('o3', '2025-04-15')).toBeNull()
  expect(priceOf('o3', '2025-04-16')).toMatchObject({ prompt: 10_000 })
  expect(priceOf('o3', '2025-06-09')).toMatchObject({ prompt: 10_000 })
  expect(priceOf('o3', '2025-06-10')).toMatchObject({ prompt: 2_000 })
  expect(priceOf('o3', '2030-01-01')).toMatchObject({ prompt: 2_000 })
})

it('keeps the band for long prompts', () => {
  expect(priceOf('gemini-2.5-pro', '2026-11-21')?.longContext).toEqual({
    above: 200_000,
    prompt: 2_500,
    cachedPrompt: 250,
    output: 15_000,
  })
})

it("goes by the operator's own list alone where it names the model", () => {
  const own: Catalogue = readPriceList({ o3: { prices: [{ since: '2026-01-01', prompt: 1, output: 2 }] } })
  expect(priceOf('o3', '2026-01-01', own)).toMatchObject({ prompt: 1_000, output: 2_000 })
  expect(priceOf('o3', '2025-12-31', own)).toBeNull()
  expect(priceOf('o4-mini', '2026-01-01', own)).toMatchObject({ prompt: 1_100 })
  expect(contextTokensOf('o3', own)).toBe(200_000)
})
