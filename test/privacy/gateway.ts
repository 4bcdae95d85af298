/**
 * A middleware whose upstreams are functions: a frontier at api.example that says back what it was asked, and a node on premises.
 * What was sent to whom is written down.
 */
import type { PrivacyLevel, PrivacySettings } from '@nearside/core'
import {
  type NearsideOptions,
  nearside,
  type PrivacyGuardOptions,
  privacyGuard,
  type RequestRecord,
} from '@nearside/workers'
import { Hono } from 'hono'

export const mail = 'ada.lovelace@example.org'
export const iban = 'DE89370400440532013000'
export const card = '4111 1111 1111 1111'

export type Sent = { readonly host: string; readonly path: string; readonly body: string }
type Told = { readonly sent: Sent[]; readonly records: RequestRecord[] }

/** A gateway whose frontier answers with `answer`, and whose local node is down unless it is told otherwise. */
export function gateway(
  settings: PrivacySettings | null,
  {
    answer = (body: string) => body,
    near = 'down',
    senses = {},
    ...own
  }: {
    readonly answer?: (lastText: string) => string
    readonly near?: 'down' | 'up' | 'none' | ((init: RequestInit) => Response | Promise<Response>)
    readonly senses?: PrivacyGuardOptions
  } & Partial<NearsideOptions> = {},
) {
  const told: Told = { sent: [], records: [] }
  const app = new Hono()
  app.use(
    '*',
    nearside({
      account: (c) => {
        const level = c.req.header('x-level') as PrivacyLevel | undefined
        const tenant = c.req.header('x-tenant') ?? 'acme'
        return { tenant, providers: ['api.example'], ...(level === undefined ? {} : { privacy: level }) }
      },
      frontier: {
        url: 'https://api.example/v1',
        models: [{ model: 'large', price: 'free' }],
        embeddings: [{ model: 'vectors', price: 'free' }],
      },
      ...(near === 'none'
        ? {}
        : { local: { url: 'http://10.0.0.5/v1', models: ['small'], zone: 'premises' } }),
      retry: { attempts: 2, pauseMs: 1 },
      ...(settings === null ? {} : { privacy: privacyGuard(settings, senses) }),
      onRecord: (record) => void told.records.push(record),
      fetch: async (url, init) => {
        const { host, pathname } = new URL(String(url))
        const body = String(init?.body)
        told.sent.push({ host, path: pathname, body })
        if (host === '10.0.0.5' && typeof near === 'function') return near(init ?? {})
        if (host === '10.0.0.5' && near === 'down') return new Response('down', { status: 503 })
        const asked = JSON.parse(body)
        if (pathname.endsWith('/embeddings')) return vectors()
        const last: unknown = asked.messages.at(-1).content
        const text = answer(typeof last === 'string' ? last : JSON.stringify(last))
        if (asked.stream !== true) return whole(text)
        return streamed([...text].map((char) => ({ content: char })))
      },
      ...own,
    }),
  )
  const ask = (
    content: unknown,
    { headers = {}, ...body }: { headers?: Record<string, string>; [field: string]: unknown } = {},
    path = '/v1/chat/completions',
  ): Promise<Response> =>
    Promise.resolve(
      app.request(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ model: 'auto', messages: [{ role: 'user', content }], ...body }),
      }),
    )
  return { ...told, ask, frontier: () => told.sent.filter(({ host }) => host === 'api.example') }
}

export function whole(text: string): Response {
  return Response.json({
    choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
  })
}

export function streamed(deltas: readonly object[]): Response {
  const chunk = (delta: object, finish: string | null): string =>
    `data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`
  const text = [...deltas.map((delta) => chunk(delta, null)), chunk({}, 'stop'), 'data: [DONE]\n\n'].join('')
  return new Response(text, { headers: { 'content-type': 'text/event-stream' } })
}

function vectors(): Response {
  return Response.json({
    object: 'list',
    data: [{ object: 'embedding', index: 0, embedding: [0.1, 0.2] }],
    model: 'vectors',
    usage: { prompt_tokens: 3, total_tokens: 3 },
  })
}

/** What a stream says, its pieces joined. */
export async function saidIn(response: Response): Promise<string> {
  const pieces = (await response.text()).split('\n').flatMap((line) => {
    if (!line.startsWith('data: {')) return []
    const { choices = [] } = JSON.parse(line.slice(6)) as { choices?: { delta: { content?: string } }[] }
    return choices.map(({ delta }) => delta.content ?? '')
  })
  return pieces.join('')
}

export async function contentOf(response: Response): Promise<string> {
  const { choices } = (await response.json()) as { choices: [{ message: { content: string } }] }
  return choices[0].message.content
}
