import { describe, expect, it } from 'vitest'
import { untilFirstEvent } from './first-event.ts'

const comment = ': PROCESSING\n\n'
const event = 'data: {"choices":[{"index":0,"delta":{"content":"a"}}]}\n\n'
const reading = (pieces: readonly string[]) => {
  const left = [...pieces]
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      const piece = left.shift()
      if (piece === undefined) controller.close()
      else controller.enqueue(new TextEncoder().encode(piece))
    },
  }).getReader()
}
const text = async (...pieces: string[]) => new TextDecoder().decode(await untilFirstEvent(reading(pieces)))

describe('a stream has begun', () => {
  it('with the first chunk that holds an event, and no later one is waited for', async () => {
    expect(await text(event, event)).toBe(event)
    expect(await text(event + event, event)).toBe(event + event)
    expect(await text('data: [DONE]\n\n')).toBe('data: [DONE]\n\n')
  })

  it('not with comments and empty lines, which go on in front of it as they came', async () => {
    expect(await text(comment, '\n', '\r\n', comment, event)).toBe(`${comment}\n\r\n${comment}${event}`)
    await expect(text(comment, comment)).rejects.toMatchObject({ code: 'tier-failed' })
  })

  it('with an event that comes letter by letter, or has no end', async () => {
    expect(await text(...comment, ...event, event)).toBe(comment + event)
    expect(await text(event.trimEnd())).toBe(event.trimEnd())
    const long = 'data: x'.padEnd(70_000, 'x')
    expect(await text(long, event)).toBe(long)
  })

  it('not with an error, however it comes', async () => {
    const error = 'data: {"error":{"message":"overloaded"}}\n\n'
    for (const pieces of [[error], [comment + error], [comment, error], [...error]])
      await expect(text(...pieces)).rejects.toMatchObject({ code: 'tier-failed' })
    await expect(text('data: {"choices\n\n')).rejects.toMatchObject({ code: 'tier-failed' })
  })
})
