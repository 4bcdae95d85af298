import { expect, it } from 'vitest'
import { barOf, booksTable } from './show-table.ts'

it('is full only where the cap is reached, and empty only where nothing was spent', () => {
  expect([0, 0.001, 0.5, 0.999, 1, 7].map(barOf)).toEqual([
    '░░░░░░░░░░░░',
    '█░░░░░░░░░░░',
    '██████░░░░░░',
    '███████████░',
    '████████████',
    '████████████',
  ])
})

it('shows how full the tightest cap of a scope and window is, held and lapsed money with it', () => {
  const row = {
    scope: 'account',
    overrun: 0,
    charges: 1,
    resetsAt: null,
    settled: 2e9,
    held: 1e9,
    expired: 1e9,
  }
  const caps = [
    { scope: 'account', window: 'total', limit: 8e9, kind: 'soft' },
    { scope: 'account', window: 'total', limit: 100e9 },
  ] as const
  const table = booksTable(
    [
      { ...row, window: 'total' },
      { ...row, window: 'day' },
    ],
    caps,
  )
  expect(table).toMatch(/total .* ██████░░░░░░ +50 % of \$8\.00 soft$/m)
  expect(table).toMatch(/day .* never$/m)
})

it('shows a row for each of however many tenants have spent', () => {
  const window = 'day' as const
  const spent = { window, overrun: 0, charges: 1, resetsAt: null, settled: 2e9, held: 0, expired: 0 }
  const rows = Array.from({ length: 150_000 }, (_, i) => ({ ...spent, scope: `tenant:${i}` }))
  expect(booksTable(rows, []).trimEnd().split('\n')).toHaveLength(150_001)
})
