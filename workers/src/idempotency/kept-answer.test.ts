import { describe, expect, it } from 'vitest'
import { isComplete } from './kept-answer.ts'

const stream = 'text/event-stream; charset=utf-8'
const chunk = 'data: {"choices":[{"index":0,"delta":{"content":"hello"},"finish_reason":null}]}'

describe('an answer that is kept for a repeat', () => {
  it.each([
    ['as we write it', `${chunk}\n\ndata: [DONE]\n\n`],
    ['with CRLF', `${chunk}\r\n\r\ndata: [DONE]\r\n\r\n`],
    ['without a space', `${chunk}\n\ndata:[DONE]\n\n`],
    ['without its last line break', `${chunk}\n\ndata: [DONE]\n`],
  ])(
    'TRUST 11: is complete with its last event, which passes natively as the upstream wrote it: %s',
    (_, text) => {
      expect(isComplete(stream, text)).toBe(true)
    },
  )

  it.each([
    ['cut before it', `${chunk}\n\n`],
    ['cut in it', `${chunk}\n\ndata: [DON`],
    ['that is said in its text', `${chunk.replace('hello', 'data: [DONE]')}\n\n`],
    ['with more behind it', `data: [DONE]\n\n${chunk}\n\n`],
  ])('is not complete %s', (_, text) => {
    expect(isComplete(stream, text)).toBe(false)
  })
})
