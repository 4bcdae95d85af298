import { expect, it } from 'vitest'
import { formatUsd, parseUsd } from './usd-text.ts'

it.each([
  [0, '$0.00'],
  [1, '$0.000000001'],
  [45_000, '$0.000045'],
  [500_000_000, '$0.50'],
  [1_230_000_000, '$1.23'],
  [12_345_000_000_000, '$12345.00'],
  [Number.MAX_SAFE_INTEGER, '$9007199.254740991'],
  [-1_500_000_000, '-$1.50'],
])('shows %i nano-dollars as %s', (amount, text) => {
  expect(formatUsd(amount)).toBe(text)
})

it.each([
  ['5', 5_000_000_000],
  ['$12.50', 12_500_000_000],
  [' 0.10 ', 100_000_000],
  ['0.000000001', 1],
  ['1_000', 1_000_000_000_000],
  ['9007199.254740991', Number.MAX_SAFE_INTEGER],
])('reads %s', (text, amount) => {
  expect(parseUsd(text)).toBe(amount)
})

it('gives back what it showed', () => {
  for (let amount = 1; amount < Number.MAX_SAFE_INTEGER; amount = amount * 3 + 1) {
    expect(parseUsd(formatUsd(amount))).toBe(amount)
  }
})

it.each(['', '.5', '5.', '-1', '1e3', '1,000', '10_00', '0.0000000001', '9007199.254740992', 'NaN', '$'])(
  'refuses %j',
  (text) => {
    expect(() => parseUsd(text, 'caps[0].limit')).toThrowError(
      expect.objectContaining({ code: 'bad-options', param: 'caps[0].limit' }),
    )
  },
)
