import { describe, expect, it } from 'vitest'
import type { Signals } from '../signals/signals.ts'
import { decide } from './decide.ts'
import { type GivenPolicy, resolvePolicy } from './policy.ts'
import type { TargetView } from './target.ts'
import type { Wishes } from './wishes.ts'

const signals = (given: Partial<Signals> = {}): Signals => ({
  promptTokens: 50,
  outputTokens: null,
  turns: 1,
  difficulty: 0.2,
  gain: null,
  task: null,
  tools: false,
  schema: false,
  images: false,
  audio: false,
  edge: null,
  ...given,
})
const wishes = (given: Partial<Wishes> = {}): Wishes => ({
  ask: { kind: 'auto' },
  privacy: { level: 'public', providers: [] },
  latencyMs: null,
  quality: null,
  strategy: null,
  ...given,
})
const target = (given: Partial<TargetView>): TargetView => ({
  name: 'local',
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
  ...given,
})
const local = target({})
const frontier = target({
  name: 'frontier',
  tier: 'frontier',
  zone: 'provider:a',
  model: 'large',
  tools: true,
})
const second = { ...frontier, name: 'second' }
const plan = (
  strategy: 'cascade' | 'consistency',
  {
    given = {},
    wished = {},
    field = [local, frontier],
    terms = {},
  }: {
    given?: Partial<Signals>
    wished?: Partial<Wishes>
    field?: readonly TargetView[]
    terms?: GivenPolicy
  } = {},
) => decide(signals(given), wishes(wished), resolvePolicy({ strategy, ...terms }), field)

describe('a cascade', () => {
  it('asks the near model first and the frontier behind it, even where the judge calls the request hard', () => {
    for (const difficulty of [0.2, 0.9, null]) {
      expect(plan('cascade', { given: { difficulty }, field: [local, frontier, second] })).toMatchObject({
        strategy: 'cascade',
        steps: [{ target: 'local' }, { target: 'frontier' }],
        fallbacks: [{ target: 'second' }],
        degraded: null,
        check: { kind: 'cascade', bar: 0.7, nearMs: null },
      })
    }
  })

  it('has the bar of its kind of task where that has one', () => {
    const terms: GivenPolicy = { cascade: { bar: 0.6, bars: { math: 0.9 } } }
    expect(plan('cascade', { terms, given: { task: 'math' } })).toMatchObject({ check: { bar: 0.9 } })
    expect(plan('cascade', { terms, given: { task: 'toString' } })).toMatchObject({ check: { bar: 0.6 } })
  })

  it('is none where there are no two to ask, or the caller said who is to answer', () => {
    const direct = { strategy: 'direct' }
    expect(plan('cascade', { field: [local] })).toMatchObject(direct)
    expect(plan('cascade', { field: [frontier] })).toMatchObject(direct)
    expect(plan('cascade', { given: { tools: true } })).toMatchObject({ ...direct, reason: 'needs-tools' })
    expect(plan('cascade', { field: [{ ...local, standing: 'resting' }, frontier] })).toMatchObject(direct)
    expect(plan('cascade', { field: [local, { ...frontier, standing: 'resting' }] })).toMatchObject(direct)
    const wished = { ask: { kind: 'tier', tier: 'frontier' } } as const
    expect(plan('cascade', { wished })).toMatchObject({ ...direct, reason: 'pinned-by-caller' })
  })

  it('is none where the quality that is asked for is beyond the near model', () => {
    expect(plan('cascade', { given: { difficulty: 0.5 }, wished: { quality: 0.8 } })).toMatchObject({
      strategy: 'direct',
      steps: [{ target: 'frontier' }],
    })
  })

  it('is not begun where the one after the other would take longer than the caller can wait', () => {
    const field = [
      { ...local, firstTokenMs: 100, wholeMs: 900 },
      { ...frontier, firstTokenMs: 300, wholeMs: 600 },
    ]
    const hurried = { field, wished: { latencyMs: 1_000 } }
    expect(plan('cascade', hurried)).toMatchObject({
      strategy: 'direct',
      steps: [{ target: 'frontier' }],
      reason: 'no-time-to-escalate',
      degraded: null,
    })
    // A stream is of use with its first token; the frontier keeps the time that it takes for its own.
    expect(plan('cascade', { ...hurried, given: { stream: true } })).toMatchObject({
      strategy: 'cascade',
      check: { nearMs: 700 },
    })
  })

  it('leaves the frontier half of the time where nothing was heard of it', () => {
    expect(plan('cascade', { wished: { latencyMs: 1_000 } })).toMatchObject({ check: { nearMs: 500 } })
  })

  it('TRUST 25: never takes further what is to stay near, and may go on to a better model on the premises', () => {
    for (const level of ['never-leave', 'sensitive'] as const) {
      const wished = { privacy: { level, providers: [] } }
      const away = plan('cascade', { wished })
      expect(away).toMatchObject({ strategy: 'direct', steps: [{ target: 'local' }] })
      const atHome = plan('cascade', { wished, field: [local, { ...frontier, zone: 'premises' }] })
      expect(atHome).toMatchObject({
        strategy: 'cascade',
        steps: [{ target: 'local' }, { target: 'frontier' }],
      })
    }
    const wished = { privacy: { level: 'contractual', providers: ['b'] } } as const
    expect(plan('cascade', { wished })).toMatchObject({ strategy: 'direct', fallbacks: [] })
  })
})

