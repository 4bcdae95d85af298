import { describe, expect, it } from 'vitest'
import type { Signals } from '../signals/signals.ts'
import { decide } from './decide.ts'
import { type GivenPolicy, resolvePolicy } from './policy.ts'
import type { Stay } from './stay.ts'
import type { TargetView } from './target.ts'
import type { Wishes } from './wishes.ts'

const signals = (given: Partial<Signals> = {}): Signals => ({
  promptTokens: 50,
  outputTokens: null,
  turns: 3,
  difficulty: 0.2,
  gain: null,
  task: null,
  tools: true,
  schema: false,
  images: false,
  audio: false,
  edge: null,
  ...given,
})
const target = (given: Partial<TargetView>): TargetView => ({
  name: 'near-1',
  tier: 'local',
  zone: 'premises',
  model: 'small',
  price: null,
  contextTokens: 8_192,
  tools: true,
  images: false,
  byNameOnly: false,
  standing: 'ready',
  firstTokenMs: null,
  expectedWaitMs: null,
  lot: 0,
  ...given,
})
const far = target({
  name: 'far',
  tier: 'frontier',
  zone: 'provider:example.com',
  model: 'large',
  contextTokens: 128_000,
})
const near = target({})
const easy = signals()
const hard = signals({ difficulty: 0.9 })

function plan(
  given: Signals,
  stay: Stay | null,
  field: readonly TargetView[] = [near, far],
  more: Partial<Wishes> = {},
  policy: GivenPolicy = {},
) {
  const wishes: Wishes = {
    ask: { kind: 'auto' },
    privacy: { level: 'public', providers: [] },
    latencyMs: null,
    quality: null,
    strategy: null,
    ...(stay === null ? {} : { stay }),
    ...more,
  }
  const made = decide(given, wishes, resolvePolicy(policy), field)
  if (made.kind === 'refuse') throw new Error(made.refusal)
  return made
}
const route = (made: ReturnType<typeof plan>) => [made.steps[0].target, made.reason]

const byNear: Stay = { toolCalls: { tier: 'local', model: 'small' } }
const byFar: Stay = { toolCalls: { tier: 'frontier', model: null } }

describe('a tool call that is open', () => {
  it('TRUST 27: goes back to the local model that made it, however hard the conversation is', () => {
    expect(route(plan(hard, null))).toEqual(['far', 'hard'])
    expect(route(plan(hard, byNear))).toEqual(['near-1', 'made-the-tool-call'])
  })

  it('TRUST 27: goes back to the frontier that made it, however easy the conversation is', () => {
    expect(route(plan(easy, null))).toEqual(['near-1', 'easy'])
    expect(route(plan(easy, byFar))).toEqual(['far', 'made-the-tool-call'])
  })

  it('goes to the model that made it among several of its tier, and to the others only behind it', () => {
    const field = [near, target({ name: 'near-2', model: 'other' }), far]
    const made = plan(easy, { toolCalls: { tier: 'local', model: 'other' } }, field)
    expect(made.steps).toEqual([{ target: 'near-2', tier: 'local', model: 'other' }])
    expect(made.fallbacks).toEqual([
      { target: 'near-1', tier: 'local', model: 'small', astray: true },
      { target: 'far', tier: 'frontier', model: 'large' },
    ])
  })

  it('is decided like any other where its model is gone, cannot, may not, or would miss the quality floor', () => {
    const gone: Stay = { toolCalls: { tier: 'local', model: 'gone' } }
    expect(route(plan(hard, gone))).toEqual(['far', 'hard'])
    expect(route(plan(hard, byNear, [target({ tools: false }), far]))[0]).toBe('far')
    expect(route(plan(signals({ promptTokens: 9_000 }), byNear))).toEqual(['far', 'too-long-for-local'])
    expect(route(plan(hard, byNear, [near, far], { quality: 0.5 }))).toEqual(['far', 'hard'])
    expect(route(plan(easy, byFar, [near]))).toEqual(['near-1', 'easy'])
  })

  it('does not take a private text out', () => {
    const sensitive = { privacy: { level: 'sensitive', providers: [] } } as const
    const never = { privacy: { level: 'never-leave', providers: [] } } as const
    expect(route(plan(easy, byFar, [near, far], sensitive))).toEqual(['near-1', 'private'])
    expect(route(plan(easy, byFar, [near, far], never))).toEqual(['near-1', 'private'])
  })

  it('leaves a caller who names the tier or the model the choice', () => {
    expect(route(plan(easy, byNear, [near, far], { ask: { kind: 'tier', tier: 'frontier' } }))).toEqual([
      'far',
      'pinned-by-caller',
    ])
    expect(route(plan(easy, byFar, [near, far], { ask: { kind: 'model', model: 'small' } }))).toEqual([
      'near-1',
      'named-model',
    ])
  })

  it('is no matter for a second opinion: no cascade is begun in the middle of it', () => {
    const policy: GivenPolicy = { strategy: 'cascade' }
    expect(plan(easy, null, [near, far], {}, policy).strategy).toBe('cascade')
    for (const stay of [byNear, byFar])
      expect(plan(easy, stay, [near, far], {}, policy)).toMatchObject({ strategy: 'direct' })
  })

  it('says that the frontier is down where another had to take its place', () => {
    const made = plan(easy, byFar, [near, { ...far, standing: 'resting' }])
    expect(made).toMatchObject({ steps: [{ target: 'near-1' }], degraded: 'frontier-down' })
  })
})

