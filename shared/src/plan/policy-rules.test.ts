import { describe, expect, it } from 'vitest'
import type { Signals } from '../signals/signals.ts'
import { taskKinds } from '../signals/task-kinds.ts'
import { decide } from './decide.ts'
import type { DomainTable } from './domain-table.ts'
import type { Plan } from './plan.ts'
import { type GivenPolicy, resolvePolicy } from './policy.ts'
import type { Traffic } from './stand-ins.ts'
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
const local: TargetView = {
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
}
const price = { since: '2026-01-01', prompt: 1_000, cachedPrompt: 1_000, output: 10_000, longContext: null }
const frontier: TargetView = {
  ...local,
  name: 'frontier',
  tier: 'frontier',
  zone: 'provider:example.com',
  model: 'large',
  price,
  contextTokens: 128_000,
  tools: true,
  images: true,
}
const edge: TargetView = { ...local, name: 'edge', tier: 'edge', zone: 'gateway', model: 'edge' }
const everyone = [edge, local, frontier]
const resting = (target: TargetView): TargetView => ({ ...target, standing: 'resting' })

const easy = signals()
const hard = signals({ difficulty: 0.9 })
const by = (
  given: GivenPolicy,
  asked: Signals = easy,
  field: readonly TargetView[] = everyone,
  wished: Wishes = wishes(),
  traffic: Traffic | null = null,
): Plan => decide(asked, wished, resolvePolicy(given), field, traffic)
const tiersOf = (plan: Plan): readonly string[] =>
  plan.kind === 'refuse' ? [plan.refusal] : [...plan.steps, ...plan.fallbacks].map(({ tier }) => tier)

describe('what holds for a kind of task', () => {
  it('is its own threshold and its own floor, in place of the general ones', () => {
    const policy = { frontierFrom: 0.6, tasks: { code: { frontierFrom: 0.1 }, math: { qualityFloor: 0.9 } } }
    expect(by(policy)).toMatchObject({ wished: 'local', reason: 'easy' })
    expect(by(policy, signals({ task: 'code' }))).toMatchObject({ wished: 'frontier', reason: 'hard' })
    const math = by(policy, signals({ task: 'math' }))
    expect(math).toMatchObject({ wished: 'frontier', reason: 'quality-floor', fallbacks: [] })
  })

  it('gives way to what the caller asks for', () => {
    const policy = { tasks: { math: { qualityFloor: 0.9 } } }
    const plan = by(policy, signals({ task: 'math' }), everyone, wishes({ quality: 0.1 }))
    expect(plan).toMatchObject({ wished: 'local' })
  })

  it('is nothing for a kind that only the host’s judge knows, whatever its name', () => {
    expect(by({}, signals({ task: 'constructor' }))).toEqual(by({}))
  })
})

describe('the latency objective', () => {
  it('holds where the caller says nothing, and gives way where it does', () => {
    const field = [{ ...local, firstTokenMs: 2_000 }, frontier]
    expect(by({ latencyMs: 500 }, easy, field)).toMatchObject({
      wished: 'frontier',
      reason: 'too-slow-locally',
    })
    const patient = by({ latencyMs: 500 }, easy, field, wishes({ latencyMs: 5_000 }))
    expect(patient).toMatchObject({ wished: 'local', reason: 'easy' })
  })
})

describe('the order of tiers', () => {
  it('leaves a tier that it does not name to those who ask for it', () => {
    const policy: GivenPolicy = { tierOrder: ['edge', 'local'] }
    const plan = by(policy, hard)
    expect(tiersOf(plan)).toEqual(['local'])
    expect(plan).toMatchObject({ degraded: 'no-frontier' })
    const ask = { kind: 'tier', tier: 'frontier' } as const
    expect(tiersOf(by(policy, hard, everyone, wishes({ ask })))).toEqual(['frontier'])
    expect(tiersOf(by({ tierOrder: [] }))).toEqual(['tier-not-configured'])
  })

  it('says who is next behind the edge', () => {
    const sure = signals({ edge: { answerer: 'arithmetic', confidence: 1 } })
    expect(tiersOf(by({}, sure))).toEqual(['edge', 'local', 'frontier'])
    expect(tiersOf(by({ tierOrder: ['edge', 'frontier', 'local'] }, sure))).toEqual([
      'edge',
      'frontier',
      'local',
    ])
  })
})

