import { expect, test } from 'vitest'
import { lazily } from './lazily.ts'

test('What is made lazily is made at its first use, and once', () => {
  let times = 0
  const table = lazily(() => ({ number: ++times }))
  expect(times).toBe(0)
  expect(table()).toBe(table())
  expect(times).toBe(1)
})
