import { describe, expect, it } from 'vitest'
import type { ChatRequest } from '../chat/chat-request.ts'
import { readChatRequest } from '../wire/read-chat-request.ts'
import { heuristicDifficulty } from './difficulty.ts'

const conversation = (...turns: readonly string[]): ChatRequest =>
  readChatRequest({ model: 'auto', messages: turns.map((content) => ({ role: 'user', content })) })
const difficulty = (...turns: readonly string[]) => heuristicDifficulty(conversation(...turns))

describe('the heuristic of difficulty', () => {
  it('takes work on a given text for easy', () => {
    for (const prompt of [
      'Rewrite this in a friendlier tone: send me the report.',
      'Summarise this in one sentence: the meeting moved to Tuesday.',
      'Translate "good morning" into French.',
      'Hi, how are you?',
      'Fix the grammar: he go to school.',
    ]) {
      expect(difficulty(prompt), prompt).toBeLessThan(0.45)
    }
  })

  it('takes proofs, derivations, debugging and design for hard', () => {
    for (const prompt of [
      'Prove that there are infinitely many primes.',
      'Derive the Euler-Lagrange equation.',
      'Debug this race condition: ```go\nfunc main() { go f() }\n```',
      'Design an architecture for a multi-tenant ledger, in depth, with its trade-offs.',
    ]) {
      expect(difficulty(prompt), prompt).toBeGreaterThan(0.6)
    }
  })

  it('stays near the middle where it knows nothing', () => {
    expect(difficulty('zxqv plim torado')).toBeCloseTo(0.45, 1)
  })

  it('TRUST 27: judges a conversation by its hardest turn, however easy the last one', () => {
    const hard = difficulty('Prove the theorem.')
    expect(difficulty('Prove the theorem.', 'thanks, now rewrite it')).toBe(hard)
  })

  it('TRUST 34: reads a bounded part of a conversation of any length', () => {
    const long = 'prove '.repeat(200_000)
    expect(difficulty(long)).toBeGreaterThan(0.6)
    const talk = Array.from({ length: 40 }, () => 'hello '.repeat(1_000))
    expect(difficulty('Prove it.', ...talk)).toBe(difficulty(...talk))
  })
})
