import { expect, it } from 'vitest'
import { openFinish } from './finish.ts'

const delta = (index: number, finishReason: 'stop' | null) => ({
  type: 'answer-delta' as const,
  choices: [{ index, text: '', toolCalls: [], finishReason, logprobs: [] }],
  usage: null,
  wire: null,
})

it('an answer is complete when each choice that was asked for has finished', () => {
  const finish = openFinish(2)
  finish.note(delta(0, null))
  finish.note(delta(0, 'stop'))
  finish.note(delta(0, 'stop'))
  expect(finish.complete).toBe(false)
  finish.note(delta(1, 'stop'))
  expect(finish.complete).toBe(true)
})
