import { expect, it } from 'vitest'
import { memoryReplayStore } from './memory-replay-store.ts'
import type { Claim } from './replay-store.ts'

const claim = (given: Partial<Claim> = {}): Claim => ({
  tenant: 'acme',
  name: 'a'.repeat(64),
  digest: 'd'.repeat(64),
  owner: 'ns_1',
  ...given,
})
const numbered = (number: number): Claim => claim({ name: String(number).padStart(64, '0') })

function opened(limits = {}) {
  const clock = { at: 1_000 }
  return { clock, store: memoryReplayStore({ now: () => clock.at, ...limits }) }
}

it('lets one of fifty concurrent claims through', async () => {
  const { store } = opened()
  const claims = Array.from({ length: 50 }, (_, n) => store.begin(claim({ owner: `ns_${n}` }), 100))
  const outcomes = (await Promise.all(claims)).map(({ outcome }) => outcome)
  expect(outcomes.filter((outcome) => outcome === 'claimed')).toHaveLength(1)
  expect(outcomes.filter((outcome) => outcome === 'in-flight')).toHaveLength(49)
})

it('gives the kept answer to a repeat, and tells another body apart before and after', async () => {
  const { store } = opened()
  const another = claim({ digest: 'e'.repeat(64), owner: 'ns_2' })
  await store.begin(claim(), 100)
  expect(await store.begin(another, 100)).toEqual({ outcome: 'other-body' })
  expect(await store.keep(claim(), 'sealed', 1_000)).toBe(true)
  expect(await store.begin(claim({ owner: 'ns_2' }), 100)).toEqual({ outcome: 'kept', answer: 'sealed' })
  expect(await store.read(another)).toEqual({ outcome: 'other-body' })
})

it('keeps the keys of two tenants apart', async () => {
  const { store } = opened()
  await store.begin(claim(), 100)
  expect(await store.begin(claim({ tenant: 'other' }), 100)).toEqual({ outcome: 'claimed' })
})

it('frees a key whose owner died when its lease ends, and refuses what the late owner still says', async () => {
  const { store, clock } = opened()
  await store.begin(claim(), 100)
  clock.at += 99
  expect(await store.begin(claim({ owner: 'ns_2' }), 100)).toEqual({ outcome: 'in-flight' })
  clock.at += 1
  expect(await store.begin(claim({ owner: 'ns_2' }), 100)).toEqual({ outcome: 'claimed' })
  expect(await store.keep(claim(), 'late', 1_000)).toBe(false)
  expect(await store.giveUp(claim())).toBe(false)
  expect(await store.read(claim())).toEqual({ outcome: 'in-flight' })
})

it('is asked anew after an owner gave up, and after a kept answer’s end', async () => {
  const { store, clock } = opened()
  await store.begin(claim(), 100)
  expect(await store.giveUp(claim())).toBe(true)
  expect(await store.begin(claim({ owner: 'ns_2' }), 100)).toEqual({ outcome: 'claimed' })
  await store.keep(claim({ owner: 'ns_2' }), 'sealed', 1_000)
  expect(await store.giveUp(claim({ owner: 'ns_2' }))).toBe(false)
  clock.at += 1_000
  expect(await store.read(claim())).toEqual({ outcome: 'free' })
})

it('repeats its answer to the same owner, whose first try may have been lost', async () => {
  const { store } = opened()
  expect(await store.begin(claim(), 100)).toEqual({ outcome: 'claimed' })
  expect(await store.begin(claim(), 100)).toEqual({ outcome: 'claimed' })
})

it('remembers that an answer was too large to be kept', async () => {
  const { store } = opened({ limitBytes: 3 })
  await store.begin(numbered(1), 100)
  await store.keep(numbered(1), 'abc', 1_000)
  await store.begin(claim(), 100)
  expect(await store.keep(claim(), 'four', 1_000)).toBe(true)
  expect(await store.read(claim())).toEqual({ outcome: 'kept', answer: null })
  // And no other answer had to go for it.
  expect(await store.read(numbered(1))).toEqual({ outcome: 'kept', answer: 'abc' })
})

it('lets the oldest answers go where it is full, and never a claim in flight', async () => {
  const { store } = opened({ limitEntries: 2 })
  await store.begin(numbered(1), 100)
  await store.begin(numbered(2), 100)
  await expect(store.begin(numbered(3), 100)).rejects.toMatchObject({ code: 'store-failed' })
  await store.keep(numbered(1), 'sealed', 1_000)
  expect(await store.begin(numbered(3), 100)).toEqual({ outcome: 'claimed' })
  expect(await store.read(numbered(1))).toEqual({ outcome: 'free' })
  expect(await store.read(numbered(2))).toEqual({ outcome: 'in-flight' })
})
