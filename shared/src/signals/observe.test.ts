import { expect, it } from 'vitest'
import { readChatRequest } from '../wire/read-chat-request.ts'
import { observe } from './observe.ts'

const body = { model: 'auto', messages: [{ role: 'user', content: 'hello' }] }
const request = readChatRequest(body)

it('takes the word of whoever judges the difficulty', () => {
  for (const difficulty of [0, 0.3, 1])
    expect(observe(request, null, () => difficulty).difficulty).toBe(difficulty)
})

it('leaves the difficulty unknown where its judge fails or says what means nothing', () => {
  for (const junk of [
    Number.NaN,
    -0.1,
    1.1,
    Number.POSITIVE_INFINITY,
    undefined,
    '0.5',
    Promise.resolve(0.5),
  ])
    expect(observe(request, null, () => junk as number).difficulty).toBeNull()
  const failing = (): number => {
    throw new Error('no judgement')
  }
  expect(observe(request, null, failing).difficulty).toBeNull()
})
