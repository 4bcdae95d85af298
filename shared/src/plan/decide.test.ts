import { describe, expect, it } from 'vitest'
import type { Signals } from '../signals/signals.ts'
import { decide } from './decide.ts'
import { degradationOf } from './degradation.ts'
import { defaultPolicy } from './policy.ts'
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
const edge = target({ name: 'edge', tier: 'edge', zone: 'gateway', model: 'edge' })
const local = target({})
const frontier = target({
  name: 'frontier',
  tier: 'frontier',
  zone: 'provider:example.com',
  model: 'large',
  contextTokens: 128_000,
  tools: true,
  images: true,
})
const everyone = [edge, local, frontier]
const never = { level: 'never-leave', providers: [] } as const

describe('who answers', () => {
  it('lets the edge answer what it is sure of, with the others behind it', () => {
    const plan = decide(
      signals({ edge: { answerer: 'arithmetic', confidence: 1 } }),
      wishes(),
      defaultPolicy,
      everyone,
    )
    expect(plan).toMatchObject({
      kind: 'serve',
      steps: [{ target: 'edge' }],
      reason: 'edge-certain',
      confidence: 1,
      degraded: null,
    })
  })

  it('keeps an easy request local, with the frontier behind it', () => {
    const plan = decide(signals(), wishes(), defaultPolicy, everyone)
    expect(plan).toMatchObject({
      steps: [{ target: 'local' }],
      fallbacks: [{ target: 'frontier' }],
      reason: 'easy',
    })
  })

  it('sends a hard request to the frontier, with local behind it', () => {
    const plan = decide(signals({ difficulty: 0.9 }), wishes(), defaultPolicy, everyone)
    expect(plan).toMatchObject({
      steps: [{ target: 'frontier' }],
      fallbacks: [{ target: 'local' }],
      reason: 'hard',
    })
  })

  it('serves a hard request locally where there is no frontier, and says so', () => {
    const plan = decide(signals({ difficulty: 0.9 }), wishes(), defaultPolicy, [edge, local])
    expect(plan).toMatchObject({ steps: [{ target: 'local' }], reason: 'hard', degraded: 'no-frontier' })
  })

  it('sends what a local model cannot do to one that can, and names what was missing', () => {
    const reasonFor = (given: Partial<Signals>) => decide(signals(given), wishes(), defaultPolicy, everyone)
    expect(reasonFor({ tools: true })).toMatchObject({
      steps: [{ target: 'frontier' }],
      reason: 'needs-tools',
    })
    expect(reasonFor({ images: true })).toMatchObject({
      steps: [{ target: 'frontier' }],
      reason: 'needs-images',
    })
    expect(reasonFor({ promptTokens: 7_000 })).toMatchObject({
      steps: [{ target: 'frontier' }],
      reason: 'too-long-for-local',
    })
  })

  it('passes over an upstream that rests, and says what is missing', () => {
    const down = { ...frontier, standing: 'resting' } as const
    const plan = decide(signals({ difficulty: 0.9 }), wishes(), defaultPolicy, [edge, local, down])
    expect(plan).toMatchObject({
      steps: [{ target: 'local' }],
      fallbacks: [{ target: 'frontier' }],
      degraded: 'frontier-down',
    })
  })

  it('keeps a resting upstream in the plan where it is the only one, for its rest may be over when it is asked', () => {
    const down = { ...frontier, standing: 'resting' } as const
    expect(decide(signals(), wishes(), defaultPolicy, [down])).toMatchObject({
      steps: [{ target: 'frontier' }],
    })
  })

  it('takes targets of one tier in the order the operator gave', () => {
    const second = { ...frontier, name: 'second' }
    const plan = decide(signals({ difficulty: 1 }), wishes(), defaultPolicy, [frontier, second])
    expect(plan).toMatchObject({ steps: [{ target: 'frontier' }], fallbacks: [{ target: 'second' }] })
  })

  it('prefers the frontier where local answers have lately begun later than the caller can wait', () => {
    const slow = { ...local, firstTokenMs: 3_000 }
    const plan = decide(signals(), wishes({ latencyMs: 500 }), defaultPolicy, [slow, frontier])
    expect(plan).toMatchObject({
      steps: [{ target: 'frontier' }],
      reason: 'too-slow-locally',
      degraded: null,
    })
  })

  it('prefers, of two nodes that are up, the one where a call is expected to take less time', () => {
    const busy = { ...local, expectedWaitMs: 3_000 }
    const idle = { ...local, name: 'second', expectedWaitMs: 500 }
    const plan = decide(signals(), wishes(), defaultPolicy, [busy, idle, frontier])
    expect(plan).toMatchObject({
      steps: [{ target: 'second' }],
      fallbacks: [{ target: 'local' }, { target: 'frontier' }],
    })
  })

  it('gives equal plans for equal inputs', () => {
    const once = decide(signals({ difficulty: 0.5 }), wishes(), defaultPolicy, everyone)
    expect(decide(signals({ difficulty: 0.5 }), wishes(), defaultPolicy, everyone)).toEqual(once)
  })
})

