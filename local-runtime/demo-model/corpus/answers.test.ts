import { expect, it } from 'vitest'
import { seededRandom } from '../network/random.ts'
import { allAnswers, requestKinds, sampleAnswer, usualAnswer } from './answers.ts'

it('says in every answer that it is the demonstration model and how to get a real one', () => {
  for (const answer of allAnswers()) {
    expect(answer).toMatch(/demonstration model/)
    expect(answer).toMatch(/Nearside/)
    expect(answer).toMatch(/NEARSIDE_LOCAL_URL|nearside-runtime serve --model DIR/)
    expect(answer).toMatch(/cannot really answer|a true answer is beyond me|unable to help/)
  }
})

it('answers in three sentences at most', () => {
  for (const answer of allAnswers()) {
    expect(answer.match(/[.!?](?= |$)/g)!.length).toBeLessThanOrEqual(3)
  }
})

it('has a usual answer of its own for each kind of request', () => {
  const usual = requestKinds.map(usualAnswer)
  expect(new Set(usual).size).toBe(requestKinds.length)
  for (const answer of usual) expect(allAnswers()).toContain(answer)
})

it('varies, but always within the known answers', () => {
  const random = seededRandom(1)
  const sampled = new Set(Array.from({ length: 200 }, () => sampleAnswer('question', random)))
  expect(sampled.size).toBeGreaterThan(4)
  for (const answer of sampled) expect(allAnswers()).toContain(answer)
})
