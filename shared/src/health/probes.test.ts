import { describe, expect, it } from 'vitest'
import { decide } from '../plan/decide.ts'
import { defaultPolicy } from '../plan/policy.ts'
import type { Target } from '../plan/target.ts'
import { defaultBreakerLimits as limits } from './breaker.ts'
import { expectedWaits } from './expected-wait.ts'
import { afterOutcome, type Health, type Outcome, unknownHealth, unknownNodeHealth } from './health.ts'
import { nextProbeAt, probeLimits, probesDue } from './probes.ts'
import { viewOf } from './view-of.ts'

const said = { queue: 0, slotsBusy: 0, slots: 1, kv: null, memory: null, tokensPerSecond: 10 }
const report = { load: said, version: null, contextTokens: null, admits: true }
const after = (outcomes: readonly Outcome[], now: number, from: Health = unknownNodeHealth): Health =>
  outcomes.reduce((health, outcome) => afterOutcome(health, outcome, limits, now), from)
const due = (health: Health, now: number): boolean => probesDue([['one', health]], limits, now).length > 0

describe('a look at a node', () => {
  it('is due where its word is old, and not where it is new', () => {
    const fresh = after([{ type: 'load-told', load: said }], 0)
    expect(due(unknownNodeHealth, 0)).toBe(true)
    expect(due(fresh, probeLimits.oldMs)).toBe(false)
    expect(due(fresh, probeLimits.oldMs + 1)).toBe(true)
  })

  it('is never due at what is no node of the operator’s own', () => {
    expect(due(unknownHealth, 1e9)).toBe(false)
  })

  it('comes at most once in its interval, stretched at random', () => {
    expect([nextProbeAt(0, 0), nextProbeAt(0, 1)]).toEqual([5_000, 7_500])
    const looked = after([{ type: 'probe-begun', nextProbeAt: nextProbeAt(0, 0.5) }], 0)
    expect([due(looked, 6_249), due(looked, 6_250)]).toEqual([false, true])
  })

  it('is not repeated at a server that says nothing of its load, unless it is passed over', () => {
    const silent = after([{ type: 'probe-answered', report: { ...report, load: null } }], 0)
    expect(due(silent, 1e6)).toBe(false)
    const open = after(
      Array.from({ length: limits.failures }, () => ({ type: 'call-failed' }) as const),
      0,
      silent,
    )
    expect(due(open, 1)).toBe(true)
  })

  it('waits while a trial is under way, and is the trial itself where the rest is over', () => {
    const open = after(
      Array.from({ length: limits.failures }, () => ({ type: 'call-failed' }) as const),
      0,
    )
    const onTrial = after([{ type: 'call-begun' }], limits.restMs, open)
    expect(due(onTrial, limits.restMs + 1)).toBe(false)
    const looking = after([{ type: 'probe-begun', nextProbeAt: 0 }], limits.restMs, open)
    expect(due(looking, limits.restMs + 1)).toBe(false)
    const failed = after([{ type: 'probe-failed' }], limits.restMs + 2, looking)
    expect(failed.breaker.restMs).toBe(2 * limits.restMs)
  })

  it('goes to those first of which least is known, a few behind one answer', () => {
    const heardAt = (now: number): Health => after([{ type: 'load-told', load: said }], now)
    const nodes = [3, 1, 5, 2, 4, 6].map((at) => [`node-${at}`, heardAt(at * 100)] as const)
    expect(probesDue([...nodes, ['new', unknownNodeHealth]], limits, 60_000)).toEqual([
      'new',
      'node-1',
      'node-2',
      'node-3',
    ])
  })
})

