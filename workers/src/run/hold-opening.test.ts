import { describe, expect, it } from 'vitest'
import { openAlarm } from '../call/alarm.ts'
import { startDeadline } from './deadline.ts'
import { holdOpening } from './hold-opening.ts'
import { readerWithoutLogprobs } from './untold-logprobs.ts'

const logprobs = { content: [{ token: 'x', logprob: -0.5, bytes: null, top_logprobs: [] }] }
const event = (content: string, finish: string | null = null) =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content }, logprobs, finish_reason: finish }] })}\n\n`
const words = ['Grüße ', 'aus ', '東京 ', 'und ', 'Köln']
const bytes = new TextEncoder().encode(
  `${words.map((word) => event(word)).join('')}${event('', 'stop')}data: [DONE]\n\n`,
)

/** The answer in pieces of a length, of which the first is what the attempt had read. */
async function hold(length: number, tokens: number, answer: Uint8Array = bytes) {
  const pieces: Uint8Array[] = []
  for (let at = 0; at < answer.length; at += length) pieces.push(answer.subarray(at, at + length))
  const first = pieces.shift() ?? new Uint8Array()
  const reader = {
    read: async () => {
      const value = pieces.shift()
      return value === undefined ? { done: true as const, value } : { done: false as const, value }
    },
    cancel: async () => {},
  }
  const alarm = openAlarm(Date.now)
  const deadline = startDeadline({ firstTokenMs: 5_000, endsAt: Date.now() + 5_000 }, alarm, Date.now)
  const until = Date.now() + 5_000
  const opening = await holdOpening(
    { kind: 'read', reader, first, deadline },
    { tokens, until, answers: 1 },
    openAlarm(Date.now),
  )
  alarm.clear()
  return opening
}

async function all(first: Uint8Array, reader: { read(): Promise<{ value?: Uint8Array | undefined }> }) {
  const decoder = new TextDecoder()
  let text = decoder.decode(first, { stream: true })
  for (;;) {
    const { value } = await reader.read()
    if (value === undefined) return text
    text += decoder.decode(value, { stream: true })
  }
}

describe('a stream that is held back', () => {
  it('TRUST 14: goes on byte for byte, wherever its pieces end', async () => {
    for (let length = 1; length <= bytes.length; length += length < 40 ? 1 : 37) {
      const opening = await hold(length, 3)
      expect(opening.text.startsWith('Grüße aus 東京')).toBe(true)
      expect(opening.logprobs.length).toBeGreaterThanOrEqual(3)
      expect(await all(opening.first, opening.reader)).toBe(new TextDecoder().decode(bytes))
    }
  })

  it('loses its probabilities and nothing else for a caller who did not ask for them', async () => {
    for (const length of [1, 7, 100, bytes.length]) {
      const opening = await hold(length, 3)
      const clean = readerWithoutLogprobs(opening.first, opening.reader)
      const expected = new TextDecoder().decode(bytes).replaceAll(JSON.stringify(logprobs), 'null')
      expect(await all(clean.first, clean.reader)).toBe(expected)
    }
  })

  it('is an answer that is all there where it was shorter than what is held', async () => {
    const { whole } = await hold(50, 100)
    expect(whole?.choices[0]).toMatchObject({ text: words.join(''), finishReason: 'stop' })
    expect((await hold(50, 2)).whole).toBeNull()
  })

  it('is a fault where it ends before it is complete', async () => {
    const cut = new TextEncoder().encode(event('Grüße '))
    await expect(hold(50, 100, cut)).rejects.toMatchObject({ code: 'tier-failed' })
  })
})
