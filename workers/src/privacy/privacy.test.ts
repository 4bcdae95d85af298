import type { PrivacySettings } from '@nearside/core'
import { Hono } from 'hono'
import { describe, expect, it } from 'vitest'
import { nearside } from '../middleware.ts'
import type { NearsideOptions } from '../options/options.ts'
import type { RequestRecord } from '../record/record.ts'
import { type PrivacyGuardOptions, privacyGuard } from './privacy-guard.ts'

const mail = 'ada.lovelace@example.org'
const iban = 'DE89370400440532013000'

type Sent = { readonly host: string; readonly path: string; readonly body: string }
type Told = { readonly sent: Sent[]; readonly records: RequestRecord[] }

/** A gateway whose frontier answers with `answer`, and whose local node is down unless it is told otherwise. */
function gateway(
  settings: PrivacySettings | null,
  {
    answer = (body: string) => body,
    near = 'down',
    senses = {},
    ...own
  }: {
    readonly answer?: (lastText: string) => string
    readonly near?: 'down' | 'up' | 'none'
    readonly senses?: PrivacyGuardOptions
  } & Partial<NearsideOptions> = {},
) {
  const told: Told = { sent: [], records: [] }
  const app = new Hono()
  app.use(
    '*',
    nearside({
      account: (c) => ({ tenant: c.req.header('x-tenant') ?? 'acme', providers: ['api.example'] }),
      frontier: { url: 'https://api.example/v1', models: [{ model: 'large', price: 'free' }] },
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
        if (host === '10.0.0.5' && near === 'down') return new Response('down', { status: 503 })
        const asked = JSON.parse(body)
        const text = answer(asked.messages.at(-1).content)
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

function whole(text: string): Response {
  return Response.json({
    choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
  })
}

function streamed(deltas: readonly object[]): Response {
  const chunk = (delta: object, finish: string | null): string =>
    `data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`
  const text = [...deltas.map((delta) => chunk(delta, null)), chunk({}, 'stop'), 'data: [DONE]\n\n'].join('')
  return new Response(text, { headers: { 'content-type': 'text/event-stream' } })
}

const contentOf = async (response: Response): Promise<string> =>
  ((await response.json()) as { choices: [{ message: { content: string } }] }).choices[0].message.content

describe('a request that is looked through', () => {
  it('is sensitive for what was found, and leaves redacted where nothing near can serve it', async () => {
    const { ask, frontier, records } = gateway({ detect: true })
    const response = await ask(`Write to ${mail} please.`)
    expect(response.status).toBe(200)
    expect(await contentOf(response)).toBe(`Write to ${mail} please.`)
    expect(response.headers.get('x-nearside-redacted')).toBe('1')
    expect(frontier()).toHaveLength(1)
    expect(frontier()[0]!.body).not.toContain(mail)
    expect(frontier()[0]!.body).toMatch(/\[EMAIL_\w{3}\]/)
    expect(records.at(-1)?.privacy).toMatchObject({
      level: 'sensitive',
      from: { account: null, header: null, found: 'sensitive', unread: null },
      found: { email: 1 },
      redacted: 1,
    })
    expect(JSON.stringify(records)).not.toContain(mail)
  })

  it('is answered near as it is, where something near can', async () => {
    const { ask, sent } = gateway({ detect: true }, { near: 'up' })
    const response = await ask(`Write to ${mail} please.`)
    expect(response.headers.get('x-nearside-tier')).toBe('local')
    expect(response.headers.has('x-nearside-redacted')).toBe(false)
    expect(sent).toHaveLength(1)
    expect(sent[0]!.body).toContain(mail)
  })

  it('gets its values back from a stream of single characters', async () => {
    const { ask, frontier } = gateway({ detect: true }, { onHangUp: 'finish' })
    const response = await ask(`Write to ${mail} and ${iban}.`, { stream: true })
    const text = await response.text()
    const said = [...text.matchAll(/"content":"((?:[^"\\]|\\.)*)"/g)].map(([, part]) => part).join('')
    expect(said).toBe(`Write to ${mail} and ${iban}.`)
    expect(response.headers.get('x-nearside-redacted')).toBe('2')
    expect(frontier()[0]!.body).not.toContain(iban)
  })

  it('says nothing and changes nothing where no rules are configured', async () => {
    const { ask, frontier, records } = gateway(null)
    const response = await ask(`Write to ${mail} please.`, { headers: { 'x-nearside-privacy': 'sensitive' } })
    expect(response.headers.has('x-nearside-redacted')).toBe(false)
    expect(frontier()[0]!.body).toContain(mail)
    expect(records.at(-1)).not.toHaveProperty('privacy')
  })
})