describe('two answers', () => {
  it('are both of the near model, or one of each', () => {
    expect(plan('consistency')).toMatchObject({
      strategy: 'consistency',
      steps: [{ target: 'local' }, { target: 'frontier' }],
      check: { kind: 'consistency', way: 'samples' },
    })
    const terms: GivenPolicy = { consistency: { way: 'side-by-side' } }
    expect(plan('consistency', { terms })).toMatchObject({ check: { way: 'side-by-side' } })
  })

  it('are as slow as whole answers, however the caller wants them told', () => {
    const field = [
      { ...local, firstTokenMs: 10, wholeMs: 900 },
      { ...frontier, firstTokenMs: 10, wholeMs: 600 },
    ]
    const hurried = { field, wished: { latencyMs: 1_000 }, given: { stream: true } } as const
    expect(plan('consistency', hurried)).toMatchObject({ reason: 'no-time-to-escalate' })
    const terms: GivenPolicy = { consistency: { way: 'side-by-side' } }
    expect(plan('consistency', { ...hurried, terms })).toMatchObject({ check: { nearMs: 1_000 } })
  })
})

describe('what an operator says of a strategy', () => {
  it('is filled with what is usual', () => {
    expect(resolvePolicy({ cascade: { bar: 0.5 } }).cascade).toMatchObject({ bar: 0.5, holdTokens: 12 })
  })

  const wrong: readonly [object, string][] = [
    [{ cascade: { bars: { math: 2 } } }, 'policy.cascade.bars.math'],
    [{ cascade: { bar: '0.5' } }, 'policy.cascade.bar'],
    [{ cascade: { bra: 0.5 } }, 'policy.cascade.bra'],
    [{ cascade: [] }, 'policy.cascade'],
    [{ cascade: { holdMs: 0 } }, 'policy.cascade.holdMs'],
    [{ cascade: { holdTokens: 1.5 } }, 'policy.cascade.holdTokens'],
    [{ cascade: { whenUntold: 'guess' } }, 'policy.cascade.whenUntold'],
    [{ cascade: { askLogprobs: 'yes' } }, 'policy.cascade.askLogprobs'],
    [{ cascade: { calibration: { version: 2 } } }, 'policy.cascade.calibration'],
    [{ consistency: { way: 'thrice' } }, 'policy.consistency.way'],
    [{ consistency: { alikeFrom: 1.1 } }, 'policy.consistency.alikeFrom'],
    [{ consistency: { temperature: 0 } }, 'policy.consistency.temperature'],
    [{ consistency: null }, 'policy.consistency'],
  ]
  it.each(wrong)('TRUST 31: is refused with its path where it is wrong: %j', (given, path) => {
    expect(() => resolvePolicy(given as GivenPolicy)).toThrow(path)
  })
})
