import { expect, it } from 'vitest'
import type { Price } from '../price/price.ts'
import { type Charge, chargeFor, type Ending } from './charge.ts'

const price: Price = { since: '2026-01-01', prompt: 10, cachedPrompt: 1, output: 40, longContext: null }
const held = 5_000

const usage = { promptTokens: 100, outputTokens: 20, cachedTokens: 50, reasoningTokens: 5 }
const seen = { promptTokens: 100, outputTokens: 20 }

const table: readonly (readonly [string, Ending, Charge])[] = [
  ['a refusal before the first event: nothing', { type: 'refused' }, { action: 'release' }],
  ['a usage: the usage', { type: 'usage-given', usage }, { action: 'settle', amount: 1_350, flag: null }],
  [
    'an explicit zero: zero, and not a release',
    { type: 'usage-given', usage: { promptTokens: 0, outputTokens: 0, cachedTokens: 0, reasoningTokens: 0 } },
    { action: 'settle', amount: 0, flag: null },
  ],
  [
    'a usage above the hold: all of it',
    { type: 'usage-given', usage: { ...usage, outputTokens: 1_000 } },
    { action: 'settle', amount: 40_550, flag: null },
  ],
  [
    'a clean end without usage: an estimate',
    { type: 'ended-without-usage', ...seen },
    { action: 'settle', amount: 1_800, flag: 'estimated' },
  ],
  [
    'a cut with something heard: the prompt and what was seen',
    { type: 'cut', ...seen, heard: true },
    { action: 'settle', amount: 1_800, flag: 'estimated' },
  ],
  [
    'a cut with nothing heard: the whole hold',
    { type: 'cut', ...seen, heard: false },
    { action: 'settle', amount: held, flag: 'uncertain' },
  ],
  [
    'a hang-up with something heard: the prompt and what was seen',
    { type: 'hung-up', ...seen, heard: true },
    { action: 'settle', amount: 1_800, flag: 'estimated' },
  ],
  [
    'a hang-up with nothing heard: the whole hold',
    { type: 'hung-up', ...seen, heard: false },
    { action: 'settle', amount: held, flag: 'uncertain' },
  ],
  [
    'an estimate above the hold: the hold, which was a true bound',
    { type: 'ended-without-usage', promptTokens: 100, outputTokens: 1_000 },
    { action: 'settle', amount: held, flag: 'estimated' },
  ],
]

it.each(table)('TRUST 7: charges %s', (_, ending, charge) => {
  expect(chargeFor(ending, { price, held })).toEqual(charge)
})
