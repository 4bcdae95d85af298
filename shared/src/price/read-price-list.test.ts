import { expect, it } from 'vitest'
import { readPriceList } from './read-price-list.ts'

const price = (given: object = {}) => ({ since: '2026-01-01', prompt: 2.5, output: 10, ...given })
const list = (...prices: readonly object[]) => ({ 'acme-large': { prices } })

it('reads dollars a million tokens into nano-dollars a token', () => {
  const read = readPriceList({
    'acme-large': {
      contextTokens: 128_000,
      prices: [
        price({ since: '2026-06-01', prompt: 2.2, cachedPrompt: 0.55 }),
        price({ longContext: { above: 200_000, prompt: 5, cachedPrompt: 2.5, output: 15 } }),
      ],
    },
  })
  expect(read.get('acme-large')).toEqual({
    contextTokens: 128_000,
    prices: [
      {
        since: '2026-01-01',
        prompt: 2_500,
        cachedPrompt: 2_500,
        output: 10_000,
        longContext: { above: 200_000, prompt: 5_000, cachedPrompt: 2_500, output: 15_000 },
      },
      { since: '2026-06-01', prompt: 2_200, cachedPrompt: 550, output: 10_000, longContext: null },
    ],
  })
})

it('rounds a rate that is not whole up, and no other', () => {
  const rate = (dollars: number) =>
    readPriceList(list(price({ prompt: dollars }))).get('acme-large')?.prices[0].prompt
  expect(rate(0.0375)).toBe(38)
  expect(rate(0.0001)).toBe(1)
  expect(rate(0)).toBe(0)
  // Each of these is a whole number of nano-dollars that binary fractions miss.
  for (const nano of [1_100, 2_200, 4_400, 275, 35, 69]) expect(rate(nano / 1_000)).toBe(nano)
})

it.each([
  ['prices', null],
  ['prices', 'acme-large'],
  ['prices.acme-large', { 'acme-large': 3 }],
  ['prices.acme-large.prices', { 'acme-large': {} }],
  ['prices.acme-large.prices', { 'acme-large': { prices: {} } }],
  ['prices.acme-large.prices', list()],
  ['prices.acme-large.prices', list(price(), price())],
  ['prices.acme-large.currency', { 'acme-large': { prices: [price()], currency: 'EUR' } }],
  ['prices.acme-large.contextTokens', { 'acme-large': { prices: [price()], contextTokens: 0.5 } }],
  ['prices.acme-large.prices[1].prompt', list(price(), price({ since: '2026-02-01', prompt: '2.5' }))],
  ['prices.acme-large.prices[0].output', list({ since: '2026-01-01', prompt: 1 })],
  ['prices.acme-large.prices[0].output', list(price({ output: -1 }))],
  ['prices.acme-large.prices[0].output', list(price({ output: Number.NaN }))],
  ['prices.acme-large.prices[0].prompt', list(price({ prompt: 2_500_000 }))],
  ['prices.acme-large.prices[0].since', list(price({ since: '2026-02-30' }))],
  ['prices.acme-large.prices[0].since', list(price({ since: 'today' }))],
  [
    'prices.acme-large.prices[0].longContext.above',
    list(price({ longContext: { above: 0, prompt: 1, output: 1 } })),
  ],
  ['prices.acme-large.prices[0].longContext.prompt', list(price({ longContext: { above: 1, output: 1 } }))],
])('refuses what is wrong with its path: %s', (path, data) => {
  expect(() => readPriceList(data)).toThrowError(
    expect.objectContaining({
      code: 'bad-options',
      param: path,
      message: expect.stringContaining(`${path} `),
    }),
  )
})
