/** What every store of verdicts promises, whichever it is. */
import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import {
  countsOf,
  type KeepTerms,
  noVerdicts,
  type QualityVerdict,
  qualityStanding,
  sumOfCounts,
  type VerdictCounts,
} from '@nearside/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { MovedThreshold, VerdictStore } from '../../workers/src/verdicts/verdict-store.ts'
import { type Random, random } from '../budget/random.ts'

export type OpenedVerdictStore = { readonly store: VerdictStore; close(): Promise<void> }

export const verdict = (outcome: QualityVerdict['outcome'], near = 3): VerdictCounts =>
  countsOf({ outcome, swayed: false, near, reference: 4 })

/** Grades as judges give them: means of six. */
export function anyVerdict(chance: Random): VerdictCounts {
  const grade = (): number => (6 + chance.below(25)) / 6
  const outcome = chance.pick(['better', 'tie', 'worse'] as const)
  return countsOf({ outcome, swayed: false, near: grade(), reference: grade() })
}

export const terms: KeepTerms = { window: 200, keepMs: 3_600_000 }

export const moveOf = (task: string, from: number, to: number): MovedThreshold => ({
  ...{ task, from, to, because: 'below-level', at: 1_700_000_000_000 },
  standing: qualityStanding(noVerdicts),
})

