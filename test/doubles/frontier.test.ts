import { connect } from 'node:net'
import OpenAI from 'openai'
import type { ChatCompletion, ChatCompletionChunk } from 'openai/resources/chat/completions'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type FaultName, faultNames, faults } from './faults.ts'
import { type Frontier, startFrontier } from './frontier.ts'

const question = { model: 'gpt-4o', messages: [{ role: 'user' as const, content: 'Capital of France?' }] }
const streamed = { ...question, stream: true as const, stream_options: { include_usage: true } }
const usual = 'The capital of France is Paris.'

let frontier: Frontier
let openai: OpenAI

beforeEach(async () => {
  frontier = await startFrontier()
  openai = client()
})
afterEach(() => frontier.close())

describe('an answer of the frontier double', () => {
  it('is read by the OpenAI client, whole', async () => {
    const answer = await openai.chat.completions.create(question)
    expect(answer.choices[0]?.message.content).toBe(usual)
    expect(answer.choices[0]?.message.refusal).toBeNull()
    expect(answer.usage?.total_tokens).toBe(27)
    expect(answer.model).toBe('gpt-4o')
    expect(answer._request_id).toMatch(/^req_/)
  })

  it('is read by the OpenAI client, streamed, the usage in a chunk of its own', async () => {
    const chunks = await stream()
    expect(textOf(chunks)).toBe(usual)
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { prompt_tokens: 19, completion_tokens: 8 } })
    expect(chunks.slice(0, -1).every((chunk) => chunk.usage === null)).toBe(true)
  })

  it('has no usage field on any chunk when none is asked for', async () => {
    const chunks = await collect(await openai.chat.completions.create({ ...question, stream: true }))
    expect(chunks.some((chunk) => 'usage' in chunk)).toBe(false)
    expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe('stop')
  })

  it('has as many choices as were asked for, and the text that the script says', async () => {
    frontier.next({ answer: { pieces: ['Lima'], finishReason: 'length' } })
    const answer = await openai.chat.completions.create({ ...question, n: 2 })
    expect(
      answer.choices.map((choice) => [choice.index, choice.message.content, choice.finish_reason]),
    ).toEqual([
      [0, 'Lima', 'length'],
      [1, 'Lima', 'length'],
    ])
  })

  it('lists its models', async () => {
    const list = await openai.models.list()
    expect(list.data.map((model) => model.id)).toContain('gpt-4o')
  })
})

describe('a refusal of the frontier double', () => {
  it('meets a wrong key', async () => {
    const wrong = new OpenAI({ baseURL: `${frontier.url}/v1`, apiKey: 'sk-wrong', maxRetries: 0 })
    await expect(wrong.chat.completions.create(question)).rejects.toMatchObject({
      status: 401,
      code: 'invalid_api_key',
    })
  })

  it('meets stream options without a stream, a model that is not there, and no messages', async () => {
    await using strict = await startFrontier({ models: ['gpt-4o'] })
    const ask = async (body: object): Promise<unknown> => {
      const response = await post(strict, JSON.stringify(body))
      const { error } = (await response.json()) as { error: { param: string; code: string } }
      return [response.status, error.param, error.code]
    }
    expect(await ask({ ...question, stream_options: {} })).toEqual([400, 'stream_options', null])
    expect(await ask({ ...question, model: 'gpt-9' })).toEqual([404, null, 'model_not_found'])
    expect(await ask({ ...question, messages: [] })).toEqual([400, 'messages', 'empty_array'])
    expect((await post(strict, '{')).status).toBe(400)
  })

  it('carries the status, body and retry headers of its script', async () => {
    frontier.next({ fault: 'status', status: 429, retryAfter: '2', retryAfterMs: 1500 })
    const limited = await post(frontier)
    expect(limited.status).toBe(429)
    expect([limited.headers.get('retry-after'), limited.headers.get('retry-after-ms')]).toEqual(['2', '1500'])
    expect(await limited.json()).toMatchObject({ error: { code: 'rate_limit_exceeded' } })

    frontier.next({ fault: 'status', status: 502, body: 'html' })
    expect(await (await post(frontier)).text()).toContain('<html>')

    frontier.next({ fault: 'status', status: 503, body: 'empty' })
    expect(await (await post(frontier)).text()).toBe('')
  })
})

