import { type AnswerDelta, readAnswer, readChatRequest, readChunk, writeAnswer } from '@nearside/core'
import { describe, expect, it } from 'vitest'
import { renameInEvent, renameInRequest } from './rename-calls.ts'

const newId = (id: string): string => `new-${id}`
const called = { id: 'call_1', type: 'function', function: { name: 'look', arguments: '{"a":1}' } }

describe('an answer', () => {
  it('has other ids in its plain fields and in its text, and all else as it was', () => {
    const message = { role: 'assistant', content: null, tool_calls: [called], reasoning_content: 'hm' }
    const body = {
      id: 'x',
      model: 'm',
      choices: [{ index: 0, message, finish_reason: 'tool_calls', seed: 3 }],
      usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 },
      system_fingerprint: 'fp',
    }
    const renamed = renameInEvent(readAnswer(JSON.stringify(body)), newId)
    expect(renamed.choices[0]?.toolCalls[0]?.id).toBe('new-call_1')
    const calls = [{ ...called, id: 'new-call_1' }]
    expect(JSON.parse(renamed.wire ?? '')).toEqual({
      ...body,
      choices: [
        { index: 0, message: { ...message, tool_calls: calls }, finish_reason: 'tool_calls', seed: 3 },
      ],
    })
  })

  it('has them too where somebody has changed it before', () => {
    const choice = { index: 0, text: '', finishReason: 'tool_calls', logprobs: [] } as const
    const toolCalls = [{ id: 'call_1', name: 'look', arguments: '{}' }]
    const changed = {
      type: 'answer-whole',
      choices: [{ ...choice, toolCalls }],
      usage: null,
      wire: null,
    } as const
    const renamed = renameInEvent(changed, newId)
    const envelope = { id: 'x', createdSeconds: 1, model: 'm', systemFingerprint: null }
    if (renamed.type !== 'answer-whole') throw new Error('it was whole')
    expect(writeAnswer(renamed, envelope, null)).toContain('"new-call_1"')
  })

  it('is not touched where it calls nothing', () => {
    const text =
      '{"choices":[{"index":0,"message":{"role":"assistant","content":"hi"},"finish_reason":"stop"}]}'
    const answer = readAnswer(text)
    expect(renameInEvent(answer, newId)).toBe(answer)
  })
})

describe('a stream', () => {
  const chunk = (calls: readonly object[]): AnswerDelta =>
    readChunk(
      JSON.stringify({ choices: [{ index: 0, delta: { tool_calls: calls } }], system_fingerprint: 'fp' }),
    )

  it('has other ids in the chunks that name one, and passes those with arguments alone', () => {
    const named = renameInEvent(chunk([{ index: 0, ...called }]), newId)
    expect(JSON.parse(named.wire ?? '')).toEqual({
      choices: [{ index: 0, delta: { tool_calls: [{ index: 0, ...called, id: 'new-call_1' }] } }],
      system_fingerprint: 'fp',
    })
    for (const more of [
      { function: { arguments: '{' } },
      { id: '', function: { arguments: '{' } },
      { id: null },
    ]) {
      const piece = chunk([{ index: 0, ...more }])
      expect(renameInEvent(piece, newId)).toBe(piece)
    }
  })

  it('has several calls in one chunk, each with its own', () => {
    const both = renameInEvent(
      chunk([
        { index: 0, ...called },
        { index: 1, ...called, id: 'call_2' },
      ]),
      newId,
    )
    expect(both.wire).toContain('"new-call_1"')
    expect(both.wire).toContain('"new-call_2"')
  })
})

describe('a conversation', () => {
  it('has other ids in calls and in their results, and everything else as it came', () => {
    const messages = [
      { role: 'user', content: 'Look.', name: 'ann' },
      { role: 'assistant', content: null, tool_calls: [called], reasoning: { kept: true } },
      { role: 'tool', tool_call_id: 'call_1', content: 'call_1' },
    ]
    const request = readChatRequest({ model: 'auto', messages, custom: 1 })
    const { body } = renameInRequest(request, newId)
    expect(body).toEqual({
      model: 'auto',
      messages: [
        messages[0],
        { ...messages[1], tool_calls: [{ ...called, id: 'new-call_1' }] },
        { role: 'tool', tool_call_id: 'new-call_1', content: 'call_1' },
      ],
      custom: 1,
    })
  })

  it('is not touched where nothing was called', () => {
    const request = readChatRequest({ model: 'auto', messages: [{ role: 'user', content: 'Look.' }] })
    expect(renameInRequest(request, newId)).toBe(request)
  })
})