export function conformance(name: string, open: () => Promise<OpenedVerdictStore>): void {
  describe(`a store of verdicts in ${name}`, () => {
    let opened: OpenedVerdictStore
    beforeAll(async () => {
      opened = await open()
    })
    afterAll(() => opened.close())
    /** A judge that nobody else in these tests is. */
    const newBook = () => {
      const { store } = opened
      const book = `judge-${randomUUID()}`
      return {
        add: (kind: string, one: VerdictCounts, epoch = 0, given: Partial<KeepTerms> = {}) =>
          store.add(book, kind, one, epoch, { ...terms, ...given }),
        move: (kind: string, epoch: number, from: number, to: number, below = false) =>
          store.change(book, kind, { from: { epoch, below }, to: { offset: to } }, moveOf(kind, from, to)),
        alarm: (kind: string, epoch: number, below: boolean) =>
          store.change(book, kind, { from: { epoch, below: !below }, to: { below } }, null),
        read: async (keepMs = terms.keepMs) =>
          [...(await store.read(book, keepMs))].sort((a, b) => (a.kind < b.kind ? -1 : 1)),
        moves: () => store.moves(book),
      }
    }

    it('counts verdicts by kind, for its own judge alone', async () => {
      const [one, other] = [newBook(), newBook()]
      expect(await one.read()).toEqual([])
      expect(await one.add('code', verdict('worse'))).toEqual({
        ...{ kind: 'code', counted: true, epoch: 0, offset: 0, below: false },
        counts: { verdicts: 1, good: 0, near: 18, reference: 24 },
      })
      await one.add('math', verdict('better'))
      expect(await one.add('code', verdict('tie', 19 / 6))).toMatchObject({
        counts: { verdicts: 2, good: 1, near: 37, reference: 48 },
      })
      expect(await one.read()).toMatchObject([
        { kind: 'code', counts: { verdicts: 2 } },
        { kind: 'math', counts: { verdicts: 1, good: 1 } },
      ])
      expect(await other.read()).toEqual([])
    })

    it('keeps the newest alone, and fewer where it is told to', async () => {
      const { add } = newBook()
      for (const outcome of ['worse', 'worse', 'tie', 'tie', 'tie'] as const)
        await add('code', verdict(outcome), 0, { window: 4 })
      expect((await add('code', verdict('tie'), 0, { window: 4 })).counts).toMatchObject({
        verdicts: 4,
        good: 4,
      })
      expect((await add('code', verdict('worse', 1), 0, { window: 1 })).counts).toEqual({
        ...{ verdicts: 1, good: 0, near: 6, reference: 24 },
      })
    })

    it('adds up exactly what many count at the same time', async () => {
      const chance = random(7)
      const { add, read } = newBook()
      const given = Array.from({ length: 120 }, () => ({
        kind: chance.pick(['code', 'math']),
        one: anyVerdict(chance),
      }))
      await Promise.all(given.map(({ kind, one }) => add(kind, one)))
      const sums = ['code', 'math'].map((kind) => ({
        kind,
        counts: sumOfCounts(given.filter((each) => each.kind === kind).map(({ one }) => one)),
      }))
      expect(await read()).toMatchObject(sums)
    })

    it('lets one alone of many raise a threshold, and begins to count anew', async () => {
      const { add, move, read, moves } = newBook()
      await add('code', verdict('worse'))
      const many = await Promise.all(Array.from({ length: 20 }, () => move('code', 0, 0, 0.05)))
      expect(many.filter((won) => won)).toHaveLength(1)
      expect(await read()).toEqual([
        { kind: 'code', epoch: 1, offset: 0.05, below: false, counts: noVerdicts },
      ])
      expect(await moves()).toEqual([moveOf('code', 0, 0.05)])
      expect(await move('code', 1, 0.05, -0.1)).toBe(true)
      expect(await read()).toMatchObject([{ epoch: 2, offset: -0.1 }])
      expect(await moves()).toHaveLength(2)
    })

    it('counts no verdict on an answer that was given under another threshold', async () => {
      const { add, move, read } = newBook()
      await add('code', verdict('worse'))
      await move('code', 0, 0, 0.05)
      const late = await add('code', verdict('worse'), 0)
      expect(late).toEqual({
        ...{ kind: 'code', counted: false, epoch: 1, offset: 0.05, below: false },
        counts: noVerdicts,
      })
      expect(await add('code', verdict('tie'), 1)).toMatchObject({ counted: true, counts: { verdicts: 1 } })
      expect(await add('math', verdict('tie'), 1)).toMatchObject({ counted: false, epoch: 0 })
      expect(await read()).toMatchObject([{ kind: 'code', counts: { verdicts: 1, good: 1 } }])
    })

    it('lets one alone of many give the alarm, and call it off', async () => {
      const { add, alarm, move, read } = newBook()
      expect(await alarm('code', 0, true)).toBe(false)
      await add('code', verdict('worse'))
      for (const below of [true, false, true]) {
        const many = await Promise.all(Array.from({ length: 8 }, () => alarm('code', 0, below)))
        expect(many.filter((won) => won)).toHaveLength(1)
        expect(await read()).toMatchObject([{ below, counts: { verdicts: 1 } }])
      }
      // Whoever saw no alarm comes too late to move anything; whoever saw it does not.
      expect(await move('code', 0, 0, 0.05, false)).toBe(false)
      expect(await move('code', 0, 0, 0.05, true)).toBe(true)
      expect(await read()).toMatchObject([{ below: false, epoch: 1 }])
    })

    it('keeps a hundred kinds and the others together', async () => {
      const { add, read } = newBook()
      await Promise.all(Array.from({ length: 100 }, (_, at) => add(`kind-${at}`, verdict('tie'))))
      expect(await add('one-more', verdict('worse'))).toMatchObject({
        kind: 'other',
        counts: { verdicts: 1 },
      })
      expect(await add('and-more', verdict('worse'))).toMatchObject({
        kind: 'other',
        counts: { verdicts: 2 },
      })
      expect(await add('kind-7', verdict('tie'))).toMatchObject({ kind: 'kind-7', counts: { verdicts: 2 } })
      expect(await read()).toHaveLength(101)
    })

    it('forgets verdicts that are too old, and kinds without any, which make room', async () => {
      const { add, move, read } = newBook()
      const soon = { keepMs: 400 }
      await add('code', verdict('worse'), 0, soon)
      await move('code', 0, 0, 0.05)
      await Promise.all(Array.from({ length: 99 }, (_, at) => add(`kind-${at}`, verdict('tie'), 0, soon)))
      await pause(500)
      expect(await read(soon.keepMs)).toEqual([])
      expect(await add('code', verdict('tie'), 0, soon)).toMatchObject({
        ...{ counted: true, epoch: 0, offset: 0, counts: { verdicts: 1, good: 1 } },
      })
      expect(await add('fresh', verdict('tie'), 0, soon)).toMatchObject({ kind: 'fresh' })

      const { add: addOld } = newBook()
      await addOld('code', verdict('worse'))
      await pause(20)
      expect(await addOld('code', verdict('tie'), 0, { keepMs: 10 })).toMatchObject({
        counts: { verdicts: 1, good: 1 },
      })
    })

    it('remembers the newest hundred moves', async () => {
      const { add, move, moves } = newBook()
      await add('code', verdict('worse'))
      for (let epoch = 0; epoch < 103; epoch++)
        expect(await move('code', epoch, epoch / 1_000, (epoch + 1) / 1_000)).toBe(true)
      const log = await moves()
      expect(log).toHaveLength(100)
      expect(log.at(-1)).toEqual(moveOf('code', 0.102, 0.103))
    })
  })
}
