import { describe, expect, it } from 'vitest'
import type { Choice } from '../chat/chat-event.ts'
import type { JsonObject } from '../chat/json.ts'
import { readChatRequest } from '../wire/read-chat-request.ts'
import { readCalibration } from './calibration.ts'
import { type AnswerCheck, answerChecker } from './check-answer.ts'

const schema = {
  type: 'object',
  properties: { city: { type: 'string' }, people: { type: 'integer' } },
  required: ['city', 'people'],
  additionalProperties: false,
}
const inSchema = { type: 'json_schema', json_schema: { name: 'city', strict: true, schema } }

const request = (more: JsonObject = {}, content = 'Which city is the largest?') =>
  readChatRequest({ model: 'auto', messages: [{ role: 'user', content }], ...more })
const choice = (given: Partial<Choice> = {}): Choice => ({
  index: 0,
  text: 'Tokyo is the largest city.',
  toolCalls: [],
  finishReason: 'stop',
  logprobs: [],
  ...given,
})
const check = (
  given: Partial<Choice>,
  asked = request(),
  told: number | null = 0.9,
  outputTokens: number | null = 8,
): AnswerCheck =>
  answerChecker(asked, null, null).whole({
    choices: [choice(given)],
    usage:
      outputTokens === null ? null : { promptTokens: 9, outputTokens, cachedTokens: 0, reasoningTokens: 0 },
    toldConfidence: told,
  })
const tokens = (...logprobs: readonly number[]) =>
  logprobs.map((logprob) => ({ token: 'x', logprob, top: [] }))

describe('how far an answer is believed', () => {
  it('is what its node says of it', () => {
    expect(check({}, request(), 0.83)).toEqual({ confidence: 0.83, faults: [] })
  })

  it('is what its tokens come to where the node says nothing, however long it is', () => {
    const short = check({ logprobs: tokens(-0.1, -0.1) }, request(), null)
    const long = check({ logprobs: tokens(...Array.from({ length: 500 }, () => -0.1)) }, request(), null)
    expect(short.confidence).toBeCloseTo(Math.exp(-0.1))
    expect(long.confidence).toBeCloseTo(short.confidence ?? 0)
  })

  it('falls with a few guesses in a long, sure answer', () => {
    const sure = Array.from({ length: 90 }, () => -0.01)
    const guesses = Array.from({ length: 10 }, () => -4)
    expect(check({ logprobs: tokens(...sure, ...guesses) }, request(), null).confidence).toBeLessThan(0.5)
    expect(check({ logprobs: tokens(...sure) }, request(), null).confidence).toBeGreaterThan(0.98)
  })

  it('is unknown where nothing tells and nothing is wrong', () => {
    expect(check({}, request(), null)).toEqual({ confidence: null, faults: [] })
  })

  it('is made comparable by the curve of its kind of task', () => {
    const calibration = readCalibration({ version: 1, curves: { math: [[0, 0.25]] } })
    const answer = { choices: [choice()], usage: null, toldConfidence: 0.9 }
    expect(answerChecker(request(), 'math', calibration).whole(answer).confidence).toBe(0.25)
    expect(answerChecker(request(), 'chat', calibration).whole(answer).confidence).toBe(0.9)
  })

  it('is the least of several answers, any of which may be used', () => {
    const choices = [choice({ logprobs: tokens(-0.01) }), choice({ index: 1, logprobs: tokens(-2) })]
    const { confidence } = answerChecker(request({ n: 2 }), null, null).whole({
      choices,
      usage: null,
      toldConfidence: null,
    })
    expect(confidence).toBeCloseTo(Math.exp(-2))
  })

  it('bears a server whose probabilities are none', () => {
    const { confidence } = check({ logprobs: tokens(Number.NaN, 3, -9_999) }, request(), null)
    expect(confidence).toBeGreaterThanOrEqual(0)
    expect(confidence).toBeLessThan(0.01)
  })
})

