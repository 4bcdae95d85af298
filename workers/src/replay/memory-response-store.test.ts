import { expect, it } from 'vitest'
import { memoryResponseStore } from './memory-response-store.ts'

function opened(limits = {}) {
  const clock = { at: 1_000 }
  return { clock, store: memoryResponseStore({ now: () => clock.at, ...limits }) }
}

it('gives back what it was given until its end, to its own tenant alone', async () => {
  const { clock, store } = opened()
  await store.save('acme', 'a', 'sealed', 100)
  expect(await store.load('other', 'a')).toBeNull()
  expect(await store.remove('other', 'a')).toBe(false)
  clock.at += 99
  expect(await store.load('acme', 'a')).toBe('sealed')
  clock.at += 1
  expect(await store.load('acme', 'a')).toBeNull()
})

it('forgets what it is told to, once', async () => {
  const { store } = opened()
  await store.save('acme', 'a', 'sealed', 100)
  expect([await store.remove('acme', 'a'), await store.remove('acme', 'a')]).toEqual([true, false])
  expect(await store.load('acme', 'a')).toBeNull()
})

it('lets the oldest go where it is full, by number and by size', async () => {
  for (const limits of [{ limitEntries: 2 }, { limitBytes: 10 }]) {
    const { store } = opened(limits)
    for (const name of ['a', 'b', 'c']) await store.save('acme', name, '12345', 100)
    const left = await Promise.all(['a', 'b', 'c'].map((name) => store.load('acme', name)))
    expect(left).toEqual([null, '12345', '12345'])
  }
})

it('keeps nothing that could never fit, and lets nothing go for it', async () => {
  const { store } = opened({ limitBytes: 10 })
  await store.save('acme', 'a', '12345', 100)
  await store.save('acme', 'b', '12345678901', 100)
  expect([await store.load('acme', 'a'), await store.load('acme', 'b')]).toEqual(['12345', null])
})