/** A small generator, so that a failing sequence can be played again. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 4_294_967_296
  }
}

const targetOf = (name: string): Target => ({
  name,
  tier: 'local',
  zone: 'premises',
  model: 'small',
  price: null,
  contextTokens: 8_192,
  tools: false,
  images: false,
  byNameOnly: false,
})

const signals = {
  promptTokens: 50,
  outputTokens: null,
  turns: 1,
  difficulty: 0.1,
  gain: null,
  task: null,
  tools: false,
  schema: false,
  images: false,
  audio: false,
  edge: null,
}
const wishes = {
  ask: { kind: 'auto' },
  privacy: { level: 'public', providers: [] },
  latencyMs: null,
  quality: null,
  strategy: null,
} as const

describe.each([1, 2, 3, 4, 5, 6, 7, 8])('any sequence of events (seed %i)', (seed) => {
  const random = seeded(seed)
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!
  const names = ['a', 'b', 'c', 'd', 'e']
  const anyLoad = () => ({
    queue: Math.floor(random() * 10),
    slotsBusy: Math.floor(random() * 3),
    slots: 2,
    kv: null,
    memory: random(),
    tokensPerSecond: random() < 0.3 ? null : 1 + random() * 40,
  })
  const anyOutcome = (): Outcome =>
    pick<() => Outcome>([
      () => ({ type: 'call-begun' }),
      () => ({ type: 'load-told', load: anyLoad() }),
      () => ({ type: 'answer-begun', firstTokenMs: random() < 0.5 ? null : random() * 1_000 }),
      () => ({ type: 'answer-complete', askedAt: 0, outputTokens: Math.floor(random() * 300) }),
      () => ({ type: 'call-failed' }),
      () => ({ type: 'call-failed' }),
      () => ({ type: 'call-undecided' }),
      () => ({
        type: 'call-turned-away',
        because: pick(['full', 'not-now', 'hurry'] as const),
        retryAfterMs: random() * 20_000,
      }),
      () => ({ type: 'probe-failed' }),
      () => ({ type: 'probe-answered', report: { ...report, load: anyLoad(), admits: random() < 0.8 } }),
    ])()

  it('never puts a node that rests before one that is ready, and keeps the bounds of looks and trials', () => {
    const health = new Map<string, Health>(names.map((name) => [name, unknownNodeHealth]))
    const looked = new Map<string, number>()
    let now = 0
    let choices = 0
    for (let event = 0; event < 3_000; event++) {
      now += Math.floor(random() * 400)
      const name = pick(names)
      health.set(name, afterOutcome(health.get(name)!, anyOutcome(), limits, now))

      for (const node of probesDue(health, limits, now)) {
        const last = looked.get(node)
        if (last !== undefined) expect(now - last).toBeGreaterThanOrEqual(probeLimits.everyMs)
        looked.set(node, now)
        const outcome = { type: 'probe-begun', nextProbeAt: nextProbeAt(now, random()) } as const
        const before = health.get(node)!
        const begun = afterOutcome(before, outcome, limits, now)
        health.set(node, begun)
        // Whoever looks while a rest is over holds the one trial.
        if (begun.breaker.restUntil !== null && begun.breaker.restUntil <= now) {
          expect(begun.breaker.trialSince).toBe(now)
        }
      }

      const waits = expectedWaits(
        names.map((each) => health.get(each)!.node!),
        now,
      )
      for (const wait of waits) expect(wait === null || (Number.isFinite(wait) && wait >= 0)).toBe(true)
      const field = names.map((each, i) =>
        viewOf(targetOf(each), health.get(each)!, {
          limits,
          now,
          expectedWaitMs: waits[i]!,
          lot: random(),
        }),
      )
      const plan = decide(signals, wishes, defaultPolicy, field)
      if (plan.kind !== 'serve') throw new Error('every node is able')
      const order = [...plan.steps, ...plan.fallbacks].map(({ target }) => target)
      expect(order.toSorted()).toEqual(names)
      const rests = order.map((each) => field.find((view) => view.name === each)!.standing === 'resting')
      expect(rests).toEqual(rests.toSorted((a, b) => Number(a) - Number(b)))
      if (rests.includes(true) && rests.includes(false)) choices++
    }
    expect(choices).toBeGreaterThan(100)
  })
})
