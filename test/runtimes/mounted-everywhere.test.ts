/** The example that the READMEs show, on each runtime that Hono runs on: whole, streamed, cut off, and left alone. */
import { createHash } from 'node:crypto'
import OpenAI from 'openai'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { completion, defaultAnswer } from '../doubles/answer.ts'
import { chatRequest, connectRaw, type RawConnection } from '../harness/raw.ts'
import { answerText, question, streamed } from '../workerd/place/asking.ts'
import { type Conductor, startConductor } from '../workerd/place/conductor.ts'
import { streamEvents, visibleOf } from '../workerd/place/events.ts'
import { type Running, runtimes } from './runtimes.ts'

const key = 'the key of acme'

/** Where streams are read in JavaScript, and where they pass natively. */
type Prefix = '' | '/finish'
const prefixes: readonly Prefix[] = ['', '/finish']

/** Waits for so many events, and holds that they came while the stream is open. */
async function seen(client: RawConnection, count: number): Promise<void> {
  const body = await client.events(count)
  expect(body.split('\n\n').length - 1).toBeGreaterThanOrEqual(count)
}

describe.each(runtimes)('examples/mount.ts on $name', ({ begin }) => {
  let upstream: Conductor
  let running: Running | null = null
  let missing = ''
  const url = (): string => running?.url ?? ''

  beforeAll(async () => {
    upstream = await startConductor()
    const begun = await begin({
      OPENAI_BASE_URL: `${upstream.url}/v1`,
      OPENAI_API_KEY: upstream.key,
      ACME_KEY_SHA256: createHash('sha256').update(key).digest('hex'),
    })
    if ('missing' in begun) missing = begun.missing
    else running = begun
  })
  afterAll(async () => {
    await running?.close()
    await upstream.close()
  })
  beforeEach((context) => {
    if (missing !== '') context.skip(`not on this machine; to have it: ${missing}`)
  })

  const openai = (apiKey = key): OpenAI => new OpenAI({ baseURL: `${url()}/v1`, apiKey, maxRetries: 0 })
  async function ask(body: unknown, prefix: Prefix = ''): Promise<RawConnection> {
    const client = await connectRaw(url())
    const text = chatRequest(url(), body, { authorization: `Bearer ${key}` })
    await client.send(text.replace('POST /v1/', `POST ${prefix}/v1/`))
    return client
  }

  it('answers whoever has the key, and nobody else', async () => {
    const asked = upstream.asked()
    const answering = openai().chat.completions.create(question).withResponse()
    const turn = await upstream.turn(asked)
    turn.head(200, { 'content-type': 'application/json' })
    await turn.write(JSON.stringify(completion(defaultAnswer)))
    turn.end()
    const { data, response } = await answering
    expect(data.choices[0]?.message.content).toBe(answerText)
    expect(response.headers.get('x-nearside-tier')).toBe('frontier')
    await expect(openai('another').chat.completions.create(question)).rejects.toMatchObject({ status: 401 })
    expect(upstream.asked()).toBe(asked + 1)
  })

  it.each(prefixes)(
    'passes each piece of a stream on before the next one is there (at %s/v1)',
    async (prefix) => {
      const asked = upstream.asked()
      const client = await ask(streamed, prefix)
      const turn = await upstream.turn(asked)
      for (const [sent, event] of streamEvents().entries()) {
        await turn.write(event)
        await seen(client, visibleOf(sent + 1))
      }
      turn.end()
      const { status, ending, body } = await client.response()
      expect([status, ending]).toEqual([200, 'complete'])
      expect(body).toMatch(/data: \[DONE\]\s*$/)
      client.hangUp()
    },
  )

  it.each([0, 1, 4])('TRUST 13: stops the upstream when a client leaves after %i chunks', async (sent) => {
    const asked = upstream.asked()
    const client = await ask(streamed)
    const turn = await upstream.turn(asked)
    for (const event of streamEvents().slice(0, sent)) await turn.write(event)
    if (sent > 0) await seen(client, visibleOf(sent))
    client.hangUp()
    expect(await turn.left).not.toBeNull()
  })

  it('TRUST 13: stops the upstream when a client leaves an answer that is not streamed', async () => {
    const asked = upstream.asked()
    const client = await ask(question)
    const turn = await upstream.turn(asked)
    client.hangUp()
    expect(await turn.left).not.toBeNull()
  })

  it('TRUST 13: lets the upstream finish where it is told to, though the client has left', async () => {
    const asked = upstream.asked()
    const client = await ask(streamed, '/finish')
    const turn = await upstream.turn(asked)
    const [first = '', ...rest] = streamEvents()
    await turn.write(first)
    await seen(client, 1)
    client.hangUp()
    for (const event of rest) await turn.write(event)
    turn.end()
    expect(await turn.left).toBeNull()
  })

  it.each(prefixes)('TRUST 12: never ends a stream well whose upstream is cut (at %s/v1)', async (prefix) => {
    const asked = upstream.asked()
    const client = await ask(streamed, prefix)
    const turn = await upstream.turn(asked)
    for (const event of streamEvents().slice(0, 4)) await turn.write(event)
    // A cut before anything was passed on would be tried again.
    await seen(client, visibleOf(4))
    turn.cut()
    await expect.poll(() => client.closed()).toBe(true)
    const { ending, body } = await client.response()
    expect(ending).toBe('cut')
    // Where the stream passes natively the abort alone tells.
    if (prefix === '') expect(body).toContain('"code":"tier_failed"')
    expect(body).not.toContain('[DONE]')
  })
})
