/** The whole middleware over an upstream and a store in memory: what becomes of money however an answer is carried. */
import type { ChatEvent } from '@nearside/core'
import { Hono } from 'hono'
import { describe, expect, it } from 'vitest'
import { memoryBudgetStore } from '../budget/memory-store.ts'
import { nearside } from '../middleware.ts'
import type { NearsideOptions } from '../options/options.ts'
import type { RequestRecord } from '../record/record.ts'

const price = { prompt: 1_000, cachedPrompt: 500, output: 4_000, since: '2026-01-01', longContext: null }
const usage = { prompt_tokens: 14, completion_tokens: 2, total_tokens: 16 }
const cost = '0.000022'
const question = {
  model: 'frontier',
  max_tokens: 100,
  messages: [{ role: 'user', content: 'Prove that there is no largest prime.' }],
}
const streamed = { ...question, stream: true }

function whole(): Response {
  const message = { role: 'assistant', content: 'Paris.' }
  return Response.json({
    id: 'x',
    object: 'chat.completion',
    created: 1,
    model: 'm',
    choices: [{ index: 0, message, finish_reason: 'stop' }],
    usage,
  })
}

/** A stream that says one thing and then nothing more, until it is given up. */
function hanging(onCancel: () => void = () => {}): Response {
  const chunk = { choices: [{ index: 0, delta: { content: 'Par' }, finish_reason: null }] }
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new TextEncoder().encode(`data: ${JSON.stringify(chunk)}\n\n`)),
    cancel: onCancel,
  })
  return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
}

function opened(fetch: NonNullable<NearsideOptions['fetch']>, more: Partial<NearsideOptions> = {}) {
  const records: RequestRecord[] = []
  const store = memoryBudgetStore()
  const holds: { readonly id: string; readonly amount: number }[] = []
  const caps = [{ scope: 'account', window: 'total', limit: 1_000_000_000_000 }] as const
  let read = async (): Promise<unknown> => null
  const app = new Hono()
  app.use(
    nearside({
      account: () => ({ tenant: 'acme' }),
      edge: false,
      frontier: { url: 'https://frontier.example/v1', key: 'k', models: [{ model: 'gpt-4o', price }] },
      budgets: {
        ...store,
        async reserve(hold) {
          holds.push(hold)
          read = async () => (await store.read(hold.tenant, hold.caps))[0]
          return store.reserve(hold)
        },
      },
      budgetsZone: 'premises',
      onStoreError: 'refuse',
      caps,
      retry: { attempts: 1 },
      fetch,
      onRecord: (record) => void records.push(record),
      ...more,
    }),
  )
  const ask = (body: unknown): Response | Promise<Response> =>
    app.request('/v1/chat/completions', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  const settled = async (): Promise<unknown> => {
    await new Promise((resolve) => setTimeout(resolve, 0))
    return read()
  }
  return { ask, records, holds, settled }
}

describe('an answer', () => {
  it('TRUST 6: that came whole is charged at once, whether or not its client ever reads it', async () => {
    const { ask, settled } = opened(async () => whole())
    const response = await ask(streamed)
    expect(response.headers.get('content-type')).toMatch('text/event-stream')
    expect(response.headers.get('x-nearside-cost')).toBe(cost)
    expect(await settled()).toMatchObject({ settled: 22_000, reserved: 0, charges: 1 })
    expect(await response.text()).toContain(`"cost":"${cost}"`)
    expect(await settled()).toMatchObject({ settled: 22_000, charges: 1 })
  })

  it('TRUST 6: that is free says what the attempts before it cost', async () => {
    const { ask, settled } = opened(
      async (url) => {
        if (String(url).includes('node')) return hanging()
        throw new TypeError('the connection broke')
      },
      {
        local: { url: 'https://node.example/v1', models: [{ model: 'small', price: 'free' }] },
      },
    )
    const response = await ask({ ...streamed, model: 'auto' })
    expect(response.headers.get('x-nearside-tier')).toBe('local')
    const { settled: charged } = (await settled()) as { settled: number }
    expect(charged).toBeGreaterThan(0)
    expect(Number(response.headers.get('x-nearside-cost'))).toBeCloseTo(charged / 1e9, 9)
    await response.body?.cancel()
  })

  const throws = (): AsyncIterable<ChatEvent> => {
    throw new Error('the text of a prompt')
  }
  const givesNothing = (() => null) as unknown as typeof throws
  for (const rewrite of [throws, givesNothing]) {
    it(`TRUST 6: whose rewriter ${rewrite.name} is charged, recorded and given up`, async () => {
      for (const kind of ['read', 'whole, streamed', 'whole'] as const) {
        let cancelled = false
        let signal: AbortSignal | null = null
        const upstream: typeof fetch = async (_url, init) => {
          signal = init?.signal ?? null
          if (kind !== 'read') return whole()
          return hanging(() => {
            cancelled = true
          })
        }
        const { ask, records, settled } = opened(upstream, { rewrite })
        const response = await ask(kind === 'whole' ? question : streamed)
        expect(response.status, kind).toBe(500)
        expect(await response.text()).not.toContain('prompt')
        expect(records, kind).toMatchObject([{ outcome: 'cut', error: 'internal', served: { attempts: 1 } }])
        expect(await settled(), kind).toMatchObject({ reserved: 0, charges: 1 })
        if (kind === 'read') {
          expect(cancelled).toBe(true)
          expect((signal as AbortSignal | null)?.aborted).toBe(true)
        } else expect(records[0]?.charge?.amount).toBe(22_000)
      }
    })
  }
})

describe('what is set aside', () => {
  it.each([
    [{ service_tier: 'priority' }, 'service_tier'],
    [{ web_search_options: {} }, 'web_search_options'],
    [{ modalities: ['text', 'audio'], audio: { voice: 'alloy', format: 'mp3' } }, 'modalities'],
  ])('TRUST 6: is nothing, and nothing is sent, for what has no price: %j', async (fields, param) => {
    let asked = 0
    const { ask, holds } = opened(async () => {
      asked++
      return whole()
    })
    const response = await ask({ ...question, ...fields })
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ error: { param } })
    expect([holds.length, asked]).toEqual([0, 0])
  })

  it('TRUST 6: bounds an attached file, and by the model’s context where its size is unknown', async () => {
    const { ask, holds } = opened(async () => whole())
    for (const file of [{ file_data: 'x'.repeat(10_000) }, { file_id: 'file-1' }]) {
      await ask({ ...question, messages: [{ role: 'user', content: [{ type: 'file', file }] }] })
    }
    const [inline, elsewhere] = holds.map(({ amount }) => amount)
    expect(inline).toBeGreaterThan(10_000 * price.prompt)
    expect(inline).toBeLessThan(13_000 * price.prompt)
    expect(elsewhere).toBe(128_000 * price.prompt + 100 * price.output)
  })
})
