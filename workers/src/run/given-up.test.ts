import { Hono } from 'hono'
import { expect, it } from 'vitest'
import { nearside } from '../middleware.ts'
import type { NearsideOptions } from '../options/options.ts'
import { cascade } from './cascade.ts'
import { consistency } from './consistency.ts'
import { hedging } from './hedging.ts'
import { labelling } from './labelling.ts'

type Body = { readonly stream?: boolean }
type Reply = (body: Body) => Response

const load = { 'x-nearside-load': 'queue=0;slots=0/2;tps=20' }
const saying =
  (content: string, confidence: number): Reply =>
  ({ stream }) => {
    const choice = { index: 0, finish_reason: 'stop' }
    const message = { role: 'assistant', content }
    const nearside = { confidence }
    if (stream !== true)
      return Response.json({ choices: [{ ...choice, message }], nearside }, { headers: load })
    const event = JSON.stringify({ choices: [{ ...choice, delta: { content } }], nearside })
    return new Response(`data: ${event}\n\ndata: [DONE]\n\n`, {
      headers: { 'content-type': 'text/event-stream', ...load },
    })
  }

/** It begins to answer, and breaks off. */
const breakingOff: Reply = () => {
  const pieces = [`data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: 'a' } }] })}\n\n`]
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const piece = pieces.shift()
      if (piece === undefined) controller.error(new Error('connection reset'))
      else controller.enqueue(new TextEncoder().encode(piece))
    },
  })
  return new Response(body, { headers: { 'content-type': 'text/event-stream', ...load } })
}

/** A gateway before one node and a frontier that do as told. */
function open(local: Reply, frontier: Reply, more: Partial<NearsideOptions>) {
  const behind: Promise<unknown>[] = []
  const app = new Hono()
  app.use(
    '*',
    nearside({
      account: () => ({ tenant: 'acme' }),
      edge: false,
      local: [{ name: 'node', url: 'http://node.example/v1', models: [{ model: 'small', price: 'free' }] }],
      frontier: [{ name: 'far', url: 'http://far.example/v1', models: [{ model: 'big', price: 'free' }] }],
      retry: { attempts: 1, pauseMs: 1 },
      random: () => 0,
      fetch: async (url, init) => {
        const reply = new URL(String(url)).hostname === 'node.example' ? local : frontier
        return reply(JSON.parse(String(init?.body)) as Body)
      },
      ...more,
    }),
  )
  const executionCtx = {
    waitUntil: (work: Promise<unknown>) => void behind.push(work),
    passThroughOnException() {},
    props: {},
  }
  return {
    async ask(body: object = {}): Promise<string> {
      const request = new Request('http://gateway.example/v1/chat/completions', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          model: 'auto',
          messages: [{ role: 'user', content: 'Rewrite this politely: go away.' }],
          ...body,
        }),
      })
      const response = await app.fetch(request, {}, executionCtx)
      const text = await response.text()
      await Promise.all(behind)
      return text
    },
    async underWay(): Promise<number> {
      const { nodes } = (await (await app.request('/ready')).json()) as {
        nodes: Record<string, { under_way: number }>
      }
      return nodes.node!.under_way
    },
  }
}

const cascading = { strategies: [cascade()], policy: { strategy: 'cascade' } } as const
const comparing = { strategies: [consistency()], policy: { strategy: 'consistency' } } as const
const labelled = { labelling: labelling({ share: 1, onLabel: () => {} }) }

it.each([
  ['a cascade does not let pass', cascading, {}, 'the better one'],
  ['a cascade does not let pass, of a stream', cascading, { stream: true }, 'the better one'],
  ['agrees with the one that is served', comparing, {}, 'the near one'],
  ['is made for a label alone', labelled, {}, 'the near one'],
] as const)('leaves no call behind at its node: an answer that %s', async (_, more, body, expected) => {
  const gateway = open(saying('the near one', 0.1), saying('the better one', 1), more)
  for (let times = 0; times < 3; times++) expect(await gateway.ask(body)).toContain(expected)
  expect(await gateway.underWay()).toBe(0)
})

it('ends once, and leaves the calls of others where they are: a near answer that broke off', async () => {
  let release: (response: Response) => void = () => {}
  const held = new Promise<Response>((resolve) => {
    release = resolve
  })
  let calls = 0
  const gateway = open(breakingOff, saying('the better one', 1), {
    ...cascading,
    breaker: { failures: 5 },
    fetch: async (url, init) => {
      const body = JSON.parse(String(init?.body)) as Body
      if (new URL(String(url)).hostname !== 'node.example') return saying('the better one', 1)(body)
      return ++calls === 1 ? held : breakingOff(body)
    },
  })
  const waiting = gateway.ask({ stream: true })
  while (calls === 0) await new Promise((resolve) => setTimeout(resolve, 1))
  expect(await gateway.ask({ stream: true })).toContain('the better one')
  expect(await gateway.underWay()).toBe(1)
  release(saying('the near one', 1)({ stream: true }))
  expect(await waiting).toContain('the near one')
  expect(await gateway.underWay()).toBe(0)
})

it('leaves no call behind at either of two nodes that begin at the same moment', async () => {
  const node = (name: string) => ({
    name,
    url: `http://${name}.example/v1`,
    models: [{ model: 'small', price: 'free' as const }],
  })
  let silent = false
  const waiting: (() => void)[] = []
  const app = new Hono()
  app.use(
    '*',
    nearside({
      account: () => ({ tenant: 'acme' }),
      edge: false,
      local: [node('one'), node('two')],
      hedging: hedging({ leastMs: 5 }),
      random: () => 0,
      fetch: async (_, init) => {
        if (init?.method !== 'POST') return new Response(null, { status: 404 })
        // Whoever is asked second lets both begin.
        if (silent) {
          await new Promise<void>((resolve) => {
            waiting.push(resolve)
            if (waiting.length === 2) for (const begin of waiting) begin()
          })
        }
        return saying('hello', 1)({ stream: true })
      },
    }),
  )
  const ask = async (): Promise<void> => {
    const response = await app.request('/v1/chat/completions', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        model: 'auto',
        messages: [{ role: 'user', content: 'Rewrite this politely: go away.' }],
        stream: true,
      }),
    })
    expect(await response.text()).toContain('hello')
  }
  await ask()
  silent = true
  await ask()
  expect(waiting).toHaveLength(2)
  const { nodes } = (await (await app.request('/ready')).json()) as {
    nodes: Record<string, { under_way: number }>
  }
  expect(Object.values(nodes).map(({ under_way }) => under_way)).toEqual([0, 0])
})
