import { describe, expect, it } from 'vitest'
import { hear, missed } from './hear.ts'
import { beginTurn, isClaimed, openState, readState, writeState } from './state.ts'

const strategy = 'plan-execute-verify-replan'
const heard = { messages: 5, tokens: 900 }

describe('the state of a supervised session', () => {
  it('comes back as it was written', () => {
    const state = hear(
      beginTurn(openState(strategy), 'a', 'public', 1),
      { verdict: 'plan', plan: '1. look' },
      heard,
    )
    expect(readState(writeState(state), strategy)).toEqual(state)
  })

  it('is none where it is broken, of another version or of another strategy', () => {
    const text = writeState(openState(strategy))
    const broken = ['', 'null', '[]', '{}', text.slice(0, -1), text.replace('"version":1', '"version":2')]
    for (const each of [
      ...broken,
      text.replace('"turn":0', '"turn":-1'),
      text.replace('"advice":[]', '"advice":[{}]'),
    ])
      expect(readState(each, strategy)).toBeNull()
    expect(readState(text, 'execute-verify-advise')).toBeNull()
  })

  it('advances once for each conversation, however often it is asked', () => {
    const first = beginTurn(openState(strategy), 'a', 'public', 1)
    expect(first.turn).toBe(1)
    expect(beginTurn(first, 'a', 'public', 1)).toBe(first)
    expect(beginTurn(first, 'b', 'public', 1).turn).toBe(2)
  })

  it('plans anew where the user asks for more, and keeps what is known', () => {
    let state = beginTurn(openState(strategy), 'a', 'public', 1)
    state = hear(state, { verdict: 'replan', plan: 'p', summary: 's' }, heard)
    expect(beginTurn(state, 'b', 'public', 1).plan).toBe('p')
    expect(beginTurn(state, 'b', 'public', 2)).toMatchObject({ plan: null, summary: 's', spokeAt: 0 })
  })

  it('keeps the strictest level that a turn has had', () => {
    const strict = beginTurn(beginTurn(openState(strategy), 'a', 'contractual', 1), 'b', 'public', 1)
    expect(strict.level).toBe('contractual')
    expect(beginTurn(strict, 'b', 'never-leave', 1).level).toBe('never-leave')
  })

  it('belongs for a while to whoever asks the supervisor, and no longer', () => {
    const state = { ...openState(strategy), claim: { owner: 'one', endsAt: 100 } }
    expect(isClaimed(state, 'two', 99)).toBe(true)
    expect(isClaimed(state, 'one', 99)).toBe(false)
    expect(isClaimed(state, 'two', 100)).toBe(false)
  })

  it('counts what was said, what could not be read and what was not said at all', () => {
    let state = beginTurn(openState('execute-verify-advise'), 'a', 'public', 1)
    state = hear(state, null, heard)
    state = hear(state, { verdict: 'advice', advice: 'Stop.' }, heard)
    state = missed(state)
    expect(state.counters).toMatchObject({ asked: 2, unread: 1, fine: 1, advised: 1, missed: 1 })
    expect(state.advice).toEqual([{ at: 5, text: 'Stop.' }])
  })

  it('forgets advice of before a context reset, and all but the latest', () => {
    let state = openState(strategy)
    for (let at = 0; at < 9; at++)
      state = hear(state, { verdict: 'advice', advice: String(at) }, { ...heard, messages: at })
    expect(state.advice.map(({ text }) => text)).toEqual(['5', '6', '7', '8'])
    state = hear(state, { verdict: 'replan', plan: 'p', summary: 's' }, heard)
    expect(state).toMatchObject({ plan: 'p', summary: 's', resetAt: 5, advice: [] })
  })
})
