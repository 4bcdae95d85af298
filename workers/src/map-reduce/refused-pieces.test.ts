/** Pieces of a document that a model declines to read: over nodes of one model, and of two. */
import { Hono } from 'hono'
import { expect, it } from 'vitest'
import { nearside } from '../middleware.ts'
import { mapReduce } from './map-reduce.ts'

const paragraphs = Array.from(
  { length: 30 },
  (_, at) => `${at + 1}. Paragraph ${at + 1} says ${'what was agreed about it, '.repeat(8)}and ends.`,
)
const messages = [
  { role: 'user', content: 'Who signed the report? Answer in one sentence.' },
  { role: 'user', content: paragraphs.join('\n\n') },
]
const declines = "I'm sorry, but I can't help with that."
const terms = { leastTokens: 1_000, chunkTokens: 400, overlapTokens: 40, rounds: 1 }

/** `says` is what a model answers to a piece, by the model's name. */
function open(models: readonly string[], says: (model: string, piece: string) => string) {
  const asked: { readonly model: string; readonly whole: boolean }[] = []
  const app = new Hono().use(
    nearside({
      account: () => ({ tenant: 'acme' }),
      edge: false,
      local: models.map((model, at) => ({
        name: `node-${at + 1}`,
        url: `http://node-${at + 1}.example/v1`,
        models: [{ model, contextTokens: 4_000 }],
        zone: 'premises' as const,
      })),
      frontier: { url: 'https://api.example/v1', models: [{ model: 'large', price: 'free' }] },
      strategies: [mapReduce()],
      policy: { strategy: 'map-reduce', mapReduce: terms },
      fetch: async (url, init) => {
        const body = String(init?.body)
        const piece = /<piece id=\\"(c\d+)\\"/.exec(body)?.[1]
        const { model } = JSON.parse(body) as { model: string }
        if (piece !== undefined || model === 'large')
          asked.push({ model, whole: body.includes('Paragraph 30') && body.includes('Paragraph 1 ') })
        const content = piece === undefined ? 'Ada signed it.' : says(model, piece)
        const message = { role: 'assistant', content }
        return Response.json({
          model: String(url),
          choices: [{ index: 0, message, finish_reason: 'stop' }],
          usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 },
        })
      },
    }),
  )
  return async () => {
    const response = await app.request('/v1/chat/completions', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'auto', messages }),
    })
    const { choices, nearside: told } = (await response.json()) as {
      choices: { message: { content: string } }[]
      nearside: { steps: { outcome: string; faults?: string[] }[] }
    }
    const header = (name: string) => response.headers.get(`x-nearside-${name}`)
    return {
      text: choices[0]?.message.content,
      steps: told.steps,
      asked,
      pieces: Object.fromEntries((header('pieces') ?? '').split(';').map((part) => part.split('='))),
      strategy: header('strategy'),
      degraded: header('degraded'),
    }
  }
}

it('counts a piece that a model declined as one that nobody has read, and says so', async () => {
  const ask = open(['small'], (_, piece) => (piece === 'c2' ? declines : 'NONE'))
  const { pieces, degraded, steps } = await ask()
  expect(pieces).toMatchObject({ found: '0', unanswered: '1' })
  expect(Number(pieces.none)).toBe(Number(pieces.asked) - 1)
  expect(degraded).toBe('partly-read')
  expect(steps.filter(({ faults }) => faults?.includes('refused'))).toHaveLength(1)
})

it('puts it to a node with another model, and never to the same model again', async () => {
  const says = (model: string, piece: string) =>
    piece !== 'c2' ? 'NONE' : model === 'small' ? declines : 'Ada signed it.'
  const other = await open(['small', 'other'], says)()
  expect(other.pieces).toMatchObject({ found: '1', unanswered: '0' })
  expect(other.degraded).toBeNull()

  const same = await open(['small', 'small'], says)()
  expect(same.pieces).toMatchObject({ found: '0', unanswered: '1' })
  expect(same.asked.filter(({ model }) => model === 'small')).toHaveLength(Number(same.pieces.asked))
})

it('is no reading in pieces where every piece was declined: whoever may stand in is asked with the whole', async () => {
  const { strategy, asked, text } = await open(['small'], () => declines)()
  expect([strategy, text]).toEqual(['direct', 'Ada signed it.'])
  expect(asked.at(-1)).toEqual({ model: 'large', whole: true })
})
