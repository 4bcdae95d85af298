import type { CapTerms } from '@nearside/core'
import { expect, it } from 'vitest'
import { openCaps } from './caps-of.ts'

const daily: CapTerms = { scope: 'account', window: 'day', limit: 1_000 }
const account = { tenant: 'acme' }
const waitUntil = (): void => {}

it('knows an account’s caps without asking for as long as its directory is believed', async () => {
  let at = 0
  let asked = 0
  const directory = {
    read: async () => {
      asked++
      return [daily]
    },
    write: async () => {},
  }
  const guard = { beside: <T>(_: string, call: () => Promise<T>) => call() }
  const { capsOf, knownCaps } = openCaps(
    { caps: [], storedCaps: { directory, recheckMs: 1_000 }, budgets: null, now: () => at },
    guard,
  )
  expect(knownCaps(account, 'large')).toBeNull()
  const told = await capsOf(account, 'large', waitUntil)
  expect(knownCaps(account, 'large')).toEqual(told)
  at = 1_000
  expect(knownCaps(account, 'large')).toBeNull()
  expect(asked).toBe(1)
})

it('knows the caps that a host brings, without a directory', () => {
  const { capsOf, knownCaps } = openCaps(
    { caps: [daily], storedCaps: null, budgets: null, now: () => 0 },
    null,
  )
  expect(knownCaps(account, 'large')).toBe(capsOf(account, 'large', waitUntil))
})
