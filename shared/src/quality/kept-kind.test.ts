import { expect, it } from 'vitest'
import { type KeptKind, keptKind, kindNow, newKind, withChange, withVerdict } from './kept-kind.ts'
import type { VerdictCounts } from './tally.ts'

const good: VerdictCounts = { verdicts: 1, good: 1, near: 18, reference: 24 }
const worse: VerdictCounts = { ...good, good: 0 }
const terms = { window: 3, keepMs: 1_000 }
const after = (kept: KeptKind, counts: VerdictCounts, now: number, epoch = 0): KeptKind =>
  withVerdict(kept, counts, epoch, terms, now)!

it('only the newest verdicts count, and no more are kept', () => {
  const kept = [worse, worse, good, good, good].reduce((so, each, at) => after(so, each, at), newKind)
  expect(kept.newest).toHaveLength(3)
  expect(kindNow(kept).counts).toEqual({ verdicts: 3, good: 3, near: 54, reference: 72 })
})

it('a verdict counts for so long and no longer', () => {
  const kept = after(after(newKind, worse, 0), good, 999)
  expect(kindNow(kept).counts.verdicts).toBe(2)
  expect(kindNow(after(kept, good, 1_000)).counts).toMatchObject({ verdicts: 2, good: 2 })
})

it('a kind without a verdict for so long is forgotten, its threshold with it', () => {
  const kept = after(newKind, worse, 500)
  expect(keptKind(kept, 1_000, 1_499)).toBe(kept)
  expect(keptKind(kept, 1_000, 1_500)).toBeNull()
  expect(keptKind(null, 1_000, 0)).toBeNull()
})

it('a move begins a new count, and whoever had not heard of it adds nothing to that', () => {
  const moved = withChange(after(newKind, worse, 0), {
    from: { epoch: 0, below: false },
    to: { offset: 0.1 },
  })!
  expect(kindNow(moved)).toMatchObject({ epoch: 1, offset: 0.1, below: false, counts: { verdicts: 0 } })
  expect(withVerdict(moved, worse, 0, terms, 1)).toBeNull()
  expect(kindNow(after(moved, worse, 1, 1)).counts.verdicts).toBe(1)
})

it('of two who change the same thing, the second finds it changed', () => {
  const alarm = { from: { epoch: 0, below: false }, to: { below: true } } as const
  const alarmed = withChange(after(newKind, worse, 0), alarm)!
  expect(kindNow(alarmed)).toMatchObject({ below: true, counts: { verdicts: 1 } })
  expect(withChange(alarmed, alarm)).toBeNull()
  const move = { from: { epoch: 0, below: true }, to: { offset: 0.1 } } as const
  expect(withChange(withChange(alarmed, move)!, move)).toBeNull()
})
