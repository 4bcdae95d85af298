/** What a caller who means no good, or too many who mean well, can do to it: TRUST.md's lines. */
import { readLoad } from '@nearside/core'
import { scriptedEngine, serveRuntime } from '@nearside/local-runtime'
import type OpenAI from 'openai'
import { afterEach, expect, it } from 'vitest'
import { chatRequest, connectRaw, type RawResponse, rawRequest } from '../harness/raw.ts'
import { endless, stepped, words } from './scripts.ts'
import { ask, eventually, type Served, serveScript } from './served-runtime.ts'

let served: Served
afterEach(() => served?.close())

function codeOf({ body }: RawResponse): string {
  return (JSON.parse(body) as { error: { code: string } }).error.code
}

function headerOf(response: RawResponse, name: string): string | undefined {
  return response.headers.find(([key]) => key === name)?.[1]
}

it('TRUST 33: of a hundred at once it answers one, keeps eight waiting, and tells the rest honestly when to return', async () => {
  const script = stepped(['done'])
  served = await serveScript(script.script, { slots: 1, maxWaiting: 8 })
  const asked = Array.from({ length: 100 }, () => served.client.chat.completions.create(ask))
  const outcomes = Promise.allSettled(asked)
  await eventually(() => served.records.length === 91)
  const load = readLoad((await served.get('/health')).headers.get('x-nearside-load')!)
  expect(load).toMatchObject({ queue: 8, slotsBusy: 1, slots: 1 })

  script.finish()
  const settled = await outcomes
  expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(9)
  const waits: number[] = []
  for (const outcome of settled) {
    if (outcome.status === 'fulfilled') continue
    const error = outcome.reason as InstanceType<typeof OpenAI.APIError>
    expect(error).toMatchObject({ status: 429, code: 'queue_full' })
    waits.push(Number(error.headers?.get('retry-after')))
  }
  // Each is promised a place of its own: the later, the later.
  expect(waits).toEqual(waits.toSorted((left, right) => left - right))
  expect(waits[0]).toBeGreaterThanOrEqual(1)
  expect(new Set(waits).size).toBeGreaterThan(5)
  expect(Math.max(...waits)).toBeLessThanOrEqual(60)
})

it('TRUST 33: a client that leaves while it waits takes no slot', async () => {
  const script = stepped()
  served = await serveScript(script.script)
  const first = served.client.chat.completions.create(ask)
  await script.waiting()
  const controller = new AbortController()
  const second = served.client.chat.completions.create(ask, { signal: controller.signal })
  await eventually(async () => /queue_waiting 1\n/.test((await served.get('/metrics')).body))
  controller.abort()
  await expect(second).rejects.toThrow()
  await eventually(async () => /queue_waiting 0\n/.test((await served.get('/metrics')).body))
  script.finish()
  await first
  expect((await served.get('/metrics')).body).toContain(`output_tokens_total ${words.length}\n`)
})

it('TRUST 33: wants its secret before it reads a body', async () => {
  const secret = 'a-secret-that-is-long-enough'
  served = await serveScript(undefined, { secret })
  for (const authorization of [
    undefined,
    'Bearer wrong',
    `Basic ${secret}`,
    `Bearer ${secret}x`,
    'Bearer ',
  ]) {
    // The body never comes; the refusal does.
    const connection = await connectRaw(served.url)
    await connection.send(
      `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n` +
        `${authorization === undefined ? '' : `authorization: ${authorization}\r\n`}\r\n`,
    )
    const response = await connection.response()
    expect([response.status, codeOf(response)]).toEqual([401, 'invalid_api_key'])
    connection.hangUp()
  }
  for (const path of ['/v1/models', '/v1/load', '/metrics']) {
    expect((await fetch(served.url + path)).status).toBe(401)
    expect((await served.get(path)).status).toBe(200)
  }
  for (const path of ['/health', '/ready']) expect((await fetch(served.url + path)).status).toBe(200)
  await served.client.chat.completions.create(ask)
})

it('TRUST 33: refuses to start beyond loopback without a secret', async () => {
  const engine = scriptedEngine({ script: () => words })
  await expect(serveRuntime({ engine, host: '0.0.0.0', port: 0 })).rejects.toMatchObject({
    code: 'bad-options',
    param: 'secret',
  })
})

it('TRUST 21: without a secret answers to no other name than its own machine, whatever a web page calls it', async () => {
  served = await serveScript()
  const request = (host: string) => rawRequest(served.url, chatRequest(served.url, ask, { host }))
  for (const host of [
    'evil.example',
    'evil.example:8788',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
  ]) {
    const response = await request(host)
    expect([response.status, codeOf(response)]).toEqual([403, 'forbidden'])
  }
  for (const host of ['localhost', '127.0.0.1:8788', '[::1]:8788'])
    expect((await request(host)).status).toBe(200)
})

