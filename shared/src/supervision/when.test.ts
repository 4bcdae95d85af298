import { describe, expect, it } from 'vitest'
import type { ChatMessage } from '../chat/chat-request.ts'
import { openState, type SupervisionState } from './state.ts'
import { isFailure, troubleIn } from './watch.ts'
import { causeAfter, causeBefore, defaultSupervision as terms } from './when.ts'

const quiet = { repeats: 0, failures: 0 }
const advising = (state: Partial<SupervisionState>) => ({ ...openState('execute-verify-advise'), ...state })
const planning = (state: Partial<SupervisionState>) => ({
  ...openState('plan-execute-verify-replan'),
  ...state,
})

const message = (given: Partial<ChatMessage>): ChatMessage => ({
  role: 'user',
  text: '',
  images: 0,
  audio: 0,
  toolCalls: [],
  toolCallId: null,
  ...given,
})
let made = 0
const turn = (name: string, given: string, result: string): readonly ChatMessage[] => {
  const id = `call_${++made}`
  return [
    message({ role: 'assistant', toolCalls: [{ id, name, arguments: given }] }),
    message({ role: 'tool', text: result, toolCallId: id }),
  ]
}

describe('the supervisor speaks', () => {
  it('every so many turns since it last spoke, and once at a turn', () => {
    const asked = [1, 2, 3, 4, 5, 6, 7, 8].filter(
      (turn) => causeBefore(advising({ turn, spokeAt: turn > 4 ? 4 : 0 }), quiet, 0, terms) !== null,
    )
    expect(asked).toEqual([4, 8])
    expect(causeBefore(advising({ turn: 8, spokeAt: 8 }), quiet, 0, { ...terms, everyTurns: 1 })).toBeNull()
  })

  it('where the executor goes in circles, a tool fails or the context grows, but not at once again', () => {
    const state = advising({ turn: 3 })
    expect(causeBefore(state, { ...quiet, repeats: 3 }, 0, terms)).toBe('call-repeats')
    expect(causeBefore(state, { ...quiet, failures: 2 }, 0, terms)).toBe('tool-fails')
    expect(causeBefore(state, quiet, 4_000, terms)).toBe('context-grows')
    const spoken = advising({ turn: 4, spokeAt: 3 })
    expect(causeBefore(spoken, { repeats: 9, failures: 9 }, 9_999, terms)).toBeNull()
    expect(causeBefore({ ...spoken, turn: 5 }, { repeats: 9, failures: 9 }, 0, terms)).toBe('call-repeats')
  })

  it('at the first turn for a plan, and where the executor says that it is done', () => {
    expect(causeBefore(planning({ turn: 1 }), quiet, 0, terms)).toBe('no-plan')
    expect(causeBefore(advising({ turn: 1 }), quiet, 0, terms)).toBeNull()
    const seen = { confidence: 0.9, ends: true }
    expect(causeAfter(planning({ turn: 3, plan: 'p' }), seen, terms)).toBe('claims-done')
    expect(causeAfter(planning({ turn: 3, plan: 'p' }), { ...seen, ends: false }, terms)).toBeNull()
    expect(causeAfter(advising({ turn: 3 }), seen, terms)).toBeNull()
  })

  it('where an answer is unsure, and not where nothing tells', () => {
    expect(causeAfter(advising({ turn: 1 }), { confidence: 0.2, ends: false }, terms)).toBe('unsure')
    expect(causeAfter(advising({ turn: 1 }), { confidence: null, ends: false }, terms)).toBeNull()
  })

  it('no more often than a session may cost', () => {
    const state = planning({ turn: 1 })
    const silent = { ...state, counters: { ...state.counters, asked: terms.mostWords } }
    expect(causeBefore(silent, { repeats: 9, failures: 9 }, 99_999, terms)).toBeNull()
    expect(causeAfter(silent, { confidence: 0, ends: true }, terms)).toBeNull()
  })
})

describe('what a transcript shows of trouble', () => {
  it('counts the same call, however its JSON is spaced, and a loop of several', () => {
    const same = [
      ...turn('look', '{"at": 1}', 'x'),
      ...turn('look', '{"at":1}', 'x'),
      ...turn('look', ' {"at":1}', 'x'),
    ]
    expect(troubleIn(same).repeats).toBe(3)
    const loop = [1, 2, 3].flatMap(() => [...turn('go', '{"to":"a"}', 'a'), ...turn('go', '{"to":"b"}', 'b')])
    expect(troubleIn(loop).repeats).toBe(3)
    expect(troubleIn([...turn('look', '{"at":1}', 'x'), ...turn('look', '{"at":2}', 'x')]).repeats).toBe(1)
    expect(troubleIn([message({ text: 'hello' })])).toEqual(quiet)
  })

  it('counts failures of one tool since it last worked, whatever others did', () => {
    const failing = [
      ...turn('buy', '{}', 'ok'),
      ...turn('buy', '{"n":1}', 'Error: no stock'),
      ...turn('look', '{}', 'fine'),
    ]
    expect(troubleIn([...failing, ...turn('buy', '{"n":2}', '{"error":"no stock"}')]).failures).toBe(2)
    expect(troubleIn([...failing, ...turn('buy', '{"n":3}', 'bought')]).failures).toBe(0)
  })

  it('knows a failure by its first word or its field, and no result that only speaks of one', () => {
    for (const text of [
      'Error: x',
      'TypeError: x',
      'failed to open',
      'Traceback (most recent',
      '{"ok":false}',
      '{"isError":true}',
    ])
      expect(isFailure(text)).toBe(true)
    for (const text of [
      '',
      'The error rate is 2 %',
      '{"error":null,"rows":[]}',
      '{"ok":true}',
      '{broken',
      '["error"]',
    ])
      expect(isFailure(text)).toBe(false)
  })
})
