import { describe, expect, it } from 'vitest'
import type { Signals } from '../signals/signals.ts'
import { decide } from './decide.ts'
import type { Plan } from './plan.ts'
import { type GivenPolicy, resolvePolicy } from './policy.ts'
import type { TargetView } from './target.ts'
import type { Wishes } from './wishes.ts'

const signals: Signals = {
  promptTokens: 60_000,
  documentTokens: 59_000,
  outputTokens: null,
  turns: 2,
  difficulty: 0.2,
  gain: null,
  task: null,
  tools: false,
  schema: false,
  images: false,
  audio: false,
  edge: null,
}
const wishes: Wishes = {
  ask: { kind: 'auto' },
  privacy: { level: 'public', providers: [] },
  latencyMs: null,
  quality: null,
  strategy: null,
}
const node: TargetView = {
  name: 'node-1',
  tier: 'local',
  zone: 'premises',
  model: 'small',
  price: null,
  contextTokens: 8_192,
  tools: false,
  images: false,
  byNameOnly: false,
  standing: 'ready',
  firstTokenMs: null,
  expectedWaitMs: null,
  lot: 0,
}
const other = { ...node, name: 'node-2' }
const frontier: TargetView = {
  ...node,
  name: 'frontier',
  tier: 'frontier',
  zone: 'provider:a',
  model: 'large',
  contextTokens: 128_000,
}
const all = [node, other, frontier]

const plan = (
  given: Partial<Signals> = {},
  wished: Partial<Wishes> = {},
  field: readonly TargetView[] = all,
  terms: GivenPolicy = {},
): Plan =>
  decide(
    { ...signals, ...given },
    { ...wishes, ...wished },
    resolvePolicy({ strategy: 'map-reduce', ...terms }),
    field,
  )
const namesOf = (made: Plan): readonly string[] =>
  made.kind === 'refuse' ? [made.refusal] : made.steps.map(({ target }) => target)

describe('a long document', () => {
  it('is read by nodes that could not take all of it, under the frontier', () => {
    expect(plan()).toMatchObject({ strategy: 'map-reduce', reason: 'long-document', wished: 'frontier' })
    expect(namesOf(plan()).toSorted()).toEqual(['frontier', 'node-1', 'node-2'])
    expect(namesOf(plan())[0]).toBe('frontier')
  })

  it('that no frontier may see, or could take whole, is read on the premises where it would have been refused', () => {
    const privacy = { level: 'never-leave', providers: [] } as const
    expect(namesOf(plan({}, { privacy, strategy: 'direct' }))).toEqual(['too-long'])
    const near = plan({}, { privacy })
    expect(near).toMatchObject({ strategy: 'map-reduce', wished: 'local', privacy: 'never-leave' })
    expect(namesOf(near).toSorted()).toEqual(['node-1', 'node-2'])
    expect(plan({ promptTokens: 4_000_000, documentTokens: 3_999_000 })).toMatchObject({
      strategy: 'map-reduce',
    })
  })

  it.each<[string, Plan]>([
    ['is short', plan({ promptTokens: 900, documentTokens: 800 })],
    ['is none', plan({ documentTokens: 0 })],
    ['comes with tools', plan({ tools: true })],
    ['is to become JSON', plan({ schema: true })],
    ['comes with images', plan({ images: true })],
    ['belongs to a model that the caller named', plan({}, { ask: { kind: 'tier', tier: 'frontier' } })],
    ['finds no node', plan({}, {}, [frontier])],
    ['finds only nodes that rest', plan({}, {}, [{ ...node, standing: 'resting' }, frontier])],
    [
      'finds only nodes that are too small for a piece',
      plan({}, {}, [{ ...node, contextTokens: 2_000 }, frontier]),
    ],
    ['finds no node that is good enough', plan({ difficulty: 0.9 }, { quality: 0.8 })],
    [
      'would take longer than the caller can wait',
      plan({}, { latencyMs: 5_000 }, [
        { ...node, wholeMs: 2_000 },
        { ...frontier, wholeMs: 2_000 },
      ]),
    ],
  ])('is answered directly, and the plan says so, where it %s', (_, made) => {
    expect(made.strategy).toBe(made.kind === 'serve' ? 'direct' : 'map-reduce')
    if (made.kind === 'serve') expect(made.check).toBeUndefined()
  })

  it('leaves whoever sums up a share of the caller’s time', () => {
    const field = [node, { ...frontier, wholeMs: 3_000 }]
    expect(plan({}, { latencyMs: 30_000 }, field)).toMatchObject({ check: { nearMs: 27_000 } })
    expect(plan({}, { latencyMs: 30_000 })).toMatchObject({ check: { nearMs: 20_000 } })
  })

  it('is only read under a frontier that is up', () => {
    expect(plan({}, {}, [node, { ...frontier, standing: 'resting' }])).toMatchObject({
      wished: 'local',
      steps: [{ target: 'node-1' }],
      fallbacks: [{ target: 'frontier' }],
    })
  })
})

describe('the terms of map-reduce', () => {
  it.each<[string, object]>([
    ['policy.mapReduce.leastToken', { leastToken: 5 }],
    ['policy.mapReduce.leastTokens', { leastTokens: 10 }],
    ['policy.mapReduce.chunkTokens', { chunkTokens: 1.5 }],
    ['policy.mapReduce.parallel', { parallel: 5 }],
    ['policy.mapReduce.rounds', { rounds: 3 }],
    ['policy.mapReduce.calls', { calls: '64' }],
    ['policy.mapReduce.overlapTokens', { chunkTokens: 400, overlapTokens: 300 }],
    ['policy.mapReduce.outline', { outline: 'all' }],
    ['policy.mapReduce.saysMissing', { saysMissing: 'yes' }],
  ])('TRUST 31: are refused with their path: %s', (path, mapReduce) => {
    expect(() => resolvePolicy({ mapReduce })).toThrow(path)
  })

  it('have defaults, each of which may be given alone', () => {
    expect(resolvePolicy({ mapReduce: { rounds: 1 } }).mapReduce).toMatchObject({ rounds: 1, calls: 64 })
  })
})