it('TRUST 16: answers whatever cannot be a request with a 4xx of the right shape, and bothers no engine with it', async () => {
  served = await serveScript()
  const deep = `${'['.repeat(1_000)}${']'.repeat(1_000)}`
  const bodies = [
    '',
    '{',
    'null',
    '[]',
    '{"model":"local"}',
    '{"model":"local","messages":[]}',
    '{"model":"local","model":"x","messages":[]}',
    '{"__proto__":{},"model":"local","messages":[{"role":"user","content":"x"}]}',
    '{"model":"local","messages":[{"role":"king","content":"x"}]}',
    '{"model":"local","messages":[{"role":"user","content":"\\ud800"}]}',
    `{"model":"local","messages":[{"role":"user","content":"x"}],"x":${deep}}`,
    '{"model":"local","messages":[{"role":"user","content":"x"}],"n":1000000000}',
    '{"model":"local","messages":[{"role":"user","content":"x"}],"max_tokens":-1}',
  ]
  for (const body of bodies) {
    const response = await rawRequest(served.url, chatRequest(served.url, body))
    expect([body, response.status]).toEqual([body, 400])
    expect(JSON.parse(response.body)).toMatchObject({
      error: { message: expect.any(String), type: 'invalid_request_error', code: expect.any(String) },
    })
  }
  const broken = Buffer.from(chatRequest(served.url, '{"model":"xx"}'))
  broken[broken.length - 3] = 0xff
  expect((await rawRequest(served.url, broken)).status).toBe(400)
  expect((await served.get('/metrics')).body).toContain('output_tokens_total 0\n')
})

it('TRUST 16: takes JSON only, by POST only, where it takes anything', async () => {
  served = await serveScript()
  const url = `${served.url}/v1/chat/completions`
  const statuses = async (given: RequestInit): Promise<unknown[]> => {
    const response = await fetch(url, given)
    const { error } = (await response.json()) as { error: { code: string } }
    return [response.status, error.code]
  }
  const body = JSON.stringify(ask)
  expect(await statuses({ method: 'POST', body, headers: { 'content-type': 'text/plain' } })).toEqual([
    415,
    'unsupported_media_type',
  ])
  const zipped = { 'content-type': 'application/json', 'content-encoding': 'gzip' }
  expect(await statuses({ method: 'POST', body, headers: zipped })).toEqual([415, 'unsupported_media_type'])
  expect(await statuses({ method: 'GET' })).toEqual([405, 'method_not_allowed'])
  expect(await statuses({ method: 'DELETE' })).toEqual([405, 'method_not_allowed'])

  const post = await fetch(`${served.url}/health`, { method: 'POST', body: 'x' })
  expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET'])
  const missing = await served.get('/v1/nothing')
  expect([missing.status, JSON.parse(missing.body)]).toMatchObject([404, { error: { code: 'not_found' } }])
  expect(missing.body).toContain('ends in /v1')
})

it('TRUST 16: answers what is not HTTP in the same shape', async () => {
  served = await serveScript()
  for (const text of [
    'NONSENSE\r\n\r\n',
    'GET /health HTTP/1.1\r\nbad header\r\n\r\n',
    'GET http://[ HTTP/1.1\r\nhost: [\r\n\r\n',
  ]) {
    const response = await rawRequest(served.url, text)
    expect([text, response.status, codeOf(response)]).toEqual([text, 400, 'bad_request'])
  }
})

it('TRUST 33: reads no more of a body than its limit, declared or not', async () => {
  served = await serveScript(undefined, { bodyLimitBytes: 1_024 })
  const declared = await rawRequest(
    served.url,
    `POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 104857600\r\n\r\n`,
  )
  expect([declared.status, codeOf(declared)]).toEqual([413, 'body_too_large'])
  expect(headerOf(declared, 'connection')).toBe('close')

  const connection = await connectRaw(served.url)
  await connection.send(
    `POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n`,
  )
  const chunk = `400\r\n${' '.repeat(1_024)}\r\n`
  // Without end: the server closes the connection before the sender gives up.
  for (let sent = 0; sent < 2_000 && !connection.closed(); sent++)
    await connection.send(chunk, 0).catch(() => {})
  const endlessBody = await connection.response()
  expect([endlessBody.status, codeOf(endlessBody)]).toEqual([413, 'body_too_large'])
  expect(connection.closed()).toBe(true)
})

it('TRUST 15: gives a body that drips only so much time', async () => {
  served = await serveScript(undefined, { bodyTimeoutMs: 100 })
  const response = await rawRequest(
    served.url,
    `POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n`,
    '{',
    30,
    '"',
    30,
    'a',
  )
  expect([response.status, codeOf(response)]).toEqual([400, 'bad_request'])
})

