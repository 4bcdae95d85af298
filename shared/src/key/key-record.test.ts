import { expect, it } from 'vitest'
import { type KeyRecord, readKeyRecord, whyRefused, writeKeyRecord } from './key-record.ts'

const record = (fields: Partial<KeyRecord> = {}): KeyRecord => ({
  id: 'abcdefghjkmnpqrs',
  tenant: 'acme',
  label: 'web shop',
  createdAt: 1,
  expiresAt: null,
  revokedAt: null,
  models: null,
  tiers: null,
  privacy: 'public',
  scopes: [],
  caps: [],
  ...fields,
})

it('is read as it was written', () => {
  const whole = record({
    expiresAt: 5,
    models: ['gpt-5'],
    tiers: ['edge', 'local'],
    privacy: 'sensitive',
    caps: [{ scope: 'key:abcdefghjkmnpqrs', window: 'day', limit: 5_000_000_000, kind: 'soft' }],
  })
  expect(readKeyRecord(writeKeyRecord(whole))).toEqual(whole)
})

it.each<[string, object]>([
  ['a tenant with a brace', { tenant: 'a}b' }],
  ['a tier that there is not', { tiers: ['moon'] }],
  ['a privacy that there is not', { privacy: 'secret' }],
  ['a cap without a window', { caps: [{ scope: 'key:a', limit: 1 }] }],
  ['a cap below nothing', { caps: [{ scope: 'key:a', window: 'day', limit: -1 }] }],
  ['a cap whose scope would break a key', { caps: [{ scope: 'a}b', window: 'day', limit: 1 }] }],
  ['a cap of half a nano-dollar', { caps: [{ scope: 'key:a', window: 'day', limit: 0.5 }] }],
  ['models that are no list', { models: 'gpt-5' }],
  ['an end that is a text', { expiresAt: 'tomorrow' }],
])('lets nobody in where it has %s', (_, fields) => {
  expect(() => readKeyRecord(JSON.stringify({ ...record(), ...fields }))).toThrow('cannot be read')
})

it('lets nobody in where it is no record at all', () => {
  for (const text of ['', '{', 'null', '[]', '"x"', '{}'])
    expect(() => readKeyRecord(text)).toThrow('cannot be read')
})

it('is read without scopes, which older records do not have', () => {
  const { scopes: _scopes, ...older } = record()
  expect(readKeyRecord(JSON.stringify(older))).toEqual(record())
})

it('refuses from the instant at which it was revoked or ends', () => {
  expect(whyRefused(record(), 10)).toBeNull()
  expect(whyRefused(record({ revokedAt: 5 }), 4)).toBe('revoked')
  expect(whyRefused(record({ expiresAt: 10 }), 9)).toBeNull()
  expect(whyRefused(record({ expiresAt: 10 }), 10)).toBe('expired')
})
