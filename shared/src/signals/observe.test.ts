import { expect, it } from 'vitest'
import { readChatRequest } from '../wire/read-chat-request.ts'
import { observe } from './observe.ts'

const body = { model: 'auto', messages: [{ role: 'user', content: 'hello' }] }
const request = readChatRequest(body)

it('takes the word of whoever judges the difficulty', () => {
  for (const difficulty of [0, 0.3, 1])
    expect(observe(request, null, () => difficulty).difficulty).toBe(difficulty)
})

it('TRUST 26: leaves the difficulty unknown where its judge fails or says what means nothing', () => {
  for (const junk of [
    Number.NaN,
    -0.1,
    1.1,
    Number.POSITIVE_INFINITY,
    undefined,
    '0.5',
    Promise.resolve(0.5),
    Promise.reject(new Error('no judgement')),
    null,
    {},
    { difficulty: 2, gain: Number.NaN, task: 7 },
  ])
    expect(observe(request, null, () => junk as number)).toMatchObject({
      difficulty: null,
      gain: null,
      task: null,
    })
  const failing = (): number => {
    throw new Error('no judgement')
  }
  expect(observe(request, null, failing).difficulty).toBeNull()
})

it('takes the expected gain and the kind of task from a judge that says them, and nothing else', () => {
  const judged = { difficulty: null, gain: -0.2, task: 'code', vector: [1, 2] }
  expect(observe(request, null, () => judged)).toMatchObject({ difficulty: null, gain: -0.2, task: 'code' })
  expect(observe(request, null, () => judged)).not.toHaveProperty('vector')
  expect(observe(request, null)).toMatchObject({ gain: null, task: null })
})