describe('what is not known for certain', () => {
  it('goes to the frontier where the difficulty is unknown, and says so', () => {
    const unknown = signals({ difficulty: null })
    expect(decide(unknown, wishes(), defaultPolicy, everyone)).toMatchObject({
      steps: [{ target: 'frontier' }],
      reason: 'difficulty-unknown',
      confidence: 0.5,
      degraded: null,
    })
    expect(decide(unknown, wishes(), defaultPolicy, [local])).toMatchObject({
      steps: [{ target: 'local' }],
      reason: 'difficulty-unknown',
      degraded: null,
    })
    expect(decide(unknown, wishes({ quality: 0.1 }), defaultPolicy, [local])).toMatchObject({
      refusal: 'quality-floor-unmet',
    })
  })

  it('TRUST 26: keeps what is unknown where the operator wants it, however much the frontier may gain', () => {
    const unknown = signals({ difficulty: null, gain: 0.9 })
    const nearer = { ...defaultPolicy, whenUnknown: 'local' } as const
    expect(decide(unknown, wishes(), nearer, everyone)).toMatchObject({
      steps: [{ target: 'local' }],
      reason: 'difficulty-unknown',
    })
    expect(decide(unknown, wishes(), nearer, [frontier])).toMatchObject({
      wished: 'frontier',
      reason: 'difficulty-unknown',
      degraded: null,
    })
  })

  it('goes by what the frontier is expected to gain, where that was judged, and not by the difficulty', () => {
    const policy = { ...defaultPolicy, frontierFrom: 0.3 }
    const hopeless = signals({ difficulty: 0.9, gain: 0.05 })
    expect(decide(hopeless, wishes(), policy, everyone)).toMatchObject({ wished: 'local', reason: 'easy' })
    const worthIt = signals({ difficulty: 0.2, gain: 0.4 })
    expect(decide(worthIt, wishes(), policy, everyone)).toMatchObject({ wished: 'frontier', reason: 'hard' })
    const loss = decide(signals({ difficulty: 0.5, gain: -1 }), wishes(), policy, everyone)
    expect(loss).toMatchObject({ wished: 'local', reason: 'easy', confidence: 1 })
  })

  it('refuses a prompt as too long only where it cannot fit, however pessimistic its count', () => {
    const inHan = signals({ promptTokens: 130_000 })
    expect(decide(inHan, wishes(), defaultPolicy, everyone)).toMatchObject({
      steps: [{ target: 'frontier' }],
      fallbacks: [],
      reason: 'too-long-for-local',
    })
    expect(decide(signals({ promptTokens: 512_000 }), wishes(), defaultPolicy, everyone)).toMatchObject({
      refusal: 'too-long',
    })
  })

  it('prefers, for a long prompt, the upstream that it surely fits', () => {
    const roomy = { ...frontier, name: 'roomy', contextTokens: 1_000_000 }
    const plan = decide(signals({ promptTokens: 130_000 }), wishes(), defaultPolicy, [frontier, roomy])
    expect(plan).toMatchObject({ steps: [{ target: 'roomy' }], fallbacks: [] })
  })
})

describe('what an answer is worse for', () => {
  it('is not the absence of a local node', () => {
    const plan = decide(signals(), wishes(), defaultPolicy, [edge, frontier])
    expect(plan).toMatchObject({ steps: [{ target: 'frontier' }], reason: 'easy', degraded: null })
  })

  it('is the absence of a local node where the text was to stay near', () => {
    const privacy = { level: 'sensitive', providers: [] } as const
    const plan = decide(signals(), wishes({ privacy }), defaultPolicy, [edge, frontier])
    expect(plan).toMatchObject({ reason: 'private', degraded: 'no-local' })
  })

  it('depends on who answered in the end', () => {
    const down = { ...frontier, standing: 'resting' } as const
    const plan = decide(signals({ difficulty: 0.9 }), wishes(), defaultPolicy, [local, down])
    if (plan.kind === 'refuse') throw new Error('it is to be served')
    expect(plan).toMatchObject({ wished: 'frontier', degraded: 'frontier-down' })
    expect(degradationOf(plan, 'local')).toBe('frontier-down')
    expect(degradationOf(plan, 'frontier')).toBeNull()
  })
})

