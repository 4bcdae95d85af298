import { expect, it } from 'vitest'
import { nearName, unknownName } from './near-name.ts'

const known = ['frontier', 'local', 'onRecord', 'totalMs', 'NEARSIDE_KEYS', 'NEARSIDE_BUDGET_DAY_USD']

it.each([
  ['frontiers', 'frontier'],
  ['onrecord', 'onRecord'],
  ['locla', 'local'],
  ['totlMs', 'totalMs'],
  ['NEARSIDE_KEY', 'NEARSIDE_KEYS'],
  ['NEARSIDE_BUDGET_DAILY_USD', 'NEARSIDE_BUDGET_DAY_USD'],
])('takes %s for %s', (given, meant) => {
  expect(nearName(given, known)).toBe(meant)
})

it.each(['', 'edge', 'NEARSIDE_PORT', 'x'.repeat(1_000_000)])(
  'takes nothing for what is like nothing',
  (given) => {
    expect(nearName(given, known)).toBeNull()
  },
)

it('prefers the nearest of several', () => {
  expect(nearName('models', ['modes', 'model', 'models2'])).toBe('modes')
  expect(nearName('modelss', ['model', 'models'])).toBe('models')
})

it('lists what there is where nothing is near', () => {
  expect(unknownName('an option', 'port', ['edge', 'local'])).toBe('is not an option; there are edge, local')
  expect(unknownName('an option', 'edgy', ['edge', 'local'])).toBe('is not an option; did you mean edge?')
})
