/**
 * A key and a prompt that nobody else could have said go through everything that can happen to a request, and are then
 * looked for wherever something is kept or told.
 */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Frontier, startFrontier } from '../../doubles/frontier.ts'
import { startWorker } from '../../harness/worker.ts'
import { type Attack, chunk, chunked, events, head, sse, startHostileNode, whole } from './hostile-node.ts'
import { type GatewayUnderTest, places, type RunningPlace } from './places.ts'
import { asFrontier, asLocal, digestOf, get, type Heard, hardQuestion, post, price } from './requests.ts'

const key = 'sk-canaryKey7f3a9c'
const word = 'canaryPrompt51be'
const authorization = `Bearer ${key}`
const upstreamKey = 'sk-canaryUpstream88d1'
const localSecret = 'canarySecret402c'

const secrets = [key, word, upstreamKey, localSecret, 'canary']

const said = JSON.stringify({ choices: [{ index: 0, delta: { content: word } }] })

type Asking = readonly [what: string, ask: (url: string) => Promise<Heard>]

const say = (fields: Record<string, unknown> = {}): Record<string, unknown> => ({
  model: 'frontier',
  messages: [{ role: 'user', content: `${hardQuestion} ${word}` }],
  ...fields,
})
const send =
  (body: unknown, headers: Record<string, string> = {}, path?: string) =>
  (url: string) =>
    post(url, body, { authorization, ...headers }, path)

/** Requests that are answered well: the answer itself may say anything, everything else may not. */
const served: readonly Asking[] = [
  ['an answer', send(say())],
  ['a stream', send(say({ stream: true }))],
  ['an answer from the local node', send(say({ model: 'local' }))],
  [
    'an answer from the edge',
    send({ model: 'auto', messages: [{ role: 'user', content: 'what is 17 * 23?' }], user: word }),
  ],
  ['what only the upstream knows', send(say({ metadata: { word }, user: word, prompt_cache_key: word }))],
  ['an explanation', send(say(), {}, '/v1/route')],
  ['the models', (url) => get(url, `/v1/models?key=${key}&prompt=${word}`, { authorization })],
  ['the budget', (url) => get(url, '/v1/budget', { authorization, cookie: word })],
]

/** Requests that fail: nothing of them may be in what the caller is told either. */
const refused: readonly Asking[] = [
  ['a body that is no JSON', send(`{"messages":"${word}`)],
  ['a body with a stray word', send(`{"messages":${word}}`)],
  ['a key that is there twice', send(`{"${word}":1,"${word}":2}`)],
  ['a field of the wrong type', send(say({ temperature: word }))],
  ['a role that nobody has', send(say({ messages: [{ role: word, content: word }] }))],
  ['a key of a bias', send(say({ logit_bias: { [word]: word } }))],
  ['a format that is none', send(say({ response_format: { type: word } }))],
  ['a model that is none', send(say({ model: word }))],
  ['a model that is a key', send(say({ model: key }))],
  ['a media type that is none', send(say(), { 'content-type': `text/${word}` })],
  ['a tier that is none', send(say(), { 'x-nearside-tier': word })],
  ['a strategy that is none', send(say(), { 'x-nearside-strategy': word })],
  ['a privacy that is none', send(say(), { 'x-nearside-privacy': word })],
  ['a quality that is none', send(say(), { 'x-nearside-quality': word })],
  ['a patience that is none', send(say(), { 'x-nearside-latency-ms': word })],
  ['a hop that is none', send(say(), { 'x-nearside-hop': word })],
  ['a key that nobody has', (url) => post(url, say(), { authorization: `Bearer ${key}x` })],
  ['a key in another scheme', (url) => post(url, say(), { authorization: `Basic ${key}` })],
  ['a method that is none', (url) => get(url, `/${word}/v1/chat/completions?${key}`, { authorization })],
  ['a private text', send(say(), { 'x-nearside-privacy': 'never-leave' })],
]

const faults = [
  { fault: 'echoed-secrets' },
  { fault: 'echoed-secrets', status: 401 },
  { fault: 'echoed-secrets', status: 404 },
  { fault: 'echoed-secrets', status: 429 },
  { fault: 'echoed-secrets', status: 500 },
  { fault: 'hang-before-headers' },
  { fault: 'hang-mid-stream' },
  { fault: 'cut' },
  { fault: 'refused-before-headers' },
  { fault: 'malformed-json' },
  { fault: 'malformed-chunk' },
  { fault: 'error-event' },
  { fault: 'wrong-content-type' },
  { fault: 'redirect' },
] as const

