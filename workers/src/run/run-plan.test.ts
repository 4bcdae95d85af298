import { Hono } from 'hono'
import { describe, expect, it } from 'vitest'
import { arithmetic } from '../edge/arithmetic/arithmetic.ts'
import { nearside } from '../middleware.ts'
import type { NearsideOptions } from '../options/options.ts'
import type { RequestRecord } from '../record/record.ts'

type Reply = () => Response | Promise<Response>

const easy = 'Rewrite this politely: go away.'
const hard = 'Prove by induction that the theorem holds, and derive the polynomial.'
const delta = (text: string, finish: string | null = null) =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: text }, finish_reason: finish }] })}\n\n`
const usual = [delta('hi'), delta('', 'stop'), 'data: [DONE]\n\n']
const load = { 'x-nearside-load': 'queue=6;slots=2/2;tps=20' }

const whole: Reply = () =>
  Response.json({
    choices: [{ index: 0, message: { role: 'assistant', content: 'hi' }, finish_reason: 'stop' }],
  })
const status =
  (code: number, headers: Record<string, string> = {}): Reply =>
  () =>
    Response.json({ error: { message: 'no' } }, { status: code, headers })
const stream =
  (pieces: readonly string[], end: 'close' | 'cut' | 'hang' = 'close'): Reply =>
  () => {
    const left = [...pieces]
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        const piece = left.shift()
        if (piece !== undefined) controller.enqueue(new TextEncoder().encode(piece))
        else if (end === 'close') controller.close()
        else if (end === 'cut') controller.error(new Error('connection reset'))
        else return new Promise(() => {})
      },
    })
    return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
  }

/** A gateway whose upstreams do as told, the last reply again and again, and whose time is ours. */
function open(replies: Readonly<Record<string, readonly Reply[]>>, more: Partial<NearsideOptions> = {}) {
  const left = new Map(Object.entries(replies).map(([name, list]) => [name, [...list]]))
  const asked: string[] = []
  const records: RequestRecord[] = []
  const clock = { at: 1_000_000 }
  const upstreams = (tier: string) =>
    Object.keys(replies)
      .filter((name) => name.startsWith(tier))
      .map((name) => ({
        name,
        url: `http://${name}.example/v1`,
        models: [{ model: name, price: 'free' as const }],
        zone: 'premises' as const,
      }))
  const app = new Hono()
  app.use(
    '*',
    nearside({
      account: () => ({ tenant: 'acme' }),
      edge: false,
      local: upstreams('local'),
      frontier: upstreams('frontier'),
      retry: { attempts: 2, pauseMs: 1 },
      breaker: { failures: 1, restMs: 5_000 },
      now: () => clock.at,
      onRecord: (record) => void records.push(record),
      fetch: async (url, init) => {
        const name = new URL(String(url)).hostname.split('.')[0] ?? ''
        asked.push(name)
        const list = left.get(name) ?? []
        const reply = list.length > 1 ? list.shift() : list[0]
        if (reply === undefined) throw new Error(`${name} is not here`)
        return untilAborted(reply, init?.signal)
      },
      ...more,
    }),
  )
  return {
    asked,
    records,
    clock,
    async ask(content: string, body: object = {}) {
      const response = await app.request('/v1/chat/completions', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'auto', messages: [{ role: 'user', content }], ...body }),
      })
      const text = await response.text().catch(() => 'cut')
      return { status: response.status, headers: response.headers, text }
    },
    async targets(): Promise<readonly { name: string; standing: string; expectedWaitMs: number | null }[]> {
      const response = await app.request('/v1/route', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'auto', messages: [{ role: 'user', content: easy }] }),
      })
      return (await response.json()).targets
    },
  }
}

/** As a platform's fetch does: an abort ends the wait for headers, and the body. */
async function untilAborted(reply: Reply, signal: AbortSignal | null | undefined): Promise<Response> {
  const aborted = new Promise<never>((_, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason))
  })
  aborted.catch(() => {})
  const response = await Promise.race([reply(), aborted])
  if (response.body === null) return response
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>()
  response.body.pipeTo(writable, signal ? { signal } : {}).catch(() => {})
  return new Response(readable, response)
}

