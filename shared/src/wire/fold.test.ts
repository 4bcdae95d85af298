import { describe, expect, it } from 'vitest'
import type { AnswerDelta, AnswerWhole, Choice, ChoiceDelta, FinishReason } from '../chat/chat-event.ts'
import { answerFold, unfoldAnswer } from './fold.ts'
import { readChunk } from './read-answer.ts'
import { chunkWriter } from './write-answer.ts'

function delta(choice: Partial<ChoiceDelta>): AnswerDelta {
  const silent = { index: 0, text: '', toolCalls: [], finishReason: null, logprobs: [] }
  return { type: 'answer-delta', choices: [{ ...silent, ...choice }], usage: null, wire: '{}' }
}

function folded(deltas: readonly AnswerDelta[]): AnswerWhole {
  const fold = answerFold()
  for (const one of deltas) fold.push(one)
  return fold.whole()
}

/** Mulberry32: the same numbers for the same seed, everywhere. */
function seededRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

function randomAnswer(random: () => number): AnswerWhole {
  const below = (bound: number): number => Math.floor(random() * bound)
  const words = ['', 'a', '\n', '😀', '"', '\\', 'data: ', '{"x":', '\u2028', 'é']
  const text = (): string => Array.from({ length: below(6) }, () => words[below(words.length)]!).join('')
  const reasons: readonly FinishReason[] = ['stop', 'length', 'tool_calls', 'content_filter', 'function_call']
  const choice = (index: number): Choice => ({
    index,
    text: text(),
    toolCalls: Array.from({ length: below(3) }, (_, call) => ({
      id: `call-${call}`,
      name: `f${below(9)}`,
      arguments: text(),
    })),
    finishReason: reasons[below(reasons.length)]!,
    logprobs: Array.from({ length: below(3) }, () => ({
      token: text(),
      logprob: 0 - below(9) / 4,
      top: Array.from({ length: below(3) }, () => ({ token: text(), logprob: 0 - below(9) / 4 })),
    })),
  })
  const indexes = [0, 1, 2, 5, 7].filter(() => random() < 0.5)
  const promptTokens = below(1_000)
  const outputTokens = below(1_000)
  return {
    type: 'answer-whole',
    choices: indexes.map(choice),
    usage:
      random() < 0.3
        ? null
        : {
            promptTokens,
            outputTokens,
            cachedTokens: below(promptTokens + 1),
            reasoningTokens: below(outputTokens + 1),
          },
    wire: null,
  }
}

describe('the chunks of a stream', () => {
  it('make the whole answer', () => {
    const whole = folded([
      delta({ text: '' }),
      delta({ index: 1, text: 'other' }),
      delta({ text: 'Hel', logprobs: [{ token: 'Hel', logprob: -1, top: [] }] }),
      delta({ text: 'lo', logprobs: [{ token: 'lo', logprob: -2, top: [] }] }),
      delta({ toolCalls: [{ index: 1, id: 'b', name: 'g', arguments: '' }] }),
      delta({ toolCalls: [{ index: 0, id: 'a', name: 'f', arguments: '{"x"' }] }),
      delta({ toolCalls: [{ index: 0, id: null, name: null, arguments: ':1}' }] }),
      delta({ finishReason: 'tool_calls' }),
      delta({ index: 1, finishReason: 'length' }),
      {
        type: 'answer-delta',
        choices: [],
        usage: { promptTokens: 1, outputTokens: 0, cachedTokens: 0, reasoningTokens: 0 },
        wire: '{}',
      },
    ])
    expect(whole).toEqual({
      type: 'answer-whole',
      choices: [
        {
          index: 0,
          text: 'Hello',
          toolCalls: [
            { id: 'a', name: 'f', arguments: '{"x":1}' },
            { id: 'b', name: 'g', arguments: '' },
          ],
          finishReason: 'tool_calls',
          logprobs: [
            { token: 'Hel', logprob: -1, top: [] },
            { token: 'lo', logprob: -2, top: [] },
          ],
        },
        { index: 1, text: 'other', toolCalls: [], finishReason: 'length', logprobs: [] },
      ],
      usage: { promptTokens: 1, outputTokens: 0, cachedTokens: 0, reasoningTokens: 0 },
      wire: null,
    })
  })

  it('make one call of pieces that each repeat its id and name', () => {
    const piece = (text: string): AnswerDelta =>
      delta({ toolCalls: [{ index: 0, id: 'a', name: 'f', arguments: text }] })
    expect(folded([piece('{'), piece('}')]).choices[0]!.toolCalls).toEqual([
      { id: 'a', name: 'f', arguments: '{}' },
    ])
  })

  it('keep the last usage, for upstreams that count up as they go', () => {
    const counted = (outputTokens: number): AnswerDelta => ({
      ...delta({ text: 'x' }),
      usage: { promptTokens: 3, outputTokens, cachedTokens: 0, reasoningTokens: 0 },
    })
    expect(folded([counted(1), counted(2), delta({ finishReason: 'stop' })]).usage?.outputTokens).toBe(2)
  })

  it('make an empty answer when there are none', () => {
    expect(folded([])).toEqual({ type: 'answer-whole', choices: [], usage: null, wire: null })
  })

  it('make an answer that later chunks do not change', () => {
    const fold = answerFold()
    fold.push(delta({ text: 'a', logprobs: [{ token: 'a', logprob: 0, top: [] }] }))
    const early = fold.whole()
    const before = structuredClone(early)
    fold.push(delta({ text: 'b', logprobs: [{ token: 'b', logprob: 0, top: [] }] }))
    expect(early).toEqual(before)
  })
})

describe('a whole answer', () => {
  it('becomes what each choice says, how it ends, and the usage alone at the end', () => {
    const usage = { promptTokens: 1, outputTokens: 2, cachedTokens: 0, reasoningTokens: 0 }
    const choice: Choice = { index: 0, text: 'hi', toolCalls: [], finishReason: 'stop', logprobs: [] }
    const deltas = unfoldAnswer({ type: 'answer-whole', choices: [choice], usage, wire: '{}' })
    expect(
      deltas.map(({ choices, usage: used }) => [choices[0]?.text, choices[0]?.finishReason, used]),
    ).toEqual([
      ['hi', null, null],
      ['', 'stop', null],
      [undefined, undefined, usage],
    ])
  })

  it('is the same after it went through its chunks, and through their text', () => {
    const random = seededRandom(7)
    for (let round = 0; round < 1_000; round++) {
      const answer = randomAnswer(random)
      const deltas = unfoldAnswer(answer)
      expect(folded(deltas)).toEqual(answer)

      const write = chunkWriter({ id: 'x', createdSeconds: 0, model: 'm', systemFingerprint: null })
      expect(folded(deltas.map((one) => readChunk(write(one, null))))).toEqual(answer)
    }
  })
})