describe('who may stand in', () => {
  it('is nobody where the list is empty', () => {
    expect(tiersOf(by({ fallBack: { local: [] } }))).toEqual(['local'])
    expect(tiersOf(by({ fallBack: { frontier: [] } }, hard))).toEqual(['frontier'])
    expect(tiersOf(by({ fallBack: { local: [] } }, easy, [frontier]))).toEqual(['nobody-may-stand-in'])
    const sure = signals({ edge: { answerer: 'arithmetic', confidence: 1 } })
    expect(tiersOf(by({ fallBack: { edge: ['local'] } }, sure))).toEqual(['edge', 'local'])
  })

  it('is not asked of whom the caller named', () => {
    const ask = { kind: 'tier', tier: 'local' } as const
    expect(tiersOf(by({ fallBack: { frontier: [] } }, hard, everyone, wishes({ ask })))).toEqual(['local'])
  })

  it('may be nobody while the frontier is down: it is waited for, with its rest as the retry', () => {
    const down = [local, resting(frontier)]
    expect(by({}, hard, down)).toMatchObject({ steps: [{ tier: 'local' }], degraded: 'frontier-down' })
    expect(tiersOf(by({ whenFrontierDown: 'refuse' }, hard, down))).toEqual(['frontier'])
    // It may fail in the middle as well as rest from the beginning.
    expect(tiersOf(by({ whenFrontierDown: 'refuse' }, hard))).toEqual(['frontier'])
    expect(by({ whenFrontierDown: 'refuse' }, hard, [local])).toMatchObject({ degraded: 'no-frontier' })
  })

  it('may be nobody while the local nodes are down', () => {
    const down = [resting(local), frontier]
    expect(by({}, easy, down)).toMatchObject({ steps: [{ tier: 'frontier' }], degraded: 'local-down' })
    expect(tiersOf(by({ whenLocalDown: 'refuse' }, easy, down))).toEqual(['local'])
    expect(tiersOf(by({ whenLocalDown: 'refuse' }, easy, [frontier]))).toEqual(['frontier'])
  })

  it('is nobody below the quality floor', () => {
    const down = [local, resting(frontier)]
    expect(tiersOf(by({ qualityFloor: 0.5 }, hard, down))).toEqual(['frontier'])
    expect(tiersOf(by({ qualityFloor: 0.5 }, hard, [local]))).toEqual(['quality-floor-unmet'])
  })
})

describe('a storm of fallbacks', () => {
  const fifth = { frontierShareWhenLocalDown: 0.2 }
  const down = [resting(local), frontier]

  it('moves no more than its share of the minute’s requests to the frontier', () => {
    let moved = 0
    for (let requests = 0; requests < 1_000; requests++) {
      const plan = by(fifth, easy, down, wishes(), { requests, moved })
      if (tiersOf(plan)[0] === 'frontier') moved++
      else expect(plan).toMatchObject({ steps: [{ tier: 'local' }], fallbacks: [], damped: true })
      expect(moved).toBeLessThanOrEqual(0.2 * (requests + 1))
    }
    expect(moved).toBe(200)
  })

  it('leaves nobody behind a node that still answers once the share is used', () => {
    const plan = by(fifth, easy, everyone, wishes(), { requests: 10, moved: 5 })
    expect(plan).toMatchObject({ steps: [{ tier: 'local' }], fallbacks: [], damped: true })
  })

  it('is not what belongs to the frontier, nor what no local node could have answered', () => {
    const full = { requests: 10, moved: 10 }
    expect(tiersOf(by(fifth, hard, down, wishes(), full))[0]).toBe('frontier')
    expect(tiersOf(by(fifth, easy, [frontier], wishes(), full))).toEqual(['frontier'])
    expect(tiersOf(by(fifth, signals({ tools: true }), down, wishes(), full))[0]).toBe('frontier')
  })

  it('is let through whole where the policy says nothing, and none of it where the share is zero', () => {
    expect(tiersOf(by({}, easy, down, wishes(), { requests: 1, moved: 9 }))[0]).toBe('frontier')
    const none = by({ frontierShareWhenLocalDown: 0 }, easy, down, wishes(), { requests: 1e6, moved: 0 })
    expect(tiersOf(none)).toEqual(['local'])
  })
})