describe('the records of the frontier double', () => {
  it('hold each request as it came', async () => {
    await openai.chat.completions.create(question, { headers: { 'x-mark': 'seen' } })
    expect(frontier.requests).toHaveLength(1)
    expect(frontier.requests[0]).toMatchObject({
      method: 'POST',
      path: '/v1/chat/completions',
      json: question,
    })
    expect(frontier.requests[0]?.headers['x-mark']).toBe('seen')
    expect(await frontier.requests[0]?.over).toBe('answered')
  })

  it('tell after how many chunks a client left', async () => {
    frontier.next({ fault: 'slow-chunks', delayMs: 30 })
    const answer = await openai.chat.completions.create(streamed)
    let seen = 0
    for await (const _ of answer) if (++seen === 2) break
    const request = await frontier.request(0)
    expect(await request.over).toBe('left')
    expect(request.left?.afterChunks).toBeGreaterThanOrEqual(2)
    expect(request.left?.afterChunks).toBeLessThan(5)
  })

  it('hold a request whose client left before it was complete', async () => {
    const socket = connect(Number(new URL(frontier.url).port), '127.0.0.1')
    socket.write('POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{"mod')
    await expect.poll(() => frontier.requests.length).toBe(1)
    socket.destroy()
    expect(await frontier.requests[0]?.over).toBe('left')
  })
})

describe('a script of the frontier double', () => {
  it('is performed once after next, and for all others after always', async () => {
    frontier.always({ fault: 'status', status: 500 })
    frontier.next({ fault: 'status', status: 409 })
    const statuses = [(await post(frontier)).status, (await post(frontier)).status]
    frontier.always({})
    expect([...statuses, (await post(frontier)).status]).toEqual([409, 500, 200])
  })

  const sound = faultNames.filter((name) => faults[name].kind === 'sound')
  it.each(sound)('%s is read by the OpenAI client as the whole answer, streamed or not', async (fault) => {
    frontier.always({ fault, delayMs: 1 })
    const chunks = await stream()
    const answer = await openai.chat.completions.create(question)
    const message = answer.choices.at(-1)?.message
    expect(textOf(chunks)).toBe(message?.content ?? '')
    expect(argumentsOf(chunks)).toEqual(
      message?.tool_calls?.map((call) => (call.type === 'function' ? call.function.arguments : '')) ?? [],
    )
    expect(usageOf(chunks.at(-1))).toEqual(usageOf(answer))
  })

  it.each<[FaultName, RegExp]>([
    ['cut', /terminated|premature/i],
    ['reset', /terminated|premature|reset/i],
    ['error-event', /server had an error/],
    ['malformed-chunk', /JSON/],
    ['malformed-json', /JSON/],
    ['encoding-lie', /terminated|incorrect header/i],
    ['refused-before-headers', /connection error/i],
    ['echoed-secrets', /Bearer sk-frontier-double.*Capital of France/s],
  ])('%s makes the OpenAI client throw', async (fault, message) => {
    frontier.always({ fault })
    await expect(stream()).rejects.toThrow(message)
  })

  it('end-without-done is taken by the OpenAI client for a whole answer', async () => {
    frontier.always({ fault: 'end-without-done' })
    expect(textOf(await stream())).toBe('The capital')
  })

  it.each<[FaultName, number]>([
    ['hang-before-headers', 0],
    ['hang-after-headers', 0],
    ['hang-mid-stream', 3],
    ['endless-drip', 5],
    ['endless-body', 5],
  ])('%s never ends by itself', async (fault, least) => {
    frontier.next({ fault, delayMs: 2 })
    const leaving = new AbortController()
    const reading = stream({ signal: leaving.signal }).catch(() => 'left')
    const request = await frontier.request(0)
    await expect.poll(() => request.chunksSent).toBeGreaterThanOrEqual(least)
    expect(await Promise.race([request.over, pause(60)])).toBe('paused')
    leaving.abort()
    expect(await request.over).toBe('left')
    await reading
  })

  it('an endless body is written no faster than it is read', async () => {
    frontier.next({ fault: 'endless-body' })
    const socket = connect(Number(new URL(frontier.url).port), '127.0.0.1').pause()
    socket.write(raw(frontier, JSON.stringify(streamed)))
    const request = await frontier.request(0)
    await pause(300)
    const sent = request.chunksSent
    await pause(200)
    expect(request.chunksSent).toBe(sent)
    socket.destroy()
  })

  it.each([301, 302, 307, 308])('a redirect with status %i points to another origin', async (status) => {
    frontier.next({ fault: 'redirect', status })
    const response = await post(frontier)
    expect(response.status).toBe(status)
    expect(response.headers.get('location')).toBe(`${frontier.elsewhere.url}/v1/chat/completions`)
    expect(frontier.elsewhere.url).not.toBe(frontier.url)
    expect(frontier.elsewhere.requests).toHaveLength(0)
  })

  it('hostile headers forge what only a gateway may say', async () => {
    frontier.next({ fault: 'hostile-headers' })
    const { headers } = await post(frontier)
    expect(headers.get('x-nearside-tier')).toBe('edge')
    expect(headers.getSetCookie()).toContain('session=stolen; Path=/; HttpOnly')
  })

  it('a page, or nothing at all, comes where an answer should be', async () => {
    frontier.next({ fault: 'wrong-content-type' })
    expect((await post(frontier)).headers.get('content-type')).toContain('text/html')
    frontier.next({ fault: 'no-content' })
    expect((await post(frontier)).status).toBe(204)
  })

  it('enormous headers are refused by a client with a limit', async () => {
    frontier.next({ fault: 'enormous-headers' })
    await expect(post(frontier)).rejects.toThrow()
  })
})

