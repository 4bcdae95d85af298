/** The policy over a gateway whose upstreams fail: what the caller is told, and what was asked of whom. */
import type { GivenPolicy } from '@nearside/core'
import { Hono } from 'hono'
import { describe, expect, it } from 'vitest'
import { nearside } from '../middleware.ts'
import type { RequestRecord } from '../record/record.ts'

const table = {
  format: 'nearside-domain-table',
  version: 1,
  by: 'gain',
  bands: [],
  plans: ['local', 'frontier'],
  clusters: [{ task: null, domain: null, band: null, requests: 100, quality: { local: 0.2, frontier: 0.9 } }],
} as const

function opened(policy: GivenPolicy | (() => GivenPolicy), down: readonly ('local' | 'frontier')[] = []) {
  const asked = { local: 0, frontier: 0 }
  const records: RequestRecord[] = []
  const app = new Hono()
  app.use(
    nearside({
      account: () => ({ tenant: 'acme' }),
      local: { url: 'https://node.example/v1', models: ['small'], zone: 'premises' },
      frontier: { url: 'https://large.example/v1', key: 'sk-test', models: ['gpt-5'] },
      policy,
      retry: { attempts: 1 },
      onRecord: (record) => void records.push(record),
      fetch: async (input) => {
        const name = String(input).includes('node.example') ? 'local' : 'frontier'
        asked[name]++
        if (down.includes(name)) return new Response('down', { status: 500 })
        const message = { role: 'assistant', content: 'Hi.' }
        return Response.json({
          model: 'm',
          choices: [{ index: 0, message, finish_reason: 'stop' }],
          usage: { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 },
        })
      },
    }),
  )
  const post = (path: string, headers: Readonly<Record<string, string>> = {}) =>
    app.request(`/v1/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ model: 'auto', messages: [{ role: 'user', content: 'Say hello.' }] }),
    })
  const chat = (headers?: Readonly<Record<string, string>>) => post('chat/completions', headers)
  return {
    chat,
    route: (headers?: Readonly<Record<string, string>>) => post('route', headers),
    asked,
    records,
  }
}

describe('an outage', () => {
  it('on premises moves a capped share of the minute’s requests to the frontier, by failures and by rests', async () => {
    const { chat, asked } = opened({ frontierShareWhenLocalDown: 0.25, frontierFrom: 1 }, ['local'])
    const statuses: number[] = []
    for (let i = 0; i < 40; i++) statuses.push((await chat()).status)
    expect(asked.frontier).toBe(10)
    expect(statuses.filter((status) => status === 200)).toHaveLength(10)
  })

  it('on premises may be told instead of paid for', async () => {
    const { chat, asked } = opened({ whenLocalDown: 'refuse', frontierFrom: 1 }, ['local'])
    for (let i = 0; i < 8; i++) expect((await chat()).ok).toBe(false)
    const answer = await chat()
    expect(answer.status).toBe(503)
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(asked.frontier).toBe(0)
  })

  it('of the frontier may be told instead of answered by a small model', async () => {
    const { chat, asked } = opened({ whenFrontierDown: 'refuse', frontierFrom: 0 }, ['frontier'])
    for (let i = 0; i < 8; i++) expect((await chat()).ok).toBe(false)
    const answer = await chat()
    expect(answer.status).toBe(503)
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(asked.local).toBe(0)
  })

  it('of everything is a 503 that says when to come back', async () => {
    const { chat } = opened({}, ['local', 'frontier'])
    for (let i = 0; i < 8; i++) await chat()
    const answer = await chat()
    expect(answer.status).toBe(503)
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
  })
})

describe('what a decision was made from', () => {
  it('is shown by /v1/route and kept in the record, with the hash of the policy', async () => {
    const { chat, route, records } = opened({ frontierShareWhenLocalDown: 0.5 })
    const shown = (await (await route()).json()) as { readonly policyHash: string }
    expect(shown).toMatchObject({
      policyHash: expect.stringMatching(/^[0-9a-f]{12}$/),
      traffic: { requests: 0 },
    })
    await (await chat()).text()
    expect(records[0]).toMatchObject({
      policy: shown.policyHash,
      field: [{ name: 'edge' }, { name: 'local', standing: 'ready' }, { name: 'frontier' }],
      traffic: { requests: 0, moved: 0 },
    })
  })

  it('follows a policy that changes while the gateway runs', async () => {
    let policy: GivenPolicy = { frontierFrom: 1 }
    const { chat, asked, records } = opened(() => policy)
    await (await chat()).text()
    policy = { frontierFrom: 0 }
    await (await chat()).text()
    expect(asked).toEqual({ local: 1, frontier: 1 })
    expect(records[0]?.policy).not.toBe(records[1]?.policy)
  })
})

describe('a strategy by header', () => {
  it('is refused where the gateway has nothing to go by', async () => {
    const answer = await opened({}).chat({ 'x-nearside-strategy': 'domain' })
    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({ error: { param: 'x-nearside-strategy' } })
  })

  it('is taken where it has a table, which /v1/route shows by its shape alone', async () => {
    const { chat, route, records } = opened({ domain: { table, worthUsd: 1 }, frontierFrom: 1 })
    expect(await (await route({ 'x-nearside-strategy': 'domain' })).json()).toMatchObject({
      plan: { strategy: 'domain', wished: 'frontier', reason: 'best-expected' },
      policy: { domain: { table: { clusters: 1 } } },
    })
    await (await chat({ 'x-nearside-strategy': 'domain' })).text()
    expect(records[0]).toMatchObject({ plan: { strategy: 'domain' }, served: { tier: 'frontier' } })
  })
})