const patient = { firstTokenMs: 30_000, idleMs: 30_000, totalMs: 60_000 }
/** Where upstreams say nothing. */
const hurried = { firstTokenMs: 150, idleMs: 150, totalMs: 1_000 }

const options = (
  frontier: Frontier,
  local: Frontier,
  deadlines: typeof patient = hurried,
): Record<string, unknown> => ({
  keys: { [digestOf(key)]: { tenant: 'acme' } },
  frontier: asFrontier(frontier),
  local: asLocal(local, 'provider:near'),
  caps: [{ scope: 'account', window: 'day', limit: 1e12 }],
  budgetsZone: 'gateway',
  onStoreError: 'refuse',
  deadlines,
  retry: { attempts: 2, pauseMs: 5 },
  breaker: { failures: 1_000 },
})

const headersOf = (answer: Heard): string => JSON.stringify([...answer.headers])

describe.each(places)('a secret, $name', (place) => {
  let running: RunningPlace
  let frontier: Frontier
  let local: Frontier
  let gateway: GatewayUnderTest
  let impatient: GatewayUnderTest

  beforeAll(async () => {
    running = await place.start()
    frontier = await startFrontier({ key: upstreamKey })
    local = await startFrontier({ key: localSecret })
    gateway = await running.open({ options: options(frontier, local, patient), host: ['store'] })
    impatient = await running.open({ options: options(frontier, local), host: ['store'] })
  })
  afterAll(() => Promise.all([running.close(), frontier.close(), local.close()]))

  /** All that was kept or told beside the answers: records, metrics, the store's keys and values, the log. */
  async function traces(of: GatewayUnderTest): Promise<string> {
    const metrics = await get(of.url, '/metrics', { authorization })
    expect(metrics.status).toBe(200)
    const told = await of.told()
    return [
      JSON.stringify(told.records),
      JSON.stringify(told.store),
      metrics.text,
      ...(await running.logs()),
    ].join('\n')
  }

  function expectSilent(text: string): void {
    for (const secret of secrets) expect(text).not.toContain(secret)
  }

  it.each(served)('TRUST 22: is in nothing but the answer: %s', async (_, ask) => {
    const answer = await ask(gateway.url)
    expect(answer.status).toBe(200)
    expectSilent(headersOf(answer))
    expectSilent(await traces(gateway))
  })

  it('TRUST 22: is in no explanation, listing or balance', async () => {
    for (const [, ask] of served.slice(-3)) expectSilent((await ask(gateway.url)).text)
  })

  it.each(refused)('TRUST 22: is in no error and in nothing that is kept: %s', async (_, ask) => {
    const answer = await ask(gateway.url)
    expect(answer.status).toBeGreaterThanOrEqual(400)
    expect(answer.error.message).toMatch(/./)
    expectSilent(answer.text + headersOf(answer))
    expectSilent(await traces(gateway))
  })

  it.each(faults)('TRUST 22: is in nothing when an upstream fails: $fault $status', async (script) => {
    frontier.always(script)
    local.always(script)
    for (const stream of [false, true]) {
      for (const model of ['frontier', 'local', 'auto']) {
        const answer = await post(impatient.url, say({ model, stream }), { authorization })
        expectSilent(answer.text + headersOf(answer))
      }
    }
    expectSilent(await traces(impatient))
    frontier.always({})
    local.always({})
  })

  it.each([
    ['its chunks', () => [head(sse, chunked), chunk(`data: ${said}\n\n`), `zz${word}\r\n${word}\r\n`]],
    ['its events', events(said, `{"choices":[{"delta":${word}`)],
    ['its length', () => [head(sse, 'content-length: 9999'), `data: ${said}\n\n`]],
    ['its compression', () => [head(sse, 'content-encoding: gzip', chunked), chunk(`${word}${said}`)]],
    ['its head', () => [`HTTP/1.1 200 OK\r\n${word}\r\n\r\n`]],
    ['its JSON', whole(`{"choices":${word}`)],
  ] satisfies readonly (readonly [string, Attack])[])(
    'TRUST 22: is in no log when an upstream breaks %s around it',
    async (_, attack) => {
      await using node = await startHostileNode()
      node.attackWith(attack)
      const upstream = { ...asFrontier(frontier), url: `${node.url}/v1` }
      for (const onHangUp of ['abort', 'finish']) {
        const broken = await running.open({
          options: { ...options(frontier, local), frontier: upstream, onHangUp },
          host: ['store'],
        })
        for (const stream of [false, true]) await post(broken.url, say({ stream }), { authorization })
        expectSilent(await traces(broken))
      }
    },
  )

  it('TRUST 22: is in nothing when the budget is denied, or its store or the host fails', async () => {
    const spent = { ...options(frontier, local), caps: [{ scope: 'account', window: 'day', limit: 0 }] }
    for (const host of [
      ['store'],
      ['store-throws'],
      ['store', 'difficulty-throws'],
      ['store', 'record-throws'],
    ] as const) {
      const other = await running.open({ options: spent, host })
      for (const stream of [false, true]) {
        const answer = await post(other.url, say({ stream }), { authorization })
        expect(answer.status).toBeGreaterThanOrEqual(400)
        expectSilent(answer.text + headersOf(answer))
      }
      expectSilent(await traces(other))
    }
    const { keys: _, ...own } = options(frontier, local)
    const strange = await running.open({ options: own, host: ['store', 'account-throws'] })
    const answer = await post(strange.url, say(), { authorization })
    expect([answer.status, answer.error.code]).toEqual([500, 'internal_error'])
    expectSilent(answer.text)
  })

  it('TRUST 22: of the operator is in no error about its options', async () => {
    const wrong = [
      { ...options(frontier, local), keys: { [key]: { tenant: 'acme' } } },
      { ...options(frontier, local), frontier: { ...asFrontier(frontier), key: `${upstreamKey} ` } },
      {
        ...options(frontier, local),
        frontier: { ...asFrontier(frontier), url: `https://user:${upstreamKey}@api.openai.com/v1` },
      },
    ]
    for (const each of wrong) {
      const broken = await running.open({ options: each, host: ['store', 'options-from-function'] })
      const answer = await post(broken.url, say(), { authorization })
      expect([answer.status, answer.error.code]).toEqual([500, 'bad_options'])
      expectSilent(answer.text)
    }
  })
})