describe('an upstream that rests', () => {
  it('is not asked, even where it is the only one, and the caller is told how long', async () => {
    const gateway = open({ frontier: [status(500)] })
    expect((await gateway.ask(hard)).status).toBe(502)
    gateway.clock.at += 1_500
    const { status: code, headers, text } = await gateway.ask(hard)
    expect([code, headers.get('retry-after-ms')]).toEqual([503, '3500'])
    expect(JSON.parse(text).error.code).toBe('no_tier_left')
    // The failure that put it to rest was the last call: not even that request asked again.
    expect(gateway.asked).toEqual(['frontier'])
  })

  it('is asked once its rest is over', async () => {
    const gateway = open({ frontier: [status(500), whole] })
    await gateway.ask(hard)
    gateway.clock.at += 5_000
    expect((await gateway.ask(hard)).status).toBe(200)
  })

  it('names the shortest rest of several', async () => {
    const gateway = open({ frontier1: [status(500)], frontier2: [status(500)] })
    await gateway.ask(hard, { model: 'frontier1' })
    gateway.clock.at += 2_000
    await gateway.ask(hard, { model: 'frontier2' })
    expect((await gateway.ask(hard)).headers.get('retry-after-ms')).toBe('3000')
  })

  it('is tried by the next call where its trial was answered with a refusal', async () => {
    const gateway = open({ frontier: [status(500), status(400), whole] })
    await gateway.ask(hard)
    gateway.clock.at += 5_000
    expect((await gateway.ask(hard)).status).toBe(400)
    expect((await gateway.ask(hard)).status).toBe(200)
  })

  it('is one that begins its answers and breaks them off', async () => {
    for (const rewrite of [undefined, passOn]) {
      const given = rewrite === undefined ? {} : { rewrite }
      const gateway = open({ frontier: [stream([delta('hi')], 'cut')] }, given)
      expect((await gateway.ask(hard, { stream: true })).status).toBe(200)
      expect((await gateway.ask(hard, { stream: true })).status).toBe(503)
    }
  })

  it('is one that falls silent in the middle of its answers', async () => {
    const deadlines = { idleMs: 30 }
    const gateway = open({ frontier: [stream([delta('hi')], 'hang')] }, { deadlines, now: Date.now })
    expect((await gateway.ask(hard, { stream: true })).status).toBe(200)
    expect((await gateway.ask(hard, { stream: true })).status).toBe(503)
  })

  it('is not one whose answers are complete', async () => {
    const gateway = open({ frontier: [stream(usual)] })
    for (let i = 0; i < 3; i++) expect((await gateway.ask(hard, { stream: true })).status).toBe(200)
  })
})

describe('a refusal', () => {
  it('of the frontier is told, and nothing weaker is asked', async () => {
    const gateway = open({ local: [whole], frontier: [status(422)] })
    expect((await gateway.ask(hard)).status).toBe(422)
    expect(gateway.asked).toEqual(['frontier'])
  })

  it('of a local node is left to the frontier, whose answer is no worse for it', async () => {
    const gateway = open({ local: [status(400)], frontier: [whole] })
    expect((await gateway.ask(easy)).status).toBe(200)
    expect(gateway.records[0]).toMatchObject({ degraded: null, served: { tier: 'frontier' } })
  })

  it('of a local node is what the caller is told where the frontier fails', async () => {
    const gateway = open({ local: [status(400)], frontier: [status(500)] })
    expect((await gateway.ask(easy)).status).toBe(400)
  })
})

describe('an answer is degraded', () => {
  it('by who gave it, not by who was to give it first', async () => {
    let at = 1_000_000
    // The plan is made while the frontier rests; by the time the local node has failed, it does not.
    const failing: Reply = () => {
      at += 5_000
      return status(500)()
    }
    const late = open({ local: [failing], frontier: [status(500), whole] }, { now: () => at })
    await late.ask(hard, { model: 'frontier' })
    expect((await late.ask(hard)).status).toBe(200)
    expect(late.records[1]).toMatchObject({ degraded: null, served: { tier: 'frontier', attempts: 2 } })
  })

  it('where a local node answers for the frontier, and where the frontier does for a node that is down', async () => {
    const hardOne = open({ local: [whole], frontier: [status(500)] })
    await hardOne.ask(hard)
    expect(hardOne.records[0]?.degraded).toBe('frontier-down')
    const easyOne = open({ local: [status(500)], frontier: [whole] })
    await easyOne.ask(easy)
    expect(easyOne.records[0]?.degraded).toBe('local-down')
  })
})

