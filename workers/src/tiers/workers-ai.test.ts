import { Hono } from 'hono'
import { describe, expect, it } from 'vitest'
import { nearside } from '../middleware.ts'
import type { NearsideOptions } from '../options/options.ts'
import { privacyGuard } from '../privacy/privacy-guard.ts'
import type { RequestRecord } from '../record/record.ts'
import { workersAi } from './workers-ai.ts'

type Run = { readonly model: string; readonly inputs: Readonly<Record<string, unknown>> }

const model = '@cf/meta/llama-3.2-3b-instruct'
const price = { since: '2026-01-01', prompt: 50, cachedPrompt: 50, output: 340, longContext: null }
const usage = { prompt_tokens: 12, completion_tokens: 3, total_tokens: 15 }

function gateway(answer: (run: Run) => unknown, more: Partial<NearsideOptions> = {}) {
  const runs: Run[] = []
  const records: RequestRecord[] = []
  const binding = {
    async run(named: string, inputs: Readonly<Record<string, unknown>>) {
      runs.push({ model: named, inputs })
      return answer(runs.at(-1)!)
    },
  }
  const app = new Hono()
  app.use(
    '/v1/*',
    nearside({
      account: () => ({ tenant: 'acme' }),
      local: workersAi(binding, { models: [{ model, price }] }),
      edge: false,
      retry: { attempts: 1 },
      onRecord: (record) => void records.push(record),
      ...more,
    }),
  )
  const ask = async (more: Record<string, unknown> = {}, headers: Record<string, string> = {}) => {
    const body = JSON.stringify({
      model: 'auto',
      messages: [{ role: 'user', content: 'Say hello.' }],
      ...more,
    })
    return app.request('/v1/chat/completions', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    })
  }
  return { ask, runs, records }
}

function streamOf(...events: readonly unknown[]): ReadableStream<Uint8Array> {
  const text = events
    .map((event) => `data: ${typeof event === 'string' ? event : JSON.stringify(event)}\n\n`)
    .join('')
  const bytes = new TextEncoder().encode(text)
  // In pieces of a prime length, so that events are cut anywhere.
  return new ReadableStream({
    start(controller) {
      for (let at = 0; at < bytes.length; at += 7) controller.enqueue(bytes.slice(at, at + 7))
      controller.close()
    },
  })
}

