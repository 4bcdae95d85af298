import type { Balance, CapTerms, TargetView } from '@nearside/core'
import { describe, expect, it } from 'vitest'
import { openHeardCaps } from './heard-caps.ts'
import { setCaps } from './set-caps.ts'

const dayMs = 86_400_000
const noon = Date.UTC(2026, 10, 21, 12)
const midnight = Date.UTC(2026, 10, 22)
const price = { since: '2026-01-01', prompt: 1, cachedPrompt: 1, output: 1, longContext: null }
const target = (model: string, its: TargetView['price'] = price): TargetView => ({
  name: model,
  tier: 'frontier',
  zone: 'provider:example.com',
  model,
  price: its,
  contextTokens: 100_000,
  tools: true,
  images: true,
  byNameOnly: false,
  standing: 'ready',
  firstTokenMs: null,
  expectedWaitMs: null,
  lot: 0,
})
const field = [target('large'), target('small', null)]
const daily: CapTerms = { scope: 'account', window: 'day', limit: 1_000 }
const balance = (given: Partial<Balance> = {}): Balance => ({
  scope: 'account',
  window: 'day',
  kind: 'hard',
  limit: 1_000,
  settled: 900,
  reserved: 50,
  expired: 20,
  overrun: 0,
  charges: 1,
  remaining: 30,
  resetsAt: midnight,
  ...given,
})

function opened(...terms: readonly CapTerms[]) {
  let at = noon
  let caps = setCaps(terms.length === 0 ? [daily] : terms, noon)
  const heard = openHeardCaps(() => at)
  return {
    hear: heard.hear,
    hint: (tenant = 'acme', targets = field) => heard.hint(tenant, targets, () => caps),
    setNow: (now: number) => {
      at = now
    },
    setCaps: (...now: readonly CapTerms[]) => {
      caps = setCaps(now, noon)
    },
  }
}

describe('what a store has said of caps', () => {
  it('is unknown until it has said anything, and for what costs nothing', () => {
    const { hear, hint } = opened()
    expect(hint()).toBeNull()
    hear('acme', balance())
    expect(hint('acme', [target('small', null)])).toBeNull()
  })

  it('counts what was charged and not what is held, which may come back', () => {
    const { hear, hint } = opened()
    hear('acme', balance())
    expect(hint()).toEqual([{ model: 'large', left: 100, heardAt: noon }])
  })

  it('is never less than nothing, and nobody else’s', () => {
    const { hear, hint } = opened()
    hear('acme', balance({ settled: 1_200 }))
    expect(hint()).toMatchObject([{ left: 0 }])
    expect(hint('other')).toBeNull()
  })

  it('TRUST 9: goes by the caps of now, so that a raised cap has more left at once, and one that is gone says nothing', () => {
    const { hear, hint, setCaps: set } = opened()
    hear('acme', balance({ settled: 1_000 }))
    expect(hint()).toMatchObject([{ left: 0 }])
    set({ ...daily, limit: 5_000 })
    expect(hint()).toMatchObject([{ left: 4_000 }])
    set({ ...daily, kind: 'soft' })
    expect(hint()).toBeNull()
    set()
    expect(hint()).toBeNull()
  })

  it('names the tightest of several', () => {
    const { hear, hint } = opened(daily, { ...daily, scope: 'key:a', limit: 500 })
    hear('acme', balance())
    hear('acme', balance({ scope: 'key:a', limit: 500, settled: 490 }))
    expect(hint()).toMatchObject([{ left: 10 }])
  })

  it('TRUST 9: is over with its window, and a little before for clocks that differ', () => {
    const { hear, hint, setNow } = opened()
    setNow(midnight - 20_000)
    hear('acme', balance())
    setNow(midnight - 5_001)
    expect(hint()).not.toBeNull()
    setNow(midnight - 5_000)
    expect(hint()).toBeNull()
    setNow(midnight + 1)
    expect(hint()).toBeNull()
  })

  it('TRUST 9: is nothing to a clock that is a day off, whose windows are others', () => {
    for (const now of [noon - dayMs, noon + dayMs]) {
      const { hear, hint, setNow } = opened()
      setNow(now)
      hear('acme', balance())
      expect(hint()).toBeNull()
    }
  })

  it('is nothing to a cap whose day begins elsewhere than it did', () => {
    const { hear, hint, setCaps: set } = opened()
    hear('acme', balance())
    set({ ...daily, timeZone: 'Asia/Tokyo' })
    expect(hint()).toBeNull()
  })

  it('is believed for half a minute, from when it was last said', () => {
    const { hear, hint, setNow } = opened()
    hear('acme', balance())
    setNow(noon + 29_999)
    expect(hint()).not.toBeNull()
    setNow(noon + 30_000)
    expect(hint()).toBeNull()
    hear('acme', balance({ settled: 0 }))
    expect(hint()).toMatchObject([{ left: 1_000, heardAt: noon + 30_000 }])
  })

  it('is forgotten, the first heard first, before it fills the memory', () => {
    const { hear, hint } = opened()
    hear('acme', balance())
    hear('first', balance())
    hear('acme', balance())
    for (let i = 0; i < 2_047; i++) hear(`tenant-${i}`, balance())
    expect(hint('first')).toBeNull()
    expect(hint()).not.toBeNull()
    hear('one more', balance())
    expect(hint()).toBeNull()
  })

  it('is told of each model by the caps that hold for it', () => {
    const heard = openHeardCaps(() => noon)
    heard.hear('acme', balance())
    heard.hear('acme', balance({ scope: 'model:b', settled: 300 }))
    const shared = setCaps([daily], noon)
    const own = setCaps([{ ...daily, scope: 'model:b', limit: 320 }, daily], noon)
    const targets = [target('a'), target('b'), target('c'), target('d')]
    expect(
      heard.hint('acme', targets, (model) => (model === 'b' ? own : model === 'd' ? [] : shared)),
    ).toMatchObject([
      { model: 'a', left: 100 },
      { model: 'b', left: 20 },
      { model: 'c', left: 100 },
    ])
  })

  it('is nothing where nobody can tell the caps, and leaves those that a host got wrong to whoever needs them', () => {
    const heard = openHeardCaps(() => noon)
    heard.hear('acme', balance())
    expect(heard.hint('acme', field, () => null)).toBeNull()
    const wrong = () => setCaps([{ ...daily, window: 'week' as 'day' }], noon)
    expect(wrong).toThrow()
    expect(heard.hint('acme', field, wrong)).toBeNull()
  })
})
