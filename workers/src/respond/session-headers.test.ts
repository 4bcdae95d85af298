/** Sessions over a gateway whose two nodes say which weights they have, or nothing, and may be down. */
import type { GivenPolicy } from '@nearside/core'
import { readRecord } from '@nearside/core'
import { Hono } from 'hono'
import { describe, expect, it } from 'vitest'
import { exactCache } from '../cache/exact-cache.ts'
import { memoryCacheStore } from '../cache/memory-cache-store.ts'
import { nearside } from '../middleware.ts'
import type { NearsideOptions } from '../options/options.ts'
import type { RequestRecord } from '../record/record.ts'
import { memorySessionStore } from '../supervision/memory-session-store.ts'
import { planExecuteVerifyReplan } from '../supervision/supervised.ts'

const secret = 'a secret of thirty-two characters or more'
const easy = 'Rewrite this politely: go away.'
const hard = 'Prove by induction that the theorem holds, and derive the polynomial.'
type Said = Readonly<Record<string, string | null>>

const kept: Partial<NearsideOptions> = { sessions: { secret } }

function opened(more: Partial<NearsideOptions> = {}, sessions = kept) {
  const versions: Record<string, string | null> = { first: 'v1', second: 'v1', large: null }
  const down = new Set<string>()
  const asked: { readonly name: string; readonly body: Record<string, unknown> }[] = []
  const records: RequestRecord[] = []
  const clock = { at: 1_000_000 }
  let toolCalls: readonly object[] | null = null
  const free = (model: string) => ({ model, price: 'free' as const, tools: true })
  const node = (name: string) => ({
    name,
    url: `http://${name}.example/v1`,
    models: [free('small')],
    zone: 'premises' as const,
  })
  const app = new Hono()
  app.use(
    '*',
    nearside({
      account: (c) => ({ tenant: c.req.header('authorization') ?? 'acme' }),
      local: [node('first'), node('second')],
      frontier: { name: 'large', url: 'http://large.example/v1', models: [free('large')], zone: 'premises' },
      ...sessions,
      retry: { attempts: 1 },
      now: () => clock.at,
      random: () => 0,
      onRecord: (record) => void records.push(record),
      fetch: async (input, init) => {
        const [name = ''] = new URL(String(input)).hostname.split('.')
        const version = versions[name] ?? null
        const headers = {
          'x-nearside-load': 'queue=0;slots=0/4',
          ...(version === null ? {} : { 'x-nearside-model-version': version }),
        }
        if (String(input).endsWith('/load')) return Response.json({}, { headers })
        asked.push({ name, body: JSON.parse(String(init?.body)) as Record<string, unknown> })
        if (down.has(name)) return Response.json({ error: { message: 'no' } }, { status: 500 })
        const calls = toolCalls === null ? {} : { tool_calls: toolCalls }
        const message = { role: 'assistant', content: toolCalls === null ? 'hi' : null, ...calls }
        return Response.json({ choices: [{ index: 0, message, finish_reason: 'stop' }] }, { headers })
      },
      ...more,
    }),
  )
  const post = (path: string, body: object, headers: Readonly<Record<string, string>>) =>
    app.request(`/v1/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ model: 'auto', messages: [{ role: 'user', content: easy }], ...body }),
    })
  async function chat(given: { text?: string; body?: object; session?: string; tenant?: string } = {}) {
    const { text = easy, body = {}, session, tenant } = given
    const response = await post(
      'chat/completions',
      { messages: [{ role: 'user', content: text }], ...body },
      {
        ...(session === undefined ? {} : { 'x-nearside-session': session }),
        ...(tenant === undefined ? {} : { authorization: tenant }),
      },
    )
    const answer = (await response.json()) as { nearside?: object; choices: { message: object }[] }
    const said: Said = Object.fromEntries(
      ['tier', 'reason', 'degraded', 'session', 'session-state'].map((name) => [
        name,
        response.headers.get(`x-nearside-${name}`),
      ]),
    )
    return { status: response.status, said, answer, session: said.session ?? '' }
  }
  return {
    chat,
    post,
    get: (path: string) => app.request(`/v1/${path}`),
    versions,
    down,
    asked,
    records,
    clock,
    calls(...ids: readonly string[]) {
      toolCalls = ids.map((id) => ({ id, type: 'function', function: { name: 'look', arguments: '{}' } }))
    },
    says() {
      toolCalls = null
    },
  }
}

describe('a session', () => {
  it('is begun by an answer, which says that nothing has held it to its version, and kept by those after it', async () => {
    const { chat, asked, records } = opened()
    const first = await chat()
    expect(first.said).toMatchObject({ tier: 'local', 'session-state': 'version-unpinned', degraded: null })
    const second = await chat({ session: first.session })
    expect(second.said).toMatchObject({ tier: 'local', 'session-state': 'kept', degraded: null })
    expect(second.session).toBe(first.session)
    expect(asked).toHaveLength(2)
    expect(records.map((record) => readRecord(JSON.parse(JSON.stringify(record))))).toMatchObject([
      { session: 'version-unpinned', served: { version: 'v1' } },
      {
        session: 'kept',
        wishes: { stay: { session: { tier: 'local', model: 'small', version: 'v1' } } },
        degraded: null,
      },
    ])
    expect(JSON.stringify(records)).not.toContain(first.session)
  })

  it('stays with the version that it began with where a node has another by now', async () => {
    const { chat, versions, asked } = opened()
    const { session } = await chat()
    // Both are heard of before one of them changes.
    versions.first = 'v2'
    for (let round = 0; round < 3; round++) await chat()
    asked.length = 0
    for (let round = 0; round < 5; round++) {
      const { said } = await chat({ session })
      expect(said).toMatchObject({ 'session-state': 'kept', degraded: null })
    }
    expect(new Set(asked.map(({ name }) => name))).toEqual(new Set(['second']))
  })

  it('TRUST 27: says that its version has changed where nobody has it any more, once, and goes on with the new one', async () => {
    const { chat, versions, records, get } = opened()
    const { session } = await chat()
    versions.first = versions.second = 'v2'
    const changed = await chat({ session })
    expect(changed.status).toBe(200)
    expect(changed.said).toMatchObject({
      tier: 'local',
      'session-state': 'changed',
      degraded: 'version-changed',
    })
    expect(changed.answer.nearside).toMatchObject({ degraded: 'version-changed' })
    expect(changed.session).not.toBe(session)
    const next = await chat({ session: changed.session })
    expect(next.said).toMatchObject({ 'session-state': 'kept', degraded: null })
    expect(records[1]).toMatchObject({ session: 'changed', degraded: 'version-changed' })
    const metrics = await (await get('metrics')).text()
    expect(metrics).toContain('nearside_sessions_total{state="changed"} 1')
    expect(metrics).toContain('nearside_degraded_total{why="version-changed"} 1')
  })

  it('says so too where its node names no version any more', async () => {
    const { chat, versions } = opened()
    const { session } = await chat()
    versions.first = versions.second = null
    expect((await chat({ session })).said).toMatchObject({ degraded: 'version-changed' })
  })

  it('moves up with a hard turn and does not fall with the easy one behind it', async () => {
    const { chat } = opened()
    const { session } = await chat()
    const risen = await chat({ session, text: hard })
    expect(risen.said).toMatchObject({
      tier: 'frontier',
      reason: 'hard',
      'session-state': 'moved',
      degraded: null,
    })
    const after = await chat({ session: risen.session })
    expect(after.said).toMatchObject({ tier: 'frontier', reason: 'held-by-session', 'session-state': 'kept' })
    expect((await chat()).said.tier).toBe('local')
  })

  it('is not lost to an outage, and says what stood in', async () => {
    const { chat, down } = opened()
    const { session } = await chat({ text: hard })
    down.add('large')
    const meanwhile = await chat({ session })
    expect(meanwhile.said).toMatchObject({
      tier: 'local',
      degraded: 'frontier-down',
      'session-state': 'changed',
    })
    expect(meanwhile.session).toBe(session)
    down.clear()
    expect((await chat({ session: meanwhile.session })).said).toMatchObject({ tier: 'frontier' })
  })

  it('asks a node of another version where the only one of its own fails, and says so', async () => {
    const { chat, versions, down } = opened()
    const { session } = await chat()
    versions.first = 'v2'
    for (let round = 0; round < 3; round++) await chat()
    down.add('second')
    expect((await chat({ session })).said).toMatchObject({ tier: 'local', degraded: 'version-changed' })
  })

  it('that is anybody else’s, old, broken or of another policy is ignored with a word, and a new one is begun', async () => {
    let policy: GivenPolicy = {}
    const { chat, clock } = opened({ policy: () => policy })
    const { session } = await chat()
    const said = async (given: Parameters<typeof chat>[0]) => {
      const told = await chat(given)
      expect(told.status).toBe(200)
      expect(told.said).toMatchObject({ tier: 'local', degraded: null })
      expect(told.session).not.toBe('')
      expect(told.session).not.toBe(session)
      return told.said['session-state']
    }
    expect(await said({ session, tenant: 'globex' })).toBe('invalid')
    expect(await said({ session: `${session}x` })).toBe('invalid')
    expect(await said({ session: 'x'.repeat(9_000) })).toBe('invalid')
    policy = { outputTokens: 100 }
    expect(await said({ session })).toBe('policy-changed')
    policy = {}
    clock.at += 30 * 60_000
    expect(await said({ session })).toBe('expired')
  })

  it('lasts as long as the policy says, from its beginning', async () => {
    const { chat, clock } = opened({ policy: { sessionMs: 1_000 } })
    const { session } = await chat()
    clock.at += 999
    const kept = await chat({ session })
    expect(kept.said['session-state']).toBe('kept')
    clock.at += 1
    expect((await chat({ session: kept.session })).said['session-state']).toBe('expired')
  })

  it('is carried through an answer of the edge, which begins none', async () => {
    const { chat } = opened()
    const sum = { text: 'what is 17 * 23?' }
    expect((await chat(sum)).said).toMatchObject({ tier: 'edge', session: null, 'session-state': null })
    const { session } = await chat()
    expect((await chat({ ...sum, session })).said).toMatchObject({
      tier: 'edge',
      session,
      'session-state': 'kept',
    })
    expect((await chat({ ...sum, session: 'no' })).said).toMatchObject({
      session: null,
      'session-state': 'invalid',
    })
  })

  it('is not answered from what is kept of other versions', async () => {
    const cache = exactCache({ store: memoryCacheStore(), secret })
    const { chat, asked } = opened({ cache })
    const { session } = await chat()
    await chat()
    expect(asked).toHaveLength(1)
    expect((await chat({ session })).said).toMatchObject({ tier: 'local', 'session-state': 'kept' })
    expect(asked).toHaveLength(2)
  })

  it('is shown by /v1/route with what it pins, and nothing is asked for that', async () => {
    const { chat, post, asked } = opened()
    const { session } = await chat()
    const route = async (headers: Readonly<Record<string, string>>) =>
      (await (await post('route', {}, headers)).json()) as Record<string, unknown>
    expect(await route({ 'x-nearside-session': session })).toMatchObject({
      session: 'held',
      wishes: { stay: { session: { tier: 'local', model: 'small', version: 'v1' } } },
    })
    expect(await route({})).toMatchObject({ session: 'version-unpinned' })
    expect((await route({ 'x-nearside-session': 'no' })).wishes).not.toHaveProperty('stay')
    expect(asked).toHaveLength(1)
  })
})

describe('a tool call', () => {
  const tools = [{ type: 'function', function: { name: 'look', parameters: { type: 'object' } } }]
  const results = (calls: readonly { id: string }[], text: string) => ({
    tools,
    messages: [
      { role: 'user', content: text },
      { role: 'assistant', content: null, tool_calls: calls },
      ...calls.map(({ id }) => ({ role: 'tool', tool_call_id: id, content: 'rain' })),
    ],
  })
  const callsOf = (answer: { choices: { message: object }[] }) =>
    (answer.choices[0]!.message as { tool_calls: { id: string }[] }).tool_calls

  it('TRUST 27: comes back to the local model that made it, under the ids that the node gave', async () => {
    const { chat, calls, says, asked } = opened()
    calls('call_0123456789abcdef01234567', 'plain9abc')
    const made = callsOf((await chat({ body: { tools } })).answer)
    for (const { id } of made) expect(id).toMatch(/^call_[0-9A-Za-z]{12,35}$/)
    expect(made.map(({ id }) => id)).not.toContain('call_0123456789abcdef01234567')
    says()
    const { said } = await chat({ body: results(made, hard) })
    expect(said).toMatchObject({ tier: 'local', reason: 'made-the-tool-call' })
    expect(asked.at(-1)?.body).toMatchObject({
      messages: [
        {},
        { tool_calls: [{ id: 'call_0123456789abcdef01234567' }, { id: 'plain9abc' }] },
        { tool_call_id: 'call_0123456789abcdef01234567' },
        { tool_call_id: 'plain9abc' },
      ],
    })
    expect((await chat({ body: results(made, hard), tenant: 'globex' })).said).toMatchObject({
      tier: 'frontier',
      reason: 'made-the-tool-call',
    })
  })

  it('TRUST 27: of the frontier keeps its id, and comes back to the frontier', async () => {
    const { chat, calls, says, asked } = opened()
    calls('call_DdmO9pD3xa9XTPNJ32zg2hcA')
    const made = callsOf((await chat({ body: { tools }, text: hard })).answer)
    expect(made).toMatchObject([{ id: 'call_DdmO9pD3xa9XTPNJ32zg2hcA' }])
    says()
    const { said } = await chat({ body: results(made, easy) })
    expect(said).toMatchObject({ tier: 'frontier', reason: 'made-the-tool-call' })
    expect(asked.at(-1)?.body).toMatchObject({ messages: [{}, { tool_calls: made }, {}] })
  })
})

describe('under supervision', () => {
  it('tool calls carry the supervised session, and the near model goes on', async () => {
    const strategy = planExecuteVerifyReplan({ store: memorySessionStore(), secret, zone: 'premises' })
    const policy = { strategy: 'plan-execute-verify-replan' } as const
    const { chat, calls, says } = opened({ strategies: [strategy], policy })
    const tools = [{ type: 'function', function: { name: 'look', parameters: { type: 'object' } } }]
    calls('call_1')
    const first = await chat({ body: { tools }, text: hard })
    const made = (first.answer.choices[0]!.message as { tool_calls: { id: string }[] }).tool_calls
    expect(made.map(({ id }) => id)).toEqual([expect.stringMatching(/^call_[0-9A-Za-z_-]{30}_1$/)])
    says()
    const messages = [
      { role: 'user', content: hard },
      { role: 'assistant', content: null, tool_calls: made },
      { role: 'tool', tool_call_id: made[0]!.id, content: 'rain' },
    ]
    const second = await chat({ body: { tools, messages }, session: first.session })
    expect(second.said).toMatchObject({ tier: 'local', reason: 'supervised', 'session-state': 'kept' })
  })
})

describe('without a secret', () => {
  it('nothing is said of sessions, no id is touched, and a tool call is decided like any other', async () => {
    const { chat, calls, says, records } = opened({}, {})
    calls('call_1')
    const tools = [{ type: 'function', function: { name: 'look', parameters: { type: 'object' } } }]
    const { said, answer } = await chat({ body: { tools }, session: 'x' })
    expect(said).toMatchObject({ session: null, 'session-state': null })
    expect(JSON.stringify(answer)).toContain('"call_1"')
    says()
    const messages = [
      { role: 'user', content: easy },
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'look', arguments: '{}' } }],
      },
      { role: 'tool', tool_call_id: 'call_1', content: 'rain' },
    ]
    expect((await chat({ body: { tools, messages } })).said).toMatchObject({ tier: 'local', reason: 'easy' })
    for (const record of records) {
      expect(record).not.toHaveProperty('session')
      expect(record.wishes).not.toHaveProperty('stay')
    }
  })
})
