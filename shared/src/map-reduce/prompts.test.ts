import { describe, expect, it } from 'vitest'
import { textTokens } from '../signals/prompt-tokens.ts'
import { askAnswer } from './ask-answer.ts'
import { readFinding } from './ask-worker.ts'
import { clippedTokens } from './clip.ts'

describe('a worker', () => {
  it.each([['NONE'], [' none. '], ['"NONE"'], ['**NONE**'], ['`none`'], [''], ['  \n']])(
    'abstains with %j',
    (said) => {
      expect(readFinding(said, 100)).toBeNull()
    },
  )

  it('does not where it only speaks of none', () => {
    expect(readFinding('None of the members signed.', 100)).toBe('None of the members signed.')
  })

  it('tells no more than a passage may have', () => {
    const said = readFinding('The whole piece, word for word. '.repeat(500), 100) ?? ''
    expect(textTokens(said)).toBeLessThanOrEqual(100)
    expect(said).toMatch(/^The whole piece/)
    expect(clippedTokens('👩‍👧'.repeat(500), 60)).not.toMatch(/[\ud800-\udbff](?![\udc00-\udfff])/)
  })
})

describe('whoever sums up', () => {
  const question = {
    task: 'Who signed?',
    instructions: '',
    chunks: 4,
    unanswered: 2,
    mostJobs: 0,
    saysMissing: false,
    mostTokens: 1_000,
    passages: [
      { chunk: 3, question: 'q', text: 'Ada signed.' },
      { chunk: 1, question: 'q', text: 'A contract.' },
    ],
  }
  const said = (more: object = {}): string => JSON.stringify(askAnswer({ ...question, ...more }))

  it('sees passages in the document’s order, under their pieces', () => {
    expect(said()).toMatch(/piece=\\"c1\\">\\nA contract\.[\s\S]*piece=\\"c3\\">\\nAda signed\./)
    expect(said({ passages: [] })).toContain('No piece says anything')
  })

  it('is asked to mention pieces that were not read only where the policy says so', () => {
    expect(said()).not.toContain('could not be read')
    expect(said({ saysMissing: true })).toContain('2 of the pieces')
    expect(said({ saysMissing: true, unanswered: 0 })).not.toContain('could not be read')
  })

  it('may ask for more only where a round is left', () => {
    expect(said()).not.toContain('jobs')
    expect(said({ mostJobs: 4 })).toContain('at most 4 questions')
  })

  it('gets no more than fits, the longest passages cut first', () => {
    const long = 'A very long passage about many things. '.repeat(200)
    const passages = [
      { chunk: 1, question: 'q', text: 'Ada signed.' },
      { chunk: 2, question: 'q', text: long },
    ]
    const [, user] = askAnswer({ ...question, passages, mostTokens: 300 })
    expect(textTokens(String(user?.content))).toBeLessThan(360)
    expect(user?.content).toContain('Ada signed.')
  })
})