describe('a local node', () => {
  it('that is busy is not asked again where another is left, and its load is heard', async () => {
    const busy = status(503, { 'retry-after-ms': '1', ...load })
    const gateway = open({ local: [busy], frontier: [whole] }, { breaker: { failures: 5 } })
    expect((await gateway.ask(easy)).status).toBe(200)
    expect(gateway.asked).toEqual(['local', 'frontier'])
    // Seven answers in front on two slots, 200 tokens each as long as none was seen, and its own prompt.
    expect((await gateway.targets()).find(({ name }) => name === 'local')).toMatchObject({
      standing: 'resting',
      expectedWaitMs: 36_000,
    })
  })

  it('is asked again where it is the only one', async () => {
    const gateway = open({ local: [status(503), whole] }, { breaker: { failures: 5 } })
    expect((await gateway.ask(easy)).status).toBe(200)
    expect(gateway.asked).toEqual(['local', 'local'])
  })
})

describe('an answer that has not begun', () => {
  it('may be a whole one, which has all the time of the request', async () => {
    const slow: Reply = () => new Promise((resolve) => setTimeout(() => resolve(whole()), 80))
    const gateway = open({ frontier: [slow] }, { deadlines: { firstTokenMs: 20 }, now: Date.now })
    expect((await gateway.ask(hard)).status).toBe(200)
    expect(gateway.records[0]?.served?.firstTokenMs).toBeNull()
    expect((await gateway.ask(hard, { stream: true })).status).toBe(504)
  })

  it('is left for another where its first event is an error, and no byte of it is seen', async () => {
    const error = 'data: {"error":{"message":"overloaded"}}\n\n'
    const gateway = open({
      frontier1: [stream([': PROCESSING\n\n', error])],
      frontier2: [stream([': PROCESSING\n\n', ...usual])],
    })
    const { status: code, text } = await gateway.ask(hard, { stream: true })
    expect([code, gateway.asked]).toEqual([200, ['frontier1', 'frontier2']])
    expect(text).toMatch(/^: PROCESSING\n\ndata: \{"choices"/)
    expect(text).not.toContain('error')
  })

  it('is not kept alive by comments', async () => {
    const gateway = open(
      { frontier1: [stream([': PROCESSING\n\n'], 'hang')], frontier2: [stream(usual)] },
      { deadlines: { firstTokenMs: 40 }, now: Date.now },
    )
    expect((await gateway.ask(hard, { stream: true })).status).toBe(200)
    expect(gateway.asked).toEqual(['frontier1', 'frontier2'])
  })
})

async function* passOn<T>(events: AsyncIterable<T>): AsyncGenerator<T> {
  yield* events
}

it('says what it is that nobody here takes', async () => {
  const { ask } = open({ local: [whole] })
  const tools = [{ type: 'function', function: { name: 'weather', parameters: { type: 'object' } } }]
  const part = (type: string, more: object = {}) => ({
    messages: [{ role: 'user', content: [{ type, ...more }] }],
  })
  for (const [body, words] of [
    [{ tools }, 'takes tools.'],
    [part('something_new'), 'takes images, files or other parts than text.'],
    [part('input_audio', { input_audio: { data: 'AAAA', format: 'wav' } }), 'takes audio.'],
    [{ tools, ...part('txt') }, 'takes tools, nor images, files or other parts than text.'],
  ] as const) {
    const { status, text } = await ask(easy, body)
    expect([status, JSON.parse(text).error.message]).toEqual([
      400,
      `No model here that this request may go to ${words}`,
    ])
  }
})

it('says of a question that is not the edge’s why the edge is silent', async () => {
  const { ask } = open({ local: [whole] }, { edge: [arithmetic] })
  const { status, text } = await ask(easy, { model: 'edge' })
  expect([status, JSON.parse(text).error.message]).toEqual([
    400,
    'Nothing that this request may go to can answer it; the edge answers only what it is certain of.',
  ])
})