describe('what the caller asks for', () => {
  it('serves a pinned tier, however hard the request', () => {
    const ask = { kind: 'tier', tier: 'local' } as const
    const plan = decide(signals({ difficulty: 1 }), wishes({ ask }), defaultPolicy, everyone)
    expect(plan).toMatchObject({ steps: [{ target: 'local' }], fallbacks: [], reason: 'pinned-by-caller' })
  })

  it('serves a model by name even where the router would not choose it', () => {
    const named = target({
      name: 'mini',
      tier: 'frontier',
      model: 'mini',
      zone: 'provider:a',
      byNameOnly: true,
    })
    const ask = { kind: 'model', model: 'mini' } as const
    const plan = decide(signals(), wishes({ ask }), defaultPolicy, [...everyone, named])
    expect(plan).toMatchObject({ steps: [{ target: 'mini' }], reason: 'named-model' })
    expect(decide(signals(), wishes(), defaultPolicy, [named])).toMatchObject({
      refusal: 'tier-not-configured',
    })
  })

  it('refuses a pinned tier that is not there instead of serving another', () => {
    const ask = { kind: 'tier', tier: 'frontier' } as const
    const plan = decide(signals(), wishes({ ask }), defaultPolicy, [edge, local])
    expect(plan).toMatchObject({ kind: 'refuse', refusal: 'tier-not-configured' })
  })

  it('refuses where no answer would reach the quality floor', () => {
    const plan = decide(signals({ difficulty: 0.5 }), wishes({ quality: 0.9 }), defaultPolicy, [local])
    expect(plan).toMatchObject({ kind: 'refuse', refusal: 'quality-floor-unmet' })
  })

  it('moves an easy request up where the quality floor asks for it, and never falls back below the floor', () => {
    const plan = decide(signals({ difficulty: 0.5 }), wishes({ quality: 0.9 }), defaultPolicy, everyone)
    expect(plan).toMatchObject({ steps: [{ target: 'frontier' }], fallbacks: [], reason: 'quality-floor' })
  })
})

describe('where text may go', () => {
  it('TRUST 25: keeps never-leave on premises, however hard the question, with nothing else behind it', () => {
    const plan = decide(signals({ difficulty: 1 }), wishes({ privacy: never }), defaultPolicy, everyone)
    expect(plan).toMatchObject({ steps: [{ target: 'local' }], fallbacks: [], reason: 'private' })
  })

  it('TRUST 25: refuses never-leave where nothing stands on premises', () => {
    const rented = { ...local, zone: 'provider:rented.example' } as const
    const plan = decide(signals(), wishes({ privacy: never }), defaultPolicy, [edge, rented, frontier])
    expect(plan).toMatchObject({ kind: 'refuse', refusal: 'private-and-no-premises' })
  })

  it('lets the edge answer never-leave, since the text stays in memory', () => {
    const sure = signals({ edge: { answerer: 'arithmetic', confidence: 1 } })
    expect(decide(sure, wishes({ privacy: never }), defaultPolicy, everyone)).toMatchObject({
      steps: [{ target: 'edge' }],
      fallbacks: [{ target: 'local' }],
    })
  })

  it('sends a contractual text to named providers only', () => {
    const privacy = { level: 'contractual', providers: ['example.com'] } as const
    const other = { ...frontier, name: 'other', zone: 'provider:other.com' } as const
    const plan = decide(signals({ difficulty: 1 }), wishes({ privacy }), defaultPolicy, [other, frontier])
    expect(plan).toMatchObject({ steps: [{ target: 'frontier' }], fallbacks: [] })
    expect(decide(signals(), wishes({ privacy }), defaultPolicy, [other])).toMatchObject({
      refusal: 'contract-names-no-target',
    })
  })

  it('keeps a sensitive text near where it can', () => {
    const privacy = { level: 'sensitive', providers: [] } as const
    const plan = decide(signals({ difficulty: 1 }), wishes({ privacy }), defaultPolicy, everyone)
    expect(plan).toMatchObject({ steps: [{ target: 'local' }], reason: 'private' })
  })
})
