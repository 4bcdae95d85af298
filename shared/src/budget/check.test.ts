import { expect, it } from 'vitest'
import type { CapTerms } from './cap.ts'
import { capOf, checkHold, checkLease, checkTenant } from './check.ts'
import type { Hold } from './hold.ts'
import { utc } from './zone-table.ts'

const terms: CapTerms = { scope: 'key:a/b@c', window: 'month', limit: 5_000_000_000 }
const hold: Hold = { id: 'a.0.0', tenant: 'acme', caps: [], amount: 1, leaseMs: 1 }

it('fills what an operator leaves out: a hard cap that counts expired money', () => {
  expect(capOf(terms, utc)).toEqual({ ...terms, kind: 'hard', countsExpired: true, zone: utc })
})

it.each([
  ['scope', { scope: '' }],
  ['scope', { scope: 'a|b' }],
  ['scope', { scope: 'a}b' }],
  ['scope', { scope: 'a b' }],
  ['scope', { scope: 'é' }],
  ['scope', { scope: 'a'.repeat(129) }],
  ['scope', { scope: 7 as unknown as string }],
  ['window', { window: 'week' as 'day' }],
  ['limit', { limit: 0.1 }],
  ['limit', { limit: -1 }],
  ['limit', { limit: 2 ** 53 }],
  ['limit', { limit: Number.NaN }],
  ['kind', { kind: 'firm' as 'hard' }],
  ['countsExpired', { countsExpired: 1 as unknown as boolean }],
  ['limits', { limits: 1 }],
])('refuses a cap whose %s is wrong', (field, wrong) => {
  expect(() => capOf({ ...terms, ...wrong }, utc, 'caps[0]')).toThrowError(
    expect.objectContaining({ code: 'bad-options', param: `caps[0].${field}` }),
  )
})

it('takes a hold that can be counted and stored, and no other', () => {
  checkHold(hold)
  checkHold({ ...hold, amount: Number.MAX_SAFE_INTEGER, leaseMs: 24 * 3_600_000 })
  for (const wrong of [
    { amount: Number.POSITIVE_INFINITY },
    { id: 'a/b' },
    { tenant: '' },
    { leaseMs: 1e9 },
  ]) {
    expect(() => checkHold({ ...hold, ...wrong })).toThrowError(
      expect.objectContaining({ code: 'bad-options' }),
    )
  }
  expect(() => checkTenant('a/b')).toThrowError(/tenant/)
  expect(() => checkLease(Number.NaN)).toThrowError(/leaseMs/)
})