describe('Workers AI behind the port', () => {
  it('is asked by its binding in its words, and answers in OpenAI’s', async () => {
    const { ask, runs, records } = gateway(() => ({ response: 'Hello.', usage }))
    const response = await ask({ temperature: 0.5, max_tokens: 40 })
    expect(await response.json()).toMatchObject({
      object: 'chat.completion',
      model,
      choices: [{ message: { role: 'assistant', content: 'Hello.' }, finish_reason: 'stop' }],
      usage,
      nearside: { tier: 'local' },
    })
    expect(runs).toMatchObject([
      {
        model,
        inputs: { messages: [{ role: 'user', content: 'Say hello.' }], temperature: 0.5, max_tokens: 40 },
      },
    ])
    expect(runs[0]?.inputs).not.toHaveProperty('model')
    expect(records[0]?.charge).toMatchObject({ amount: 12 * price.prompt + 3 * price.output })
  })

  it('streams its pieces as chunks, with the usage at the end', async () => {
    const { ask } = gateway(() =>
      streamOf({ response: 'Hel' }, { response: 'lo. 你好' }, { response: '', usage }, '[DONE]'),
    )
    const text = await (await ask({ stream: true, stream_options: { include_usage: true } })).text()
    const chunks = [...text.matchAll(/^data: (\{.*)$/gm)].map(([, json]) => JSON.parse(json!))
    expect(chunks.map(({ choices }) => choices[0]?.delta?.content ?? '').join('')).toBe('Hello. 你好')
    expect(chunks.some(({ choices }) => choices[0]?.finish_reason === 'stop')).toBe(true)
    expect(chunks.some((chunk) => chunk.usage?.completion_tokens === 3)).toBe(true)
    expect(text.trimEnd().endsWith('data: [DONE]')).toBe(true)
  })

  it('breaks off a stream that ends without its end', async () => {
    const { ask, records } = gateway(() => streamOf({ response: 'Hel' }))
    const response = await ask({ stream: true })
    await response.text().catch(() => '')
    expect(records[0]?.outcome).toBe('cut')
  })

  it('calls tools in OpenAI’s shape, with ids of their own', async () => {
    const { ask } = gateway(() => ({
      response: null,
      tool_calls: [{ name: 'weather', arguments: { city: 'Oslo' } }],
    }))
    const body = await (await ask()).json()
    expect(body).toMatchObject({
      choices: [
        {
          finish_reason: 'tool_calls',
          message: {
            tool_calls: [{ type: 'function', function: { name: 'weather', arguments: '{"city":"Oslo"}' } }],
          },
        },
      ],
    })
  })

  it('passes on what already speaks so', async () => {
    const whole = {
      object: 'chat.completion',
      choices: [{ index: 0, message: { role: 'assistant', content: 'Hi' }, finish_reason: 'length' }],
      usage,
    }
    const { ask } = gateway(() => whole)
    expect(await (await ask()).json()).toMatchObject({
      choices: [{ finish_reason: 'length', message: { content: 'Hi' } }],
    })
  })

  it.each([
    ['used up what it was allowed', { max_tokens: 3 }, 3, 'length'],
    ['used up what the binding allows where nobody says', {}, 256, 'length'],
    ['ended sooner', { max_tokens: 4 }, 3, 'stop'],
    ['is longer than that, since its model allows more', {}, 700, 'stop'],
  ])('says whether an answer was cut off, whole or streamed: it %s', async (_, more, used, finish) => {
    const said = { response: 'One two', usage: { ...usage, completion_tokens: used } }
    const whole = gateway(() => said)
    expect(await (await whole.ask(more)).json()).toMatchObject({ choices: [{ finish_reason: finish }] })
    const streamed = gateway(() => streamOf(said, '[DONE]'))
    const text = await (await streamed.ask({ ...more, stream: true })).text()
    expect([...text.matchAll(/"finish_reason":"(\w+)"/g)].map(([, word]) => word)).toEqual([finish])
  })

  it('gives JSON as text where the model gives an object', async () => {
    const { ask } = gateway(() => ({ response: { a: 1 } }))
    expect(await (await ask()).json()).toMatchObject({ choices: [{ message: { content: '{"a":1}' } }] })
  })

  it.each([
    ['3040: Capacity temporarily exceeded, canary', 502],
    ['AiError: 5007: No such model, canary', 502],
    ['5006: Error: required properties are missing, canary', 400],
    ['something else, canary', 502],
  ])('does not repeat what the binding throws: %s', async (message, status) => {
    const { ask } = gateway(() => {
      throw new Error(message)
    })
    const response = await ask()
    expect(response.status).toBe(status)
    expect(await response.text()).not.toContain('canary')
  })

  it('names all that was kept from it: what its tier has no use for, and what would speak of placeholders', async () => {
    const { ask, runs } = gateway(() => ({ response: 'Done.' }), {
      privacy: privacyGuard({ detect: true, redact: true }),
    })
    const messages = [{ role: 'user', content: 'Write to ada.lovelace@example.org please.' }]
    const { headers } = await ask({ messages, logprobs: true, store: true })
    expect(JSON.stringify(runs)).not.toContain('lovelace')
    expect(headers.get('x-nearside-ignored')).toBe('logprobs, store')
  })

  it('gets nothing that may not leave', async () => {
    const { ask, runs } = gateway(() => ({ response: 'Hello.' }))
    const response = await ask({}, { 'x-nearside-privacy': 'never-leave' })
    expect(response.status).toBe(403)
    expect(runs).toEqual([])
  })

  it('needs a price, and a function to send by', () => {
    const bare = { url: 'https://workers-ai.invalid/v1', models: ['m'], send: 'env.AI' } as never
    expect(() => nearside({ account: () => ({ tenant: 'a' }), local: bare })).toThrow(
      'local.send is a function',
    )
  })
})
