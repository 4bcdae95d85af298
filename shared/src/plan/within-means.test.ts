import { describe, expect, it } from 'vitest'
import type { PrivacyLevel } from '../privacy/zone.ts'
import type { Signals } from '../signals/signals.ts'
import { decide } from './decide.ts'
import { degradationOf } from './degradation.ts'
import type { Plan } from './plan.ts'
import { type GivenPolicy, resolvePolicy } from './policy.ts'
import type { TargetView } from './target.ts'
import type { Wishes } from './wishes.ts'
import type { BudgetHint } from './within-means.ts'

const signals = (given: Partial<Signals> = {}): Signals => ({
  promptTokens: 50,
  outputTokens: 100,
  turns: 1,
  difficulty: 0.9,
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

const price = { since: '2026-01-01', prompt: 1_000, cachedPrompt: 1_000, output: 4_000, longContext: null }
const target = (given: Partial<TargetView>): TargetView => ({
  name: 'local',
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
const local = target({})
const frontier = target({
  name: 'frontier',
  tier: 'frontier',
  zone: 'provider:example.com',
  model: 'large',
  price,
  contextTokens: 128_000,
  images: true,
})
const own = target({ ...frontier, name: 'own', model: 'large-of-ours', price: null })
const both = [local, frontier]

/** The call above costs so much at most. */
const cost = 50 * 1_000 + 100 * 4_000
const left = (nanoUsd: number, model = 'large'): BudgetHint => [{ model, left: nanoUsd, heardAt: 1 }]
const nearer = (given: GivenPolicy = {}) => resolvePolicy({ whenSpent: 'nearer', ...given })

type Given = {
  readonly signals?: Partial<Signals>
  readonly wishes?: Partial<Wishes>
  readonly policy?: GivenPolicy
  readonly field?: readonly TargetView[]
}
const decided = (budget: BudgetHint | null, given: Given = {}) =>
  decide(
    signals(given.signals),
    wishes(given.wishes),
    nearer(given.policy),
    given.field ?? both,
    null,
    budget,
  )
const targetsOf = (plan: Plan): readonly string[] =>
  plan.kind === 'refuse' ? [] : [...plan.steps, ...plan.fallbacks].map((step) => step.target)

describe('what the caps are known to have left', () => {
  it('is no reason to pass anybody over while it pays for the call, to the last nano-dollar', () => {
    expect(decided(left(cost))).toEqual(decided(null))
    expect(decided(left(cost - 1))).toMatchObject({
      steps: [{ target: 'local' }],
      fallbacks: [{ target: 'frontier' }],
      wished: 'frontier',
      reason: 'hard',
      degraded: 'budget-spent',
      spent: true,
    })
  })

  it('says nothing of a model that it does not name', () => {
    expect(decided(left(0, 'another'))).toEqual(decided(null))
  })

  it('changes nothing where the policy refuses what a cap cannot pay for: the store does', () => {
    const policy = { whenSpent: 'refuse' } as const
    expect(decided(left(0), { policy })).toEqual(decided(null, { policy }))
  })

  it('changes nothing for a caller who names a tier or a model', () => {
    for (const ask of [
      { kind: 'tier', tier: 'frontier' },
      { kind: 'model', model: 'large' },
    ] as const)
      expect(decided(left(0), { wishes: { ask } })).toEqual(decided(null, { wishes: { ask } }))
  })

  it('changes nothing where nobody may stand in, nobody else is good enough, or whoever is rests', () => {
    for (const given of [
      { policy: { fallBack: { frontier: [] } } },
      { wishes: { quality: 0.5 } },
      { field: [frontier] },
      { field: [{ ...local, standing: 'resting' }, frontier] },
      { field: [{ ...local, price }, frontier] },
    ] satisfies Given[])
      expect(decided(left(0), given)).toEqual(decided(null, given))
  })

  it('is no loss where a model of the same tier costs nothing', () => {
    const plan = decided(left(0), { field: [local, frontier, own] })
    expect(plan).toMatchObject({ steps: [{ target: 'own' }], degraded: null })
    expect(targetsOf(plan)).toEqual(['own', 'local', 'frontier'])
  })

  it('leaves an easy request as it is: its frontier stands behind already', () => {
    const given = { signals: { difficulty: 0.1 } }
    expect(decided(left(0), given)).toEqual(decided(null, given))
  })

  it('counts the shortest answer that would do where answers may be shortened', () => {
    const policy = { clampOutput: true }
    const least = 50 * 1_000 + 256 * 4_000
    const given = { policy, signals: { outputTokens: 5_000 } }
    expect(decided(left(least), given)).toEqual(decided(null, given))
    expect(decided(left(least - 1), given)).toMatchObject({ spent: true })
  })

  it('counts the longest answer of the policy where the caller named none', () => {
    const given = { policy: { outputTokens: 10 }, signals: { outputTokens: null } }
    expect(decided(left(50 * 1_000 + 10 * 4_000), given)).toEqual(decided(null, given))
    expect(decided(left(50 * 1_000 + 10 * 4_000 - 1), given)).toMatchObject({ spent: true })
  })

  describe.each(['cascade', 'consistency'] as const)(
    'begins no %s whose better answer it cannot pay for',
    (strategy) => {
      it('and has the near model answer at once, whatever becomes of spent caps', () => {
        for (const whenSpent of ['nearer', 'refuse'] as const) {
          const plan = decided(left(0), { policy: { strategy, whenSpent } })
          expect(plan).toMatchObject({
            strategy: 'direct',
            steps: [{ target: 'local' }],
            fallbacks: [{ target: 'frontier' }],
            degraded: 'budget-spent',
          })
          expect(plan).not.toHaveProperty('check')
        }
      })

      it('unless it may be stopped by a floor, or a better model costs nothing', () => {
        const floor = { policy: { strategy }, wishes: { quality: 0.05 } }
        expect(decided(left(0), floor)).toEqual(decided(null, floor))
        expect(decided(null, floor)).toHaveProperty('check.kind', strategy)
        const free = { policy: { strategy }, field: [local, frontier, own] }
        expect(decided(left(0), free)).toEqual(decided(null, free))
      })
    },
  )

  it('names an answer worse than wished by what kept the better one away', () => {
    const plan = decided(left(0))
    if (plan.kind === 'refuse') throw new Error('was refused')
    expect(degradationOf(plan, 'local')).toBe('budget-spent')
    expect(degradationOf(plan, 'frontier')).toBeNull()
  })
})

describe('any request, whatever is known of its caps', () => {
  const pick = openRandom(7)
  const any = () => {
    const priced = (): typeof price | null => pick([price, price, null])
    const field = pick([
      [local, frontier],
      [frontier],
      [
        local,
        { ...local, name: 'local-2', model: 'small-2', standing: pick(['ready', 'resting']) },
        frontier,
      ],
      [{ ...local, price: priced() }, { ...frontier, price: priced() }, own],
      [
        local,
        frontier,
        { ...frontier, name: 'cheap', model: 'cheap', price: { ...price, prompt: 1, output: 1 } },
      ],
    ] as const)
    const strategy = pick([
      'direct',
      'cascade',
      'consistency',
      'execute-verify-advise',
      'map-reduce',
    ] as const)
    return {
      signals: signals({
        difficulty: pick([null, 0.1, 0.5, 0.9]),
        outputTokens: pick([null, 10, 1_000]),
        promptTokens: pick([10, 500, 9_000]),
        tools: pick([true, false]),
        images: pick([true, false]),
        documentTokens: pick([0, 0, 9_000]),
      }),
      wishes: wishes({
        ask: pick([{ kind: 'auto' }, { kind: 'auto' }, { kind: 'tier', tier: 'frontier' }] as const),
        privacy: {
          level: pick<PrivacyLevel>(['public', 'public', 'sensitive', 'never-leave', 'contractual']),
          providers: pick([[], ['example.com']]),
        },
        quality: pick([null, 0, 0.3]),
        latencyMs: pick([null, 2_000]),
        suspected: pick([false, false, true]),
      }),
      policy: resolvePolicy({
        strategy,
        whenSpent: pick(['refuse', 'nearer'] as const),
        whenFrontierDown: pick(['local', 'refuse'] as const),
        clampOutput: pick([true, false]),
      }),
      field: field as readonly TargetView[],
    }
  }
  const anyBudget = (): BudgetHint =>
    [...left(pick([0, 1, cost - 1, cost, 10 ** 12])), ...left(pick([0, 10 ** 12]), 'cheap')].slice(
      pick([0, 1]),
    )
  const times = 20_000

  it('is decided the same for the same, and as ever where nothing is known', () => {
    for (let i = 0; i < times; i++) {
      const one = any()
      const budget = anyBudget()
      const plan = () => decide(one.signals, one.wishes, one.policy, one.field, null, budget)
      expect(plan()).toEqual(plan())
      const unknown = decide(one.signals, one.wishes, one.policy, one.field)
      expect(decide(one.signals, one.wishes, one.policy, one.field, null, [])).toEqual(unknown)
      expect(decide(one.signals, one.wishes, one.policy, one.field, null, null)).toEqual(unknown)
    }
  })

  it('is refused, and may be sent, exactly where it is without: a hint only orders', () => {
    let changed = 0
    for (let i = 0; i < times; i++) {
      const one = any()
      const plain = decide(one.signals, one.wishes, one.policy, one.field)
      const hinted = decide(one.signals, one.wishes, one.policy, one.field, null, anyBudget())
      expect(hinted.kind).toBe(plain.kind)
      expect(targetsOf(hinted).toSorted()).toEqual(targetsOf(plain).toSorted())
      if (plain.kind === 'refuse' || hinted.kind === 'refuse' || hinted.spent === undefined) {
        expect(hinted).toEqual(plain)
        continue
      }
      changed++
      const { wished, reason, confidence, privacy } = plain
      expect(hinted).toMatchObject({ wished, reason, confidence, privacy })
      const first = one.field.find(({ name }) => name === hinted.steps[0].target)
      expect([first?.price, first?.standing]).toEqual([null, 'ready'])
    }
    expect(changed).toBeGreaterThan(100)
  })
})

/** Picks that are the same for the same seed. */
function openRandom(seed: number): <T>(from: readonly T[]) => T {
  let state = seed
  return (from) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return from[Math.floor((state / 2 ** 32) * from.length)]!
  }
}
