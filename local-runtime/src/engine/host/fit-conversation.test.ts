import { expect, it } from 'vitest'
import type { EngineMessage, Overflow } from '../engine.ts'
import { fitConversation } from './fit-conversation.ts'

const talk: readonly EngineMessage[] = [
  { role: 'system', text: 's' },
  { role: 'user', text: 'aaaa' },
  { role: 'assistant', text: 'bbbb' },
  { role: 'user', text: 'cc' },
  { role: 'assistant', text: 'dd' },
  { role: 'user', text: 'e' },
]

/** A token a letter, and the letters as ids. */
function fit(contextTokens: number, overflow: Overflow, messages = talk): string {
  const ids = fitConversation({
    messages,
    contextTokens,
    overflow,
    longestTokenBytes: 1,
    tokensOf: (kept) => [...kept.map(({ text }) => text).join('')].map((letter) => letter.charCodeAt(0)),
  })
  return String.fromCharCode(...ids)
}

it('leaves a conversation that fits as it is', () => {
  expect(fit(15, 'error')).toBe('saaaabbbbccdde')
  expect(fit(15, 'truncate-oldest')).toBe('saaaabbbbccdde')
})

it('refuses one that leaves no room for an answer', () => {
  expect(() => fit(14, 'error')).toThrow(/14 tokens or more, but the model takes 14/)
})

it('leaves out no more of the oldest turns than it must, and keeps the system message', () => {
  expect(fit(14, 'truncate-oldest')).toBe('sccdde')
  expect(fit(7, 'truncate-oldest')).toBe('sccdde')
  expect(fit(6, 'truncate-oldest')).toBe('se')
  expect(fit(3, 'truncate-oldest')).toBe('se')
})

it('refuses a last turn that is too long by itself', () => {
  expect(() => fit(2, 'truncate-oldest')).toThrow(/the model takes 2/)
  expect(() => fit(3, 'truncate-oldest', [{ role: 'user', text: 'long' }])).toThrow(/takes 3/)
})

it('says that the template refuses a conversation, in words of its own', () => {
  const options = { messages: talk, contextTokens: 99, overflow: 'error' as const, longestTokenBytes: 1 }
  expect(() => fitConversation({ ...options, tokensOf: () => null })).toThrow(/chat template refuses/)
})
