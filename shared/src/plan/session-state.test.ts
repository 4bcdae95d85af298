import { describe, expect, it } from 'vitest'
import type { Plan } from './plan.ts'
import type { Degradation, Reason } from './reason.ts'
import { sessionAfter } from './session-state.ts'
import type { Pin } from './stay.ts'
import type { TierName } from './target.ts'
import type { Ask } from './wishes.ts'

const near: Pin = { tier: 'local', model: 'small', version: 'v1' }
const far: Pin = { tier: 'frontier', model: 'large', version: null }

function after(
  pin: Pin,
  answered: Pin,
  given: { ask?: Ask; reason?: Reason; degraded?: Degradation; wished?: TierName; supervised?: true } = {},
) {
  const step = { target: 'x', tier: answered.tier, model: answered.model }
  const plan: Plan & { kind: 'serve' } = {
    kind: 'serve',
    strategy: 'direct',
    steps: [step],
    fallbacks: [],
    wished: given.wished ?? answered.tier,
    reason: given.reason ?? 'easy',
    confidence: 1,
    degraded: null,
    privacy: 'public',
    ...(given.supervised === true
      ? { check: { kind: 'supervised', task: null, supervisor: null, floor: 0 } }
      : {}),
  }
  const { state, renewed } = sessionAfter(pin, {
    plan,
    ask: given.ask ?? { kind: 'auto' },
    answered,
    degraded: given.degraded ?? null,
  })
  return `${state}${renewed ? ', renewed' : ''}`
}

describe('a session, behind an answer', () => {
  it('is kept by the same tier, model and version, and ends when it was said to', () => {
    expect(after(near, near)).toBe('kept')
    expect(after(far, far)).toBe('kept')
    expect(after({ ...near, version: null }, near)).toBe('kept')
  })

  it('is kept by an answer of the edge, which has no versions', () => {
    const edge: Pin = { tier: 'edge', model: 'edge', version: null }
    expect(after(near, edge)).toBe('kept')
    expect(after(far, edge)).toBe('kept')
  })

  it('moves up with a turn that needs it', () => {
    expect(after(near, far, { reason: 'hard' })).toBe('moved, renewed')
  })

  it('is not taken over by a supervisor that answers one turn', () => {
    expect(after(near, far, { reason: 'taken-over', supervised: true })).toBe('moved')
  })

  it('never moves down: what was private, or asked for by name, was an exception', () => {
    expect(after(far, near, { reason: 'private' })).toBe('moved')
    expect(after(far, near, { ask: { kind: 'tier', tier: 'local' } })).toBe('moved')
  })

  it('stays what it was where something is down', () => {
    expect(after(near, far, { degraded: 'local-down' })).toBe('changed')
    expect(after(far, near, { degraded: 'frontier-down' })).toBe('changed')
    expect(after(far, near, { degraded: 'budget-spent' })).toBe('changed')
  })

  it('goes on with the version that answered where its own is gone, and with one that says nothing of itself', () => {
    expect(after(near, { ...near, version: 'v2' })).toBe('changed, renewed')
    expect(after(near, { ...near, version: null })).toBe('changed, renewed')
    expect(after(near, { ...near, model: 'other' })).toBe('changed, renewed')
    expect(after(far, { ...far, model: 'other' })).toBe('changed, renewed')
  })

  it('is not broken by a caller who names another model, nor by a tool call of another', () => {
    const other = { ...near, model: 'other' }
    expect(after(near, other, { ask: { kind: 'model', model: 'other' } })).toBe('moved, renewed')
    expect(after(near, other, { reason: 'made-the-tool-call' })).toBe('moved, renewed')
  })
})