it('TRUST 15: a client that stops reading holds no slot, and is cut off in the end', async () => {
  const long = Array.from({ length: 40_000 }, () => 'x'.repeat(500))
  const scripted = { model: { contextTokens: 1_000_000 } }
  const isGenerated = async (): Promise<boolean> =>
    /output_tokens_total 40000\n.*slots_busy 0\n/s.test((await served.get('/metrics')).body)
  for (const readerTimeoutMs of [60_000, 200]) {
    served = await serveScript(() => long, { readerTimeoutMs, scripted })
    const connection = await connectRaw(served.url)
    connection.stall()
    await connection.send(chatRequest(served.url, { ...ask, stream: true }))
    await eventually(isGenerated)
    if (readerTimeoutMs === 60_000) {
      expect(served.records).toHaveLength(0)
      connection.hangUp()
    }
    await eventually(() => served.records.length === 1)
    expect(served.records[0]).toMatchObject({ fault: 'client-gone' })
    connection.hangUp()
    await served.close()
  }
})

it('TRUST 35: what a caller puts into private headers changes nothing', async () => {
  served = await serveScript()
  const headers = {
    'x-nearside-load': 'queue=0;slots=0/9',
    'x-nearside-model-version': 'forged',
    'x-forwarded-for': '10.0.0.1',
  }
  const response = await rawRequest(served.url, chatRequest(served.url, ask, headers))
  expect(headerOf(response, 'x-nearside-model-version')).toBe('1.0.0+scripted')
  expect(headerOf(response, 'x-nearside-load')).toMatch(/;slots=[01]\/1;/)
  expect(response.body).not.toContain('forged')
})

it('TRUST 36: bombs are refused before anything is generated', async () => {
  served = await serveScript()
  const message = '{"role":"user","content":"x"},'
  const bombs = [
    `{"model":"local","messages":[${message.repeat(100_000).slice(0, -1)}]}`,
    `{"model":"local","messages":[${message.slice(0, -1)}],"tools":[${'{},'.repeat(200_000)}{}]}`,
    `{"model":"local","messages":[${message.slice(0, -1)}],"logit_bias":{${Array.from({ length: 50_000 }, (_, id) => `"${id}":1`).join()}}}`,
  ]
  for (const bomb of bombs)
    expect((await rawRequest(served.url, chatRequest(served.url, bomb))).status).toBe(400)
  expect((await served.get('/metrics')).body).toContain('output_tokens_total 0\n')
})

it('TRUST 22: prompts, answers and secrets are in no record, metric or refusal', async () => {
  const secret = 'canary-secret-0123456789'
  served = await serveScript(() => ['canary-', 'answer'], { secret })
  const messages = [{ role: 'user' as const, content: 'canary-prompt' }]
  await served.client.chat.completions.create({ ...ask, messages })
  const refused = await rawRequest(
    served.url,
    chatRequest(served.url, { model: 'canary-model', messages }, { authorization: `Bearer ${secret}` }),
  )
  const unknown = await rawRequest(served.url, chatRequest(served.url, { ...ask, messages }))
  await eventually(() => served.records.length === 2)
  const seen = [
    JSON.stringify(served.records),
    (await served.get('/metrics')).body,
    refused.body,
    unknown.body,
  ]
  expect(seen.join('\n')).not.toContain('canary')
})

it('TRUST 33: while it drains it finishes what runs, turns away what waits and what comes, and frees the port', async () => {
  const script = stepped()
  served = await serveScript(script.script)
  const running = served.client.chat.completions.create(ask)
  await script.waiting()
  const waiting = served.client.chat.completions.create(ask)
  await eventually(async () => /queue_waiting 1\n/.test((await served.get('/metrics')).body))

  const closed = served.close()
  await expect(waiting).rejects.toMatchObject({ status: 503, code: 'not_ready' })
  await expect(served.client.chat.completions.create(ask)).rejects.toMatchObject({ status: 503 })
  expect((await served.get('/ready')).status).toBe(503)
  expect((await served.get('/health')).status).toBe(200)

  script.finish()
  expect((await running).choices[0]?.message.content).toBe(words.join(''))
  await closed
  await expect(fetch(`${served.url}/health`)).rejects.toThrow()
})

it('TRUST 33: gives up what has not finished when the time to drain is over', async () => {
  served = await serveScript(endless, { drainMs: 50 })
  const stream = await served.client.chat.completions.create({ ...ask, stream: true })
  const reading = (async () => {
    for await (const chunk of stream) void chunk
  })()
  const failed = expect(reading).rejects.toThrow('The server is shutting down.')
  await served.close()
  await failed
})

it('says that it is alive while it loads, and that it is ready only then', async () => {
  let load = (): void => {}
  const loading = new Promise<void>((resolve) => {
    load = resolve
  })
  served = await serveScript(undefined, { scripted: { loaded: () => loading } })
  expect((await served.get('/health')).status).toBe(200)
  expect((await served.get('/ready')).status).toBe(503)
  const refused = await rawRequest(served.url, chatRequest(served.url, ask))
  expect([refused.status, codeOf(refused)]).toEqual([503, 'not_ready'])
  expect(Number(headerOf(refused, 'retry-after'))).toBeGreaterThan(0)

  load()
  await served.ready
  expect((await served.get('/ready')).status).toBe(200)
  await served.client.chat.completions.create(ask)
})
