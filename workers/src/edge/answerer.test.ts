import type { ChatMessage, ChatRequest } from '@nearside/core'
import { describe, expect, it } from 'vitest'
import { askEdge, type EdgeAnswerer } from './answerer.ts'
import { arithmetic } from './arithmetic/arithmetic.ts'
import { plainQuestion } from './plain-question.ts'

const message = (role: ChatMessage['role'], text: string, given: Partial<ChatMessage> = {}): ChatMessage => ({
  role,
  text,
  images: 0,
  audio: 0,
  toolCalls: [],
  toolCallId: null,
  ...given,
})
const user = (text: string) => message('user', text)
const system = (text: string) => message('system', text)
const sum = user('what is 17 * 23?')

const request = (given: Partial<ChatRequest> = {}): ChatRequest => ({
  model: 'auto',
  messages: [sum],
  stream: false,
  includeUsage: false,
  outputLimit: null,
  answers: 1,
  tools: 0,
  responseFormat: 'text',
  sampling: {
    temperature: null,
    topP: null,
    seed: null,
    frequencyPenalty: null,
    presencePenalty: null,
    stop: [],
    logprobs: false,
    topLogprobs: 0,
  },
  body: { model: 'auto', messages: [] },
  ...given,
})
const answer = (given: Partial<ChatRequest> = {}) => askEdge(request(given), [arithmetic])?.text ?? null
const saying = (text: string): EdgeAnswerer => ({
  name: text,
  offer: () => ({ answerer: text, text, confidence: 1 }),
})
const failing: EdgeAnswerer = {
  name: 'failing',
  offer() {
    throw new Error('broken')
  },
}
const abstaining: EdgeAnswerer = { name: 'abstaining', offer: () => null }

describe('the edge', () => {
  it('gives the first offer', () => {
    expect(askEdge(request(), [abstaining, saying('first'), saying('second')])?.answerer).toBe('first')
    expect(askEdge(request(), [])).toBeNull()
  })

  it('takes an answerer that throws for one that abstains', () => {
    expect(askEdge(request(), [failing, saying('second')])?.answerer).toBe('second')
    expect(askEdge(request(), [failing])).toBeNull()
  })

  it.each([
    ['a promise', Promise.resolve({ answerer: 'a', text: 'late', confidence: 1 })],
    ['undefined', undefined],
    ['a text', 'text'],
    ['no text', { answerer: 'a', confidence: 1 }],
    ['a text that is a number', { answerer: 'a', text: 391, confidence: 1 }],
    ['no confidence', { answerer: 'a', text: '391' }],
    ['a confidence that is no number', { answerer: 'a', text: '391', confidence: Number.NaN }],
    ['a confidence above one', { answerer: 'a', text: '391', confidence: 1.1 }],
    ['a confidence below zero', { answerer: 'a', text: '391', confidence: -0.1 }],
  ])('takes an answerer that gives %s for one that abstains', (_, given) => {
    const junk: EdgeAnswerer = { name: 'junk', offer: () => given as never }
    expect(askEdge(request(), [junk, saying('second')])?.answerer).toBe('second')
    expect(askEdge(request(), [junk])).toBeNull()
  })

  it('lets no promise of an answerer fail where nobody hears it', async () => {
    const late: EdgeAnswerer = { name: 'late', offer: () => Promise.reject(new Error('late')) as never }
    expect(askEdge(request(), [late, saying('second')])?.answerer).toBe('second')
    // The process would end with a turn of its loop.
    await new Promise((resolve) => setTimeout(resolve, 0))
  })

  it('keeps back what a stop sequence or the output limit would have cut', () => {
    const { sampling } = request()
    expect(answer({ sampling: { ...sampling, stop: ['9'] } })).toBeNull()
    expect(answer({ sampling: { ...sampling, stop: ['\n'] } })).toBe('391')
    expect(answer({ outputLimit: 2 })).toBeNull()
    expect(answer({ outputLimit: 3 })).toBe('391')
  })

  it('answers a sum with the bare number, sure of it', () => {
    expect(askEdge(request(), [arithmetic])).toEqual({ answerer: 'arithmetic', text: '391', confidence: 1 })
  })
})

