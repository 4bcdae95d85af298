import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { seededRandom } from '../train/random.ts'
import { calibrate } from './calibrate.ts'

const folder = mkdtempSync(join(tmpdir(), 'calibrate-'))
afterAll(() => rmSync(folder, { recursive: true }))

const noClassifier = (): never => {
  throw new Error('no classifier is needed where the difficulty is recorded')
}

function file(records: readonly unknown[]): string {
  const path = join(folder, `${records.length}-${JSON.stringify(records[0]).length}.jsonl`)
  writeFileSync(path, records.map((record) => JSON.stringify(record)).join('\n'))
  return path
}

/** A classifier that says twice the odds too much. */
function overconfident(count: number): readonly unknown[] {
  const random = seededRandom(1)
  return Array.from({ length: count }, () => {
    const truth = random()
    const odds = (2 * truth) / (1 - truth)
    return { difficulty: odds / (1 + odds), good: random() >= truth }
  })
}

describe('calibration on own records', () => {
  it('learns how far the said difficulty is from the true one', () => {
    const found = calibrate(file(overconfident(4_000)), noClassifier, 0.8)
    expect(found.slope).toBeCloseTo(1, 0)
    expect(found.offset).toBeCloseTo(-Math.LN2, 1)
    expect(found.eceAfter).toBeLessThan(found.eceBefore / 2)
  })

  it('keeps as many requests near as the wanted quality allows', () => {
    const strict = calibrate(file(overconfident(4_000)), noClassifier, 0.95)
    const lax = calibrate(file(overconfident(4_000)), noClassifier, 0.7)
    expect(strict.goodOfKept).toBeGreaterThanOrEqual(0.95)
    expect(lax.keptNear).toBeGreaterThan(strict.keptNear)
    expect(lax.frontierFrom).toBeGreaterThan(strict.frontierFrom)
  })

  it('sets the threshold on the gain, where the records have it, by which the gateway decides', () => {
    const records = Array.from({ length: 100 }, (_, i) => ({
      difficulty: 0.3 + (i % 7) / 20,
      gain: i / 200,
      good: i < 50,
    }))
    const found = calibrate(file(records), noClassifier, 1)
    expect(found.frontierFrom).toBeCloseTo(0.2475, 4)
    expect(found.keptNear).toBe(0.5)
  })

  it('says which record is wrong, and when there are too few', () => {
    expect(() => calibrate(file([{ difficulty: 0.5 }]), noClassifier, 0.9)).toThrow(/record 1: good/)
    expect(() => calibrate(file([{ good: true }]), noClassifier, 0.9)).toThrow(/no prompt and no difficulty/)
    expect(() => calibrate(file([{ difficulty: 7, good: true }]), noClassifier, 0.9)).toThrow(
      /between 0 and 1/,
    )
    expect(() => calibrate(file(overconfident(10)), noClassifier, 0.9)).toThrow(/10 records/)
  })
})