describe('the strategy domain', () => {
  const quality = { local: 0.8, frontier: 0.9 }
  const table: DomainTable = {
    format: 'nearside-domain-table',
    version: 1,
    by: 'gain',
    bands: [0.2],
    plans: ['local', 'frontier'],
    clusters: [
      { task: null, domain: null, band: null, requests: 500, quality },
      { task: 'math', domain: null, band: 1, requests: 100, quality: { local: 0.3, frontier: 0.9 } },
    ],
  }
  // An answer of 300 tokens costs three tenths of a cent.
  const policy = (worthUsd: number, rest: GivenPolicy = {}): GivenPolicy => ({
    strategy: 'domain',
    domain: { table, worthUsd },
    ...rest,
  })

  it('takes the tier that promises most for what it costs', () => {
    const math = signals({ task: 'math', gain: 0.5, difficulty: 0.1 })
    expect(by(policy(0.01), math)).toMatchObject({
      strategy: 'domain',
      wished: 'frontier',
      reason: 'best-expected',
    })
    expect(by(policy(0.01))).toMatchObject({ wished: 'local', reason: 'best-expected' })
    expect(by(policy(1))).toMatchObject({ wished: 'frontier', reason: 'best-expected' })
  })

  it('counts the cost of the answer that the caller allows', () => {
    expect(by(policy(0.01), signals({ outputTokens: 1 }))).toMatchObject({ wished: 'frontier' })
  })

  it('is bound by privacy, ability and the floor as every other', () => {
    const privacy = { level: 'never-leave', providers: [] } as const
    expect(tiersOf(by(policy(1), easy, everyone, wishes({ privacy })))).toEqual(['local'])
    expect(by(policy(0.001), signals({ tools: true }))).toMatchObject({ reason: 'needs-tools' })
    expect(tiersOf(by(policy(0.001, { qualityFloor: 0.85 })))).toEqual(['frontier'])
  })

  it('leaves to the thresholds what was not measured', () => {
    const nothing = {
      strategy: 'domain',
      domain: { table: { ...table, clusters: [] }, worthUsd: 1 },
    } as const
    expect(by(nothing, hard)).toMatchObject({ strategy: 'domain', wished: 'frontier', reason: 'hard' })
  })

  it('may hold for one kind of task, or for one request', () => {
    const general = policy(1, { strategy: 'direct', tasks: { math: { strategy: 'domain' } } })
    expect(by(general)).toMatchObject({ strategy: 'direct', reason: 'easy' })
    expect(by(general, signals({ task: 'math' }))).toMatchObject({
      strategy: 'domain',
      reason: 'best-expected',
    })
    expect(by(general, easy, everyone, wishes({ strategy: 'domain' }))).toMatchObject({
      reason: 'best-expected',
    })
  })
})

describe('a decision', () => {
  const table = {
    format: 'nearside-domain-table',
    version: 1,
    by: 'difficulty',
    bands: [0.3, 0.6],
    plans: ['local', 'frontier'],
    clusters: [0, 1, 2].map((band) => ({
      task: null,
      domain: null,
      band,
      requests: 50,
      quality: { local: 0.9 - band / 4, frontier: 0.9 },
    })),
  } as const

  /** A linear congruence: the same cases in every run. */
  let state = 1
  const random = (): number => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
  const pick = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)]!

  it('is equal for equal inputs, changes none of them, and never leaves where privacy forbids it', () => {
    for (let i = 0; i < 3_000; i++) {
      const asked = signals({
        difficulty: pick([null, random()]),
        gain: pick([null, random() * 2 - 1]),
        task: pick([null, ...taskKinds]),
        tools: random() < 0.2,
        promptTokens: pick([10, 5_000, 200_000]),
        edge: random() < 0.1 ? { answerer: 'arithmetic', confidence: 1 } : null,
      })
      const level = pick(['public', 'sensitive', 'contractual', 'never-leave'] as const)
      const wished = wishes({
        privacy: { level, providers: ['example.com'] },
        latencyMs: pick([null, 400]),
        quality: pick([null, random()]),
      })
      const policy = resolvePolicy({
        strategy: pick(['direct', 'domain']),
        domain: { table, worthUsd: pick([0.001, 1]) },
        frontierFrom: random(),
        whenFrontierDown: pick(['local', 'refuse']),
        whenLocalDown: pick(['frontier', 'refuse']),
        frontierShareWhenLocalDown: pick([0, 0.3, 1]),
        fallBack: pick([{}, { local: [] }, { frontier: [] }]),
        tierOrder: pick([['edge', 'local', 'frontier'], ['frontier', 'local'], ['local']]),
        tasks: pick([{}, { code: { frontierFrom: 0 }, math: { qualityFloor: 0.8 } }]),
      })
      const field = everyone.map((target) => ({
        ...target,
        standing: pick(['ready', 'resting', 'trying'] as const),
        firstTokenMs: pick([null, 100, 900]),
        expectedWaitMs: pick([null, 50, 5_000]),
        lot: random(),
      }))
      const traffic = { requests: 10, moved: pick([0, 3, 10]) }
      const all = [asked, wished, policy, field, traffic] as const
      const inputs: typeof all = JSON.parse(JSON.stringify(all))
      const plan = decide(asked, wished, policy, field, traffic)
      expect(decide(...inputs)).toEqual(plan)
      expect([asked, wished, policy, field, traffic]).toEqual(inputs)
      if (level === 'never-leave') expect(tiersOf(plan)).not.toContain('frontier')
    }
  })
})