describe('a plain question', () => {
  it('is the only turn, for an earlier one may be what it refers to or may have set a rule', () => {
    expect(
      answer({ messages: [user('Answer in French from now on.'), message('assistant', 'Oui.'), sum] }),
    ).toBeNull()
    expect(answer({ messages: [sum, message('assistant', '391'), user('and times 3?')] })).toBeNull()
    expect(answer({ messages: [sum, message('assistant', '3')] })).toBeNull()
    expect(answer({ messages: [] })).toBeNull()
  })

  it('stands under no system prompt but those that say nothing', () => {
    for (const text of [
      'You are a helpful assistant.',
      'you are a helpful assistant',
      ' You are an AI assistant. ',
      '',
    ]) {
      expect(answer({ messages: [system(text), sum] }), text).toBe('391')
      expect(answer({ messages: [message('developer', text), sum] }), text).toBe('391')
    }
    for (const text of [
      'Answer in French.',
      'You are a helpful assistant. Answer in words.',
      'You are a helpful pirate.',
      'You never answer sums.',
      `You are a helpful assistant.${' '.repeat(200)}`,
    ]) {
      expect(answer({ messages: [system(text), sum] }), text).toBeNull()
      expect(
        answer({ messages: [system('You are a helpful assistant.'), message('developer', text), sum] }),
      ).toBeNull()
    }
  })

  it('asks for one bare text: no tools, no format, no pictures, no second answer, no log probabilities', () => {
    const { sampling } = request()
    expect(answer({ tools: 1 })).toBeNull()
    expect(answer({ responseFormat: 'json_object' })).toBeNull()
    expect(answer({ responseFormat: 'json_schema' })).toBeNull()
    expect(answer({ answers: 2 })).toBeNull()
    expect(answer({ sampling: { ...sampling, logprobs: true } })).toBeNull()
    expect(answer({ messages: [message('user', sum.text, { images: 1 })] })).toBeNull()
    expect(answer({ messages: [message('user', sum.text, { audio: 1 })] })).toBeNull()
  })

  it('comes with no field that could change the answer, known or unknown', () => {
    for (const body of [
      { logit_bias: { '391': -100 } },
      { functions: [] },
      { tool_choice: 'required' },
      { modalities: ['audio'] },
      { guided_regex: '[a-z]+' },
      { web_search_options: {} },
    ]) {
      expect(answer({ body }), Object.keys(body).join()).toBeNull()
    }
    expect(
      answer({ body: { temperature: 2, seed: 7, user: 'ada', logit_bias: null, logprobs: false } }),
    ).toBe('391')
  })
})

const mega = 1_000_000
const hostile: readonly (readonly [string, string])[] = [
  ['white space', ' '],
  ['digits', '9'],
  ['opening parentheses', '('],
  ['powers', '9^'],
  ['sums', '1+'],
  ['groups of digits', '1,'],
  ['dots', '.'],
  ['minus signs', '-'],
  ['words of asking', 'what is '],
  ['courtesy', 'please '],
  ['hyphened words', 'a-'],
  ['question marks', '?'],
  ['apostrophes', "what's"],
]

it.each(hostile)('TRUST 34: arithmetic reads a megabyte of %s in linear time', (_, piece) => {
  const quickest = (length: number): number => {
    const text = `what is ${piece.repeat(length / piece.length)}`
    return Math.min(...Array.from({ length: 5 }, () => timeMs(() => answer({ messages: [user(text)] }))))
  }
  // Ten times the text may take ten times as long, here four times that; a quadratic reading takes a hundred times.
  expect(quickest(mega)).toBeLessThan(40 * quickest(mega / 10) + 20)
})

it('TRUST 34: the longest sum that arithmetic reads costs a bounded amount, whatever its signs', () => {
  for (const [, piece] of hostile) {
    const text = piece.repeat(300 / piece.length)
    expect(plainQuestion(request({ messages: [user(text)] }))?.length).toBeLessThanOrEqual(300)
    for (const ask of [text, `${text}=`, `${text.slice(10)}1 =`])
      expect(answer({ messages: [user(ask)] })).toSatisfy(isShort)
  }
})

function isShort(text: unknown): boolean {
  return text === null || (typeof text === 'string' && text.length <= 140)
}

function timeMs(work: () => unknown): number {
  const from = cpuMs()
  work()
  return cpuMs() - from
}

/** Processor time: what else the machine has to do meanwhile is not in it. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}
