import { describe, expect, it } from 'vitest'
import type { Signals } from '../signals/signals.ts'
import { decide } from './decide.ts'
import { type GivenPolicy, resolvePolicy } from './policy.ts'
import type { TargetView } from './target.ts'
import type { Wishes } from './wishes.ts'

const signals: Signals = {
  promptTokens: 50,
  outputTokens: null,
  turns: 1,
  difficulty: 0.2,
  gain: null,
  task: null,
  tools: true,
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
const local: TargetView = {
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
}
const frontier: TargetView = {
  ...local,
  name: 'frontier',
  tier: 'frontier',
  zone: 'provider:a',
  model: 'large',
}
const second: TargetView = { ...frontier, name: 'second', zone: 'provider:b' }

function plan({
  its = {},
  wished = {},
  field = [local, frontier],
  policy = {},
}: {
  its?: Partial<Signals>
  wished?: Partial<Wishes>
  field?: readonly TargetView[]
  policy?: GivenPolicy
}) {
  const all = resolvePolicy({ strategy: 'execute-verify-advise', ...policy })
  const made = decide({ ...signals, ...its }, { ...wishes, ...wished }, all, field)
  if (made.kind === 'refuse') throw new Error(made.refusal)
  const supervisor = made.check?.kind === 'supervised' ? (made.check.supervisor?.target ?? null) : undefined
  return {
    strategy: made.strategy,
    steps: made.steps.map(({ target }) => target),
    supervisor,
    reason: made.reason,
  }
}

const supervised = {
  strategy: 'execute-verify-advise',
  steps: ['local'],
  supervisor: 'frontier',
  reason: 'supervised',
}

describe('a supervised plan', () => {
  it('has the near model do the turn, however hard or long it is, and the frontier look on', () => {
    expect(plan({})).toEqual(supervised)
    expect(plan({ its: { difficulty: 0.99 } })).toEqual(supervised)
    expect(plan({ its: { promptTokens: 60_000 } })).toEqual(supervised)
    const small = { ...local, contextTokens: 4_096 }
    expect(plan({ its: { promptTokens: 60_000 }, field: [small, frontier] })).toEqual(supervised)
  })

  it('stays supervised where nobody may look on, and names nobody', () => {
    const privacy = { level: 'never-leave', providers: [] } as const
    expect(plan({ wished: { privacy } })).toEqual({ ...supervised, supervisor: null })
    expect(plan({ field: [local] })).toEqual({ ...supervised, supervisor: null })
    expect(plan({ field: [local, { ...frontier, standing: 'resting' }] }).supervisor).toBeNull()
    expect(plan({ field: [local, { ...frontier, zone: 'premises' }], wished: { privacy } }).supervisor).toBe(
      'frontier',
    )
    const contract = { level: 'contractual', providers: ['b'] } as const
    expect(plan({ field: [local, frontier, second], wished: { privacy: contract } }).supervisor).toBe(
      'second',
    )
  })

  it('is direct where there is no executor, or the caller says who is to answer', () => {
    const direct = (given: Parameters<typeof plan>[0]) =>
      expect(plan(given)).toMatchObject({ strategy: 'direct', supervisor: undefined })
    direct({ field: [frontier] })
    direct({ field: [{ ...local, tools: false }, frontier] })
    direct({ wished: { ask: { kind: 'tier', tier: 'frontier' } } })
    direct({ wished: { ask: { kind: 'model', model: 'large' } } })
    direct({ wished: { suspected: true } })
    direct({ its: { difficulty: 0.9 }, wished: { quality: 0.5 } })
  })

  it('keeps its executor where the supervisor has made the call that is open', () => {
    const stay = { toolCalls: { tier: 'frontier', model: null } } as const
    expect(plan({ wished: { stay } })).toEqual(supervised)
    expect(plan({ wished: { stay }, policy: { strategy: 'cascade' } }).strategy).toBe('direct')
  })

  it('may be named for a kind of task, or by a caller', () => {
    const tasks = { code: { strategy: 'plan-execute-verify-replan' } } as const
    expect(plan({ its: { task: 'code' }, policy: { strategy: 'direct', tasks } }).strategy).toBe(
      'plan-execute-verify-replan',
    )
    expect(plan({ wished: { strategy: 'execute-verify-advise' }, policy: { strategy: 'direct' } })).toEqual(
      supervised,
    )
  })
})
