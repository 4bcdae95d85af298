import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { clusterOf, readDomainTable } from '@nearside/core'
import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../train/random.ts'
import { detectorScores, normalQuantile } from './detector.ts'
import { measureTable } from './measure-table.ts'
import type { Replayed } from './out-of-fold.ts'
import { plotOf } from './plot.ts'
import { replay } from './replay.ts'
import { tableOf } from './table-of.ts'

const random = seededRandom(3)

/** Two kinds of task: the large model is better at one alone, and the classifier half knows. */
const rows: readonly Replayed[] = Array.from({ length: 4_000 }, (_, i): Replayed => {
  const math = i % 2 === 0
  const smallRight = random() < (math ? 0.3 : 0.9)
  const noise = random() * 0.4 - 0.2
  return {
    source: 'made',
    prompt: `request ${i}`,
    domain: math ? 'algebra' : 'chat',
    fold: i % 5,
    task: math ? 'math' : 'chitchat',
    difficulty: 0.5,
    gain: (math ? 0.3 : 0.1) + noise,
    smallScore: smallRight ? 1 : 0,
    largeScore: random() < 0.9 ? 1 : 0,
  }
})

describe('a simulated detector', () => {
  it.each([0.6, 0.7, 0.8, 0.9, 1])('tells right from wrong as well as it says: %s', (auroc) => {
    const scores = detectorScores(rows, auroc, seededRandom(1))
    expect(areaOf(scores)).toBeCloseTo(auroc, 1.7)
  })

  it('rests on the normal distribution’s own quantiles', () => {
    expect(normalQuantile(0.5)).toBeCloseTo(0)
    expect(normalQuantile(0.975)).toBeCloseTo(1.959964, 5)
    expect(normalQuantile(0.1)).toBeCloseTo(-1.281552, 5)
  })

  /** How often a wrong answer is scored above a right one. */
  function areaOf(scores: Float64Array): number {
    const order = Array.from(scores, (score, i) => ({ score, wrong: rows[i]!.smallScore === 0 })).sort(
      (a, b) => a.score - b.score,
    )
    let below = 0
    let won = 0
    let wrongs = 0
    for (const { wrong } of order) {
      if (wrong) {
        won += below
        wrongs++
      } else below++
    }
    return won / (wrongs * below)
  }
})

describe('a measured table', () => {
  const table = measureTable(rows, { measuredOn: 'made', domains: false })

  it('is one that the gateway reads, with the mean of each cluster', () => {
    expect(readDomainTable(table)).toBe(table)
    const math = clusterOf(table, { task: 'math', gain: null, difficulty: null })
    const own = rows.filter(({ task }) => task === 'math')
    expect(math?.requests).toBe(own.length)
    expect(math?.quality.local).toBeCloseTo(own.reduce((sum, row) => sum + row.smallScore, 0) / own.length, 3)
  })

  it('ships as one that the gateway reads', () => {
    const path = createRequire(import.meta.url).resolve('@nearside/core/domain-table.json')
    const shipped = readDomainTable(JSON.parse(readFileSync(path, 'utf8')))
    expect(shipped.clusters.length).toBeGreaterThan(20)
    expect(clusterOf(shipped, { task: null, gain: null, difficulty: null })?.requests).toBeGreaterThan(10_000)
  })

  it('leaves out clusters of a few, and counts a request of no kind once in the general one', () => {
    const few = rows.slice(0, 30).map((row, i) => (i < 5 ? { ...row, task: null, gain: null } : row))
    const small = measureTable(few, { measuredOn: 'made', domains: true })
    expect(small.clusters.every(({ requests }) => requests >= 20)).toBe(true)
    expect(
      small.clusters.find(({ task, domain, band }) => task === null && domain === null && band === null)
        ?.requests,
    ).toBe(30)
  })
})

describe('the replay', () => {
  const figures = replay(rows)
  const { strategies } = figures.made!
  const apgr = (name: string): number => strategies[name]!.apgr

  it('orders a cascade by the strength of its detector', () => {
    const strengths = ['cascade 0.6', 'cascade 0.7', 'cascade 0.8', 'cascade 0.9', 'cascade 1'].map(apgr)
    expect(strengths).toEqual(strengths.toSorted((a, b) => a - b))
  })

  it('finds by the clusters what the score does not know', () => {
    expect(apgr('domain')).toBeGreaterThan(apgr('direct'))
    expect(apgr('direct')).toBeGreaterThan(0.5)
  })

  it('ends every curve at the two models alone', () => {
    for (const { curve } of Object.values(strategies)) {
      expect(curve[0]!.quality).toBeGreaterThanOrEqual(
        Math.min(figures.made!.small, figures.made!.large) - 1e-9,
      )
      expect(curve.at(-1)).toEqual({ share: 1, quality: expect.closeTo(figures.made!.large) })
    }
  })

  it('is the same twice', () => {
    expect(replay(rows)).toEqual(figures)
  })

  it('is told as a line a strategy, and drawn as one', () => {
    expect(tableOf(figures).split('\n')).toHaveLength(2 + Object.keys(strategies).length)
    const svg = plotOf(figures)
    expect(svg).not.toContain('NaN')
    expect(svg.match(/stroke-width="1\.8"/g)).toHaveLength(Object.keys(strategies).length)
  })
})
