import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Hono } from 'hono'
import OpenAI from 'openai'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Frontier, startFrontier } from '../doubles/frontier.ts'
import { startNodeApp } from './node-app.ts'
import { chatRequest, connectRaw, rawRequest } from './raw.ts'
import { bundleWorker, type RunningWorker, startWorker, type WorkerOptions } from './worker.ts'

const question = { model: 'gpt-4o', messages: [{ role: 'user' as const, content: 'Capital of France?' }] }

let frontier: Frontier
let fixture: WorkerOptions
let worker: RunningWorker

beforeAll(async () => {
  frontier = await startFrontier()
  fixture = {
    bundle: await bundleWorker(new URL('./fixtures/worker.ts', import.meta.url)),
    vars: { UPSTREAM: frontier.url },
    durableObjects: { COUNTER: 'Counter' },
  }
  worker = await startWorker(fixture)
})
beforeEach(() => frontier.always({}))
afterAll(async () => {
  await worker.close()
  await frontier.close()
})

describe('a Worker of the harness', () => {
  it('serves the OpenAI client, and reaches a double on loopback', async () => {
    const openai = new OpenAI({ baseURL: `${worker.url}/v1`, apiKey: frontier.key, maxRetries: 0 })
    const answer = await openai.chat.completions.create(question)
    expect(answer.choices[0]?.message.content).toBe('The capital of France is Paris.')
    const chunks: string[] = []
    for await (const chunk of await openai.chat.completions.create({ ...question, stream: true })) {
      chunks.push(chunk.choices[0]?.delta.content ?? '')
    }
    expect(chunks.join('')).toBe('The capital of France is Paris.')
  })

  it('shows what it logs, and the faults that it hid from its caller', async () => {
    await using own = await startWorker(fixture)
    await Promise.all(
      ['/say', '/lonely-rejection', '/background-rejection'].map((path) => fetch(own.url + path)),
    )
    await fetch(`${own.url}/anything`).catch(() => null)
    expect((await own.logs()).find((log) => log.level === 'log')?.message).toBe('said { aloud: true }')
    const faults = (await own.faults()).join('\n')
    expect(faults).toMatch(/^unhandled rejection: Error: nobody listens$/m)
    expect(faults).toMatch(/failed behind the answer/)
    expect(faults).toMatch(/thrown at the caller/)
  })

  it('has no fault after an answer that went well', async () => {
    await using own = await startWorker(fixture)
    await (await fetch(`${own.url}/headers`)).text()
    expect(await own.faults()).toEqual([])
  })

  it('sees the headers that were sent, and no others that a development tool would add', async () => {
    const answer = await rawRequest(
      worker.url,
      'GET /headers HTTP/1.1\r\nhost: here\r\ncf-connecting-ip: 10.0.0.9\r\n\r\n',
    )
    expect(JSON.parse(answer.body)).toEqual([
      ['cf-connecting-ip', '10.0.0.9'],
      ['host', 'here'],
    ])
  })

  it('loses a variable that is taken away', async () => {
    await using own = await startWorker({ ...fixture, vars: { UPSTREAM: null } })
    expect(await (await fetch(`${own.url}/vars`)).json()).toBeNull()
  })

  it('keeps Durable Objects in the state folder, and without one forgets them', async () => {
    const stateFolder = await mkdtemp(join(tmpdir(), 'nearside-harness-'))
    const counts: unknown[] = []
    for (const options of [{ ...fixture, stateFolder }, { ...fixture, stateFolder }, fixture]) {
      await using own = await startWorker(options)
      counts.push(await (await fetch(`${own.url}/count`)).json())
    }
    await rm(stateFolder, { recursive: true })
    expect(counts).toEqual([1, 2, 1])
  })

  it('is the standalone Worker, as wrangler builds it, when no other is given', async () => {
    await using own = await startWorker({ vars: { NEARSIDE_OPEN: 'loopback' } })
    expect((await fetch(`${own.url}/health`)).status).toBe(200)
    expect(await own.faults()).toEqual([])
  })
})

describe('the raw client', () => {
  const streamed = { ...question, stream: true }
  const headers = (): Record<string, string> => ({ authorization: `Bearer ${frontier.key}` })

  it('tells a whole answer from one that was cut and from one that does not come', async () => {
    const ask = async (): Promise<unknown> => {
      const connection = await connectRaw(worker.url)
      await connection.send(chatRequest(worker.url, streamed, headers()))
      const answer = await connection.response(400)
      connection.hangUp()
      return answer.ending
    }
    expect(await ask()).toBe('complete')
    frontier.always({ fault: 'cut' })
    expect(await ask()).toBe('cut')
    frontier.always({ fault: 'hang-mid-stream' })
    expect(await ask()).toBe('silent')
  })

  it('leaves after so many events, and the upstream of a piped body learns of it', async () => {
    frontier.always({ fault: 'slow-chunks', delayMs: 40 })
    const index = frontier.requests.length
    const connection = await connectRaw(worker.url)
    await connection.send(chatRequest(worker.url, streamed, headers()))
    expect((await connection.events(2)).match(/data: /g)?.length).toBeGreaterThanOrEqual(2)
    connection.hangUp()
    const request = await frontier.request(index)
    expect(await request.over).toBe('left')
    expect(request.left?.afterChunks).toBeLessThan(8)
  })

  it('sends slowly, and in any pieces', async () => {
    const text = chatRequest(worker.url, question, headers())
    const answer = await rawRequest(
      worker.url,
      text.slice(0, 10),
      20,
      text.slice(10, 200),
      20,
      text.slice(200),
    )
    expect(answer.status).toBe(200)
    expect(JSON.parse(answer.body).choices[0].message.content).toBe('The capital of France is Paris.')
  })

  it('reads one answer after another on the same connection', async () => {
    const connection = await connectRaw(worker.url)
    const ask = 'GET /vars HTTP/1.1\r\nhost: x\r\n\r\n'
    await connection.send(ask, ask)
    const answers = [await connection.response(), await connection.response()]
    expect(answers.map((answer) => answer.status)).toEqual([200, 200])
    expect(connection.closed()).toBe(false)
    connection.hangUp()
    await expect.poll(() => connection.closed()).toBe(true)
  })

  it('stops reading, and then goes on where it was', async () => {
    frontier.always({ fault: 'large-event' })
    const connection = await connectRaw(worker.url)
    connection.stall()
    await connection.send(chatRequest(worker.url, streamed, headers()))
    expect(await connection.response(200)).toMatchObject({ ending: 'silent', body: '' })
    connection.resume()
    const answer = await connection.response()
    expect(answer.ending).toBe('complete')
    expect(answer.body.length).toBeGreaterThan(1024 * 1024)
    connection.hangUp()
  })
})

it('a Hono app of the harness is served by Node on a port of its own', async () => {
  await using app = await startNodeApp(new Hono().get('/', (c) => c.text('from Node')))
  await using other = await startNodeApp(new Hono().get('/', (c) => c.text('from another')))
  expect(await (await fetch(app.url)).text()).toBe('from Node')
  expect(await (await fetch(other.url)).text()).toBe('from another')
})