it('every fault ends or hangs as its kind says, on whole answers too', async () => {
  for (const fault of faultNames) {
    frontier.next({ fault, delayMs: 1 })
    const ending = await outcome(post(frontier, JSON.stringify(question), AbortSignal.timeout(250)))
    const allowed: { readonly [kind: string]: readonly string[] } = {
      sound: ['answered'],
      refusal: ['refused', 'broken'],
      broken: ['broken'],
      silent: ['hung'],
      hostile: ['answered', 'refused', 'broken', 'hung'],
    }
    expect(allowed[faults[fault].kind], fault).toContain(ending)
  }
})

function client(): OpenAI {
  return new OpenAI({ baseURL: `${frontier.url}/v1`, apiKey: frontier.key, maxRetries: 0 })
}

async function stream(options: { readonly signal?: AbortSignal } = {}): Promise<ChatCompletionChunk[]> {
  return collect(await openai.chat.completions.create(streamed, options))
}

async function collect(chunks: AsyncIterable<ChatCompletionChunk>): Promise<ChatCompletionChunk[]> {
  const all: ChatCompletionChunk[] = []
  for await (const chunk of chunks) all.push(chunk)
  return all
}

function textOf(chunks: readonly ChatCompletionChunk[]): string {
  const first = chunks.flatMap((chunk) => chunk.choices).filter((choice) => choice.index === 0)
  return first.map((choice) => choice.delta.content ?? '').join('')
}

function argumentsOf(chunks: readonly ChatCompletionChunk[]): string[] {
  const calls: string[] = []
  for (const delta of chunks.flatMap((chunk) => chunk.choices[0]?.delta.tool_calls ?? [])) {
    calls[delta.index] = (calls[delta.index] ?? '') + (delta.function?.arguments ?? '')
  }
  return calls
}

function usageOf(answer: ChatCompletionChunk | ChatCompletion | undefined): unknown {
  return answer?.usage ?? null
}

function post(to: Frontier, body = JSON.stringify(streamed), signal?: AbortSignal): Promise<Response> {
  const headers = { authorization: `Bearer ${to.key}`, 'content-type': 'application/json' }
  const init = { method: 'POST', headers, body, redirect: 'manual' as const, ...(signal && { signal }) }
  return fetch(`${to.url}/v1/chat/completions`, init)
}

function raw(to: Frontier, body: string): string {
  return [
    'POST /v1/chat/completions HTTP/1.1',
    `host: ${new URL(to.url).host}`,
    `authorization: Bearer ${to.key}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n')
}

async function outcome(answer: Promise<Response>): Promise<string> {
  try {
    const response = await answer
    if (response.status >= 300) return 'refused'
    const body = JSON.parse(await response.text())
    return body.object === 'chat.completion' ? 'answered' : 'broken'
  } catch (error) {
    return error instanceof Error && error.name === 'TimeoutError' ? 'hung' : 'broken'
  }
}

function pause(ms: number): Promise<'paused'> {
  return new Promise((resolve) => setTimeout(() => resolve('paused'), ms))
}