it('TRUST 22: is in no log of the standalone Worker and in no byte of its ledger', async () => {
  await using frontier = await startFrontier({ key: upstreamKey })
  const stateFolder = await mkdtemp(join(tmpdir(), 'nearside-canaries-'))
  try {
    const worker = await startWorker({
      stateFolder,
      vars: {
        NEARSIDE_KEYS: `acme=${digestOf(key)}`,
        NEARSIDE_FRONTIER_URL: `${frontier.url}/v1`,
        NEARSIDE_FRONTIER_KEY: upstreamKey,
        NEARSIDE_FRONTIER_MODELS: 'gpt-double',
        NEARSIDE_PRICES: JSON.stringify({
          'gpt-double': { prices: [{ since: price.since, prompt: 1, output: 4 }] },
        }),
        NEARSIDE_BUDGET_MONTH_USD: '5',
        NEARSIDE_ON_STORE_ERROR: 'refuse',
      },
    })
    const told: string[] = []
    for (const [, ask] of [...served.filter(([what]) => !what.includes('local')), ...refused])
      told.push(headersOf(await ask(worker.url)))
    frontier.always({ fault: 'echoed-secrets' })
    for (const stream of [false, true])
      told.push((await post(worker.url, say({ stream }), { authorization })).text)
    told.push(
      (await get(worker.url, '/metrics', { authorization })).text,
      ...(await worker.logs()).map((log) => log.message),
    )
    const balance = JSON.parse((await get(worker.url, '/v1/budget', { authorization })).text) as {
      caps: { calls: number }[]
    }
    expect(balance.caps[0]?.calls).toBeGreaterThan(0)
    await worker.close()

    const files = (await readdir(stateFolder, { recursive: true, withFileTypes: true })).filter((entry) =>
      entry.isFile(),
    )
    const kept = await Promise.all(files.map((file) => readFile(join(file.parentPath, file.name), 'latin1')))
    expect(kept.join('')).toContain('account|month|')
    for (const secret of secrets) {
      expect(told.join('\n')).not.toContain(secret)
      expect(kept.join('\n')).not.toContain(secret)
    }
  } finally {
    await rm(stateFolder, { recursive: true })
  }
})
