import { describe, expect, it } from 'vitest'
import { textTokens } from '../signals/prompt-tokens.ts'
import { askAnswer } from './ask-answer.ts'
import { readFinding } from './ask-worker.ts'
import { clippedTokens } from './clip.ts'

describe('a worker', () => {
  const piece =
    '7. Support. We regret that we are unable to provide support at weekends.\nThe parties signed in Turin.'
  const found = (said: string, more: { question?: string; piece?: string } = {}, mostTokens = 100) =>
    readFinding(said, { question: 'Who signed?', piece, ...more }, mostTokens)
  const nothing = { kind: 'nothing' }

  it.each([['NONE'], [' none. '], ['"NONE"'], ['**NONE**'], ['`none`'], [''], ['  \n']])(
    'abstains with %j',
    (said) => {
      expect(found(said)).toEqual(nothing)
    },
  )

  it('does not where it only speaks of none', () => {
    const text = 'None of the members signed.'
    expect(found(text)).toEqual({ kind: 'passage', text })
  })

  it.each([
    ["I'm sorry, but I can't help with that."],
    ['I cannot assist with this request.'],
    ['Es tut mir leid, aber dabei kann ich Ihnen nicht helfen.'],
    ['Lo siento, no puedo ayudarte con eso.'],
    ['抱歉，我无法提供这方面的信息。'],
  ])('that declines has read nothing: %s', (said) => {
    expect(found(said)).toEqual({ kind: 'refused' })
  })

  it.each([
    ["I'm sorry, but I cannot find any mention of who signed."],
    ['Unfortunately, I cannot answer that from this piece.'],
    ["I'm sorry, I can't answer based on the provided text."],
  ])('that excuses itself for what is not there has read it: %s', (said) => {
    expect(found(said)).toEqual(nothing)
  })

  it('that quotes a refusal which stands in its piece has found it', () => {
    for (const text of [
      'We regret that we are unable to provide support at weekends.',
      "I'm sorry, I can't help but quote: “we regret  that we are unable to\nprovide support at weekends”.",
    ])
      expect(found(text)).toEqual({ kind: 'passage', text })
    const long = `${piece}${' And so on.'.repeat(2_000)}`
    const text = 'We regret that we are unable to provide support at weekends.'
    expect(found(text, { piece: long })).toEqual({ kind: 'passage', text })
  })

  it('TRUST 34: is looked through at its beginning, however much it says', () => {
    const said = `I'm sorry, I can't help with that. ${'ab '.repeat(3_000_000)}`
    expect(found(said, { piece: 'ba '.repeat(50_000) }).kind).toBe('passage')
  })

  it('tells no more than a passage may have', () => {
    const said = found('The whole piece, word for word. '.repeat(500))
    if (said.kind !== 'passage') throw new Error('it found something')
    expect(textTokens(said.text)).toBeLessThanOrEqual(100)
    expect(said.text).toMatch(/^The whole piece/)
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
