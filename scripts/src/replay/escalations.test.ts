import { defaultPolicy, type GivenPolicy, resolvePolicy, type StepRecord } from '@nearside/core'
import { describe, expect, it } from 'vitest'
import { generatedRecords } from '../records/generated-records.ts'
import { openEscalations, wouldEscalate } from './escalations.ts'
import { type DecidedRecord, isCarriedOutAlike, isDecided, isSame } from './plans.ts'

const records = [...generatedRecords({ count: 300, seed: 4, policy: defaultPolicy })].filter(isDecided)
const [record] = records.filter(({ signals: { task } }) => task === 'code')
if (record === undefined) throw new Error('The seed gives no such record.')

const looked = (step: Partial<StepRecord>): DecidedRecord => ({
  ...record,
  judged: [
    {
      target: 'node-a',
      tier: 'local',
      model: 'small',
      outcome: 'served',
      confidence: 0.7,
      faults: [],
      joules: null,
      tookMs: 1,
      ...step,
    },
  ],
})
const cascade = (given: GivenPolicy['cascade'] = {}) => resolvePolicy({ cascade: given })

describe('a near answer that was judged', () => {
  it('stands at its bar, and not below it, whatever became of it then', () => {
    expect(wouldEscalate(looked({}), 'cascade', cascade({ bar: 0.7 }))).toBe(false)
    expect(wouldEscalate(looked({}), 'cascade', cascade({ bar: 0.71 }))).toBe(true)
    expect(wouldEscalate(looked({ outcome: 'unsure' }), 'cascade', cascade({ bar: 0.5 }))).toBe(false)
    expect(wouldEscalate(looked({}), 'cascade', cascade({ bar: 0.5, bars: { code: 0.9 } }))).toBe(true)
  })

  it('whose confidence nothing told stands as the policy says, and not with a fault', () => {
    const untold = looked({ confidence: null })
    expect(wouldEscalate(untold, 'cascade', cascade())).toBe(true)
    expect(wouldEscalate(untold, 'cascade', cascade({ whenUntold: 'accept' }))).toBe(false)
    const faulty = looked({ confidence: null, faults: ['refused'] })
    expect(wouldEscalate(faulty, 'cascade', cascade({ whenUntold: 'accept' }))).toBe(true)
  })

  it('that never came tells nothing', () => {
    for (const outcome of ['failed', 'denied', 'resting', 'too-slow'] as const)
      expect(wouldEscalate(looked({ outcome, confidence: null }), 'cascade', cascade())).toBeNull()
    expect(wouldEscalate(record, 'cascade', cascade())).toBeNull()
  })

  it('differs by how alike the two were', () => {
    const policy = (alikeFrom: number) => resolvePolicy({ consistency: { alikeFrom } })
    const differed = looked({ outcome: 'differed', agreement: 0.6 })
    expect(wouldEscalate(differed, 'consistency', policy(0.6))).toBe(false)
    expect(wouldEscalate(differed, 'consistency', policy(0.61))).toBe(true)
    expect(wouldEscalate(looked({ outcome: 'differed' }), 'consistency', policy(0.1))).toBe(true)
  })

  it('counts for its kind of task from twenty on, else with all', () => {
    const escalations = openEscalations()
    const add = (times: number, confidence: number, task: string) => {
      for (let i = 0; i < times; i++) escalations.add(looked({ confidence }), task, cascade())
    }
    add(19, 0.1, 'code')
    expect(escalations.shareOf('local, then frontier', 'code')).toBeNull()
    add(21, 0.9, 'math')
    expect(escalations.shareOf('local, then frontier', 'code')).toEqual({ escalated: 19, judged: 40 })
    expect(escalations.shareOf('local, then frontier', 'math')).toEqual({ escalated: 0, judged: 21 })
  })
})

describe('a request would have been carried out as it was', () => {
  const easy = records.find(({ plan }) => plan.kind === 'serve' && plan.reason === 'easy')
  if (easy?.plan.kind !== 'serve') throw new Error('The seed gives no such record.')
  const { plan } = easy
  const [behind] = plan.fallbacks
  if (behind === undefined) throw new Error('Somebody stands behind.')
  const servedBy = (target: string): DecidedRecord => ({
    ...easy,
    served: { ...behind, target, attempts: 1, firstTokenMs: null },
  })

  it('where the same is asked first, whatever the reason', () => {
    expect(isCarriedOutAlike({ ...plan, reason: 'private', confidence: 1 }, easy)).toBe(true)
    expect(isCarriedOutAlike({ ...plan, steps: [behind] }, easy)).toBe(false)
  })

  it('where whoever served it behind the first still stands there', () => {
    const without = { ...plan, fallbacks: [] }
    expect(isCarriedOutAlike(without, servedBy(plan.steps[0].target))).toBe(true)
    expect(isCarriedOutAlike(without, servedBy(behind.target))).toBe(false)
  })
})

it('plans are the same by value, whatever the order of their fields', () => {
  expect(isSame({ a: 1, b: [{ c: null }], d: undefined }, { b: [{ c: null }], a: 1 })).toBe(true)
  expect(isSame({ a: 1 }, { a: 1, b: null })).toBe(false)
  expect(isSame({ a: undefined, b: 1 }, { a: 1, b: undefined })).toBe(false)
  expect(isSame([1, 2], [1])).toBe(false)
  expect(isSame([], {})).toBe(false)
})