describe('a session', () => {
  const pinned = (version: string | null): Stay => ({ session: { tier: 'local', model: 'small', version } })
  const first = target({ name: 'near-1', version: 'v1', expectedWaitMs: 500 })
  const second = target({ name: 'near-2', version: 'v2', expectedWaitMs: 0 })
  const silent = target({ name: 'near-3', expectedWaitMs: 0 })

  it('does not fall to a weaker tier, and says why', () => {
    const held: Stay = { session: { tier: 'frontier', model: 'large', version: null } }
    expect(route(plan(easy, held))).toEqual(['far', 'held-by-session'])
    const cascade: GivenPolicy = { strategy: 'cascade' }
    for (const turn of [easy, hard])
      expect(plan(turn, held, [near, far], {}, cascade)).toMatchObject({
        strategy: 'direct',
        steps: [{ target: 'far' }],
      })
  })

  it('rises where a turn needs it, however it began', () => {
    expect(route(plan(hard, pinned('v1'), [first, far]))).toEqual(['far', 'hard'])
  })

  it('lets the edge answer what it is sure of', () => {
    const edge = target({ name: 'edge', tier: 'edge', zone: 'gateway', model: 'edge' })
    const sure = signals({ edge: { answerer: 'arithmetic', confidence: 1 } })
    expect(route(plan(sure, pinned('v1'), [edge, first, far]))).toEqual(['edge', 'edge-certain'])
  })

  it('stays with the version that it began with, however busy its node is', () => {
    const made = plan(easy, pinned('v1'), [second, silent, first, far])
    expect(made.steps[0]).toEqual({ target: 'near-1', tier: 'local', model: 'small' })
    expect(made.fallbacks.map(({ target: name, astray }) => [name, astray === true])).toEqual([
      ['near-3', true],
      ['near-2', true],
      ['far', false],
    ])
  })

  it('goes to a node of which nothing was heard before one that is known to be another', () => {
    const made = plan(easy, pinned('v1'), [second, silent, far])
    expect(made.steps[0].target).toBe('near-3')
  })

  it('goes to another version where nobody has its own, rather than nowhere', () => {
    const made = plan(easy, pinned('v0'), [second, far])
    expect(made.steps).toEqual([{ target: 'near-2', tier: 'local', model: 'small' }])
    const resting = { ...first, standing: 'resting' } as const
    expect(plan(easy, pinned('v1'), [resting, second, far]).steps[0]).toEqual({
      target: 'near-2',
      tier: 'local',
      model: 'small',
    })
  })

  it('holds for a caller who names the model too', () => {
    const named = { ask: { kind: 'model', model: 'small' } } as const
    expect(plan(easy, pinned('v1'), [second, first, far], named).steps[0].target).toBe('near-1')
  })

  it('says its version also for a tool call that its own model made', () => {
    const both: Stay = { ...pinned('v1'), ...byNear }
    expect(route(plan(hard, both, [second, first, far]))).toEqual(['near-1', 'made-the-tool-call'])
  })
})

describe('kinds of turns', () => {
  const policy: GivenPolicy = {
    frontierFrom: 0.6,
    tasks: { code: { frontierFrom: 0.1 }, math: { qualityFloor: 0.8 } },
  }
  const code = { task: 'code', difficulty: 0.3, gain: null }
  const chat = { task: 'chat', difficulty: 0.1, gain: null }
  const math = { task: 'math', difficulty: 0.4, gain: null }
  const unknown = { task: 'chat', difficulty: null, gain: 0 }
  const of = (...kinds: (typeof code | typeof unknown)[]) => signals({ ...kinds[0]!, difficulty: 0.3, kinds })

  it('TRUST 27: an easy follow-up of another kind stays on the strong tier, whatever its own threshold is', () => {
    expect(route(plan(signals(code), null, [near, far], {}, policy))).toEqual(['far', 'hard'])
    expect(route(plan(signals({ ...chat, difficulty: 0.3 }), null, [near, far], {}, policy))[0]).toBe(
      'near-1',
    )
    expect(route(plan(of(chat, code), null, [near, far], {}, policy))).toEqual(['far', 'hard'])
  })

  it('a turn that nobody can judge does not undo what was judged before it', () => {
    const whenUnknown: GivenPolicy = { ...policy, whenUnknown: 'local' }
    expect(route(plan(signals(unknown), null, [near, far], {}, whenUnknown))[0]).toBe('near-1')
    const after = { ...of(unknown, code), difficulty: null }
    expect(route(plan(after, null, [near, far], {}, whenUnknown))).toEqual(['far', 'hard'])
  })

  it('a floor that one turn had holds for those behind it', () => {
    expect(() => plan(of(chat, math), null, [near], {}, policy)).toThrow('quality-floor-unmet')
    expect(plan(of(chat, math), null, [near, far], {}, policy).fallbacks).toEqual([])
  })
})
