import { describe, expect, it } from 'vitest'
import type { RoutingRow } from '../train/rows.ts'
import { evaluateIntents, fitIntents } from './intents.ts'
import { loadModel } from './load-model.ts'
import { evaluateRouter } from './router.ts'
import { evaluateTasks } from './tasks.ts'

const classifier = loadModel()
const row = (prompt: string, gain: number, subject?: string): RoutingRow => ({
  source: 'own',
  prompt,
  small_score: gain > 0 ? 0 : 1,
  large_score: 1,
  ...(subject === undefined ? {} : { subject }),
})

describe('npm run eval', () => {
  it('gives the figures of a router with its baselines and an interval, and leaves contaminated rows out', () => {
    const rows = Array.from({ length: 60 }, (_, i) =>
      row(`What is ${i} times ${i * i} less ${i}?`, i % 3 === 0 ? 1 : 0, 'sums'),
    )
    const found = evaluateRouter(classifier, [...rows, { ...rows[0]!, routellm_contaminated: true }], 'own')
    expect(found.n).toBe(60)
    expect(found.apgrInterval[0]).toBeLessThanOrEqual(found.apgr)
    expect(found.apgrInterval[1]).toBeGreaterThanOrEqual(found.apgr)
    expect(found.baselines.random).toBeCloseTo(0.5, 1)
    expect(found.baselines.subject).toBeDefined()
    expect(found.ece).toBeLessThanOrEqual(1)
  })

  it('says which row of a file has no outcome', () => {
    const broken = { ...row('one', 0), large_score: null as unknown as number }
    expect(() => evaluateRouter(classifier, [row('two', 1), broken], 'a.jsonl')).toThrow(/a\.jsonl: row 2/)
    expect(() => evaluateRouter(classifier, [], 'a.jsonl')).toThrow(/no rows/)
    expect(() => evaluateTasks(classifier, [], 'b.jsonl')).toThrow(/no rows/)
  })

  it('counts a kind of task by its exact name, by class and by source', () => {
    const rows = [
      { text: 'Write a poem about the wind.', task: 'creative', source: 'a', lang: 'en' },
      { text: 'Write a poem about the sea.', task: 'poetry', source: 'b', lang: 'en' },
    ]
    const found = evaluateTasks(classifier, rows, 'own')
    expect(found.accuracy).toBe(0.5)
    expect(found.perSource).toEqual({ a: { n: 1, accuracy: 1 }, b: { n: 1, accuracy: 0 } })
    expect(found.perClass.poetry).toMatchObject({ n: 1, recall: 0 })
  })

  it('trains a head for intents that answers its own and rejects what is out of scope', () => {
    const verbs = ['open', 'please open', 'can you open', 'i want to open', 'just open']
    const things = { door: 'door', window: 'window', gate: 'garden gate', oos: 'quarterly report on tax law' }
    const rows = Object.entries(things).flatMap(([intent, thing]) =>
      Array.from({ length: 40 }, (_, i) => ({ text: `${verbs[i % 5]} the ${thing} ${i % 8}`, intent })),
    )
    const head = fitIntents(rows)
    const found = evaluateIntents(head, [
      { text: 'can you open the window 3', intent: 'window' },
      { text: 'please open the door 4', intent: 'door' },
      { text: 'open the quarterly report on tax', intent: 'oos' },
    ])
    expect(found.inScopeAccuracy).toBe(1)
    expect(found.oosRecall).toBe(1)
    expect(found.coverageAt99).toBe(1)
  })
})