describe('what is plainly wrong with an answer', () => {
  it('is that it says nothing', () => {
    expect(check({ text: ' \n' })).toEqual({ confidence: 0, faults: ['empty'] })
  })

  it('is that it declines, or was filtered', () => {
    expect(check({ text: "I'm sorry, but I can't help with that." }).faults).toEqual(['refused'])
    expect(check({ finishReason: 'content_filter' }).faults).toEqual(['filtered'])
  })

  it('is that the model ran out of room, but not that the caller wanted no more', () => {
    expect(check({ finishReason: 'length' }).faults).toEqual(['truncated'])
    expect(check({ finishReason: 'length' }, request({ max_tokens: 8 })).faults).toEqual([])
    expect(check({ finishReason: 'length' }, request({ max_tokens: 500 })).faults).toEqual(['truncated'])
  })

  it('is that JSON was asked for and is broken, fenced or no object', () => {
    const asked = request({ response_format: { type: 'json_object' } })
    for (const text of ['{"city": "To', '```json\n{"city":"Tokyo"}\n```', '"Tokyo"', 'Here: {}'])
      expect(check({ text }, asked)).toEqual({ confidence: 0, faults: ['not-json'] })
    expect(check({ text: ' {"city":"Tokyo"}\n' }, asked).faults).toEqual([])
  })

  it('is that its JSON has not the shape that was asked for', () => {
    const asked = request({ response_format: inSchema })
    expect(check({ text: '{"city":"Tokyo","people":37}' }, asked).faults).toEqual([])
    expect(check({ text: '{"city":"Tokyo","people":"many"}' }, asked).faults).toEqual(['not-in-schema'])
    expect(check({ text: '{"city":"Tokyo"}' }, asked).faults).toEqual(['not-in-schema'])
  })

  it('holds an answer to its JSON alone where the schema says what cannot be checked', () => {
    const odd = { type: 'json_schema', json_schema: { name: 'odd', schema: { $dynamicRef: '#x' } } }
    expect(check({ text: '{}' }, request({ response_format: odd })).faults).toEqual([])
  })

  it('is that a block of code has no end', () => {
    expect(check({ text: 'Here:\n```ts\nconst a = 1\n' }).faults).toEqual(['fence-open'])
    expect(check({ text: 'Here:\n````md\n```ts\n```\n````\n' }).faults).toEqual([])
  })

  it('is that only a number was asked for, and there is none', () => {
    const asked = request({}, 'What is six times seven? Answer with only a number.')
    expect(check({ text: 'It is hard to say.' }, asked).faults).toEqual(['no-number'])
    expect(check({ text: '42' }, asked).faults).toEqual([])
    expect(check({ text: 'It is hard to say.' }, request({}, 'What number do you like?')).faults).toEqual([])
  })

  it('is that a tool call cannot be read', () => {
    const call = (args: string) => check({ text: '', toolCalls: [{ id: 'c', name: 'f', arguments: args }] })
    expect(call('{"a":').faults).toEqual(['broken-call'])
    expect(call('{"a":1}').faults).toEqual([])
    expect(call('').faults).toEqual([])
  })

  it('is that it loops', () => {
    expect(check({ text: 'and then he went home, '.repeat(20) }).faults).toContain('repeats')
  })
})

describe('the first words of a stream', () => {
  const opening = (text: string, logprobs: readonly number[] = [], asked = request()) =>
    answerChecker(asked, null, null).opening(text, logprobs)

  it('can only be found wanting', () => {
    expect(opening('Tokyo is', [-0.1, -0.1]).confidence).toBeCloseTo(Math.exp(-0.1))
    expect(opening('Tokyo is')).toEqual({ confidence: null, faults: [] })
    expect(opening('Sorry, I can’t assist with that').faults).toEqual(['refused'])
  })

  it('show an answer that cannot become JSON any more', () => {
    const asked = request({ response_format: { type: 'json_object' } })
    expect(opening('Sure! Here is', [], asked)).toEqual({ confidence: 0, faults: ['not-json'] })
    expect(opening(' {"cit', [], asked).faults).toEqual([])
    expect(opening('', [], asked).faults).toEqual([])
  })
})

it('TRUST 34: a megabyte of anything is judged in linear time', () => {
  const pieces = ['a', 'I can ', '`', '```\n', 'sorry ', '我', '- 1\n', '{"a":', '\u00a0 ', 'ich kann das ']
  const timeOf = (chars: number, piece: string): number => {
    const text = piece.repeat(Math.ceil(chars / piece.length))
    const begun = cpuMs()
    check({ text }, request({ response_format: { type: 'text' } }))
    return cpuMs() - begun
  }
  for (const piece of pieces) {
    timeOf(10_000, piece)
    // Eight times the text: what grows with its square would take sixty-four times as long, and seconds.
    const small = Math.max(20, timeOf(125_000, piece))
    const large = Math.min(timeOf(1_000_000, piece), timeOf(1_000_000, piece))
    expect(large).toBeLessThan(small * 40)
  }
})

/** Processor time: what else the machine has to do meanwhile is not in it. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}
