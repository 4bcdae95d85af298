import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { openAiEngine, scriptedEngine, serveRuntime } from '@nearside/local-runtime'
import { afterAll, describe, expect, it } from 'vitest'
import { answerOf, engineContract } from './engine-contract.ts'
import { endless, generation, words } from './scripts.ts'
import { eventually } from './served-runtime.ts'

const limits = { port: 0, slots: 8, maxWaiting: 8 }
const node = await serveRuntime({
  ...limits,
  engine: scriptedEngine({ script: () => words, model: { contextTokens: 2_048 } }),
})
const talker = await serveRuntime({ ...limits, engine: scriptedEngine({ script: endless }) })
await Promise.all([node.ready, talker.ready])
afterAll(() => Promise.all([node.close(), talker.close()]))

engineContract('openai-compatible', {
  open: () => openAiEngine({ url: `${node.url}/v1` }),
  // Chunks that are on the wire when the word to stop is sent are read and passed over.
  tokensOnTheWay: 500,
  openEndless: () => openAiEngine({ url: `${talker.url}/v1` }),
})

it('takes up what another node says of itself, and its counts', async () => {
  const engine = openAiEngine({ url: `${node.url}/v1/` })
  const model = await engine.load()
  expect(model).toMatchObject({
    name: 'scripted',
    version: '1.0.0+scripted',
    fingerprint: 'fp_scripted',
    contextTokens: 2_048,
  })
  expect(model.capabilities).toMatchObject({ logprobs: true, tools: true })
  // It says ten words, whatever call is asked for.
  expect(model.capabilities.constraints).not.toContain('tool-calls')
  const { end, events } = await answerOf(engine)
  expect(end).toMatchObject({ outputTokens: words.length, promptTokens: expect.any(Number) })
  expect(events.filter((event) => event.type === 'token').every(({ logprob }) => logprob !== null)).toBe(true)
  await engine.dispose()
})

it('stands before another node that wants a secret', async () => {
  const secret = 'a-secret-of-the-inner-node'
  const inner = await serveRuntime({ ...limits, secret, engine: scriptedEngine({ script: () => words }) })
  await inner.ready
  const outer = await serveRuntime({ ...limits, model: `${inner.url}/v1`, upstreamSecret: secret })
  expect((await outer.ready).standsOn).toContain('an address was named')
  const refused = await serveRuntime({ ...limits, model: `${inner.url}/v1` })
  await expect(refused.ready).rejects.toMatchObject({ code: 'tier-failed' })
  await Promise.all([refused.close(), outer.close()])
  await inner.close()
})

describe('a server that misbehaves', () => {
  const chunk = (text: string, finish: string | null = null): string =>
    `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: text }, finish_reason: finish }] })}\n\n`
  const whole = JSON.stringify({ choices: [{ index: 0, message: { content: 'x' }, finish_reason: 'stop' }] })

  /** Lists one model, refuses what it is asked of log-probabilities and formats, and streams as told. */
  async function openedAgainst(
    stream: (response: ServerResponse) => void,
    models: object = { data: [{ id: 'm', max_model_len: 512 }] },
  ): Promise<{ readonly url: string; readonly seen: Record<string, unknown>[]; close(): void }> {
    const seen: Record<string, unknown>[] = []
    const server = createServer(async (request, response) => {
      let text = ''
      for await (const piece of request) text += String(piece)
      if (request.method === 'GET') return response.end(JSON.stringify(models))
      const body = JSON.parse(text) as Record<string, unknown>
      seen.push(body)
      if (body.stream === true) return stream(response)
      const isRefused = body.logprobs !== undefined || body.response_format !== undefined
      response.writeHead(isRefused ? 400 : 200, { 'content-type': 'application/json' })
      return response.end(isRefused ? '{"error":{"message":"no","type":"invalid_request_error"}}' : whole)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`
    return {
      url,
      seen,
      close: () => {
        server.closeAllConnections()
        server.close()
      },
    }
  }

  it('is offered only what it takes, and never asked for more', async () => {
    const double = await openedAgainst(
      (response) => void response.end(`${chunk('a')}${chunk('b', 'stop')}data: [DONE]\n\n`),
    )
    const engine = openAiEngine({ url: double.url })
    const { capabilities, contextTokens } = await engine.load()
    expect(capabilities).toMatchObject({ logprobs: false, topLogprobs: 0, constraints: [] })
    expect(contextTokens).toBe(512)
    const answer = await answerOf(engine)
    expect(answer).toMatchObject({ text: 'ab', end: { finishReason: 'stop', outputTokens: 2 } })
    expect(double.seen.at(-1)).not.toHaveProperty('logprobs')
    await engine.dispose()
    double.close()
  })

  it.each<[string, (response: ServerResponse) => void]>([
    ['ends in the middle', (response) => void response.end(chunk('a'))],
    ['breaks the connection', (response) => void response.write(chunk('a'), () => response.destroy())],
    ['sends what is no answer', (response) => void response.end('data: {"choices":7}\n\n')],
    ['sends an error for a chunk', (response) => void response.end('data: {"error":{"message":"x"}}\n\n')],
    ['falls silent', (response) => void response.write(chunk('a'))],
    ['never begins', () => {}],
    [
      'sends elsewhere',
      (response) => void response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
    ],
    ['fails', (response) => void response.writeHead(500).end('prompt text')],
  ])('that %s is a fault, after which it is asked until it is back', async (_, stream) => {
    const double = await openedAgainst(stream)
    const engine = openAiEngine({ url: double.url, firstByteMs: 2_000, silenceMs: 2_000, askAgainMs: 20 })
    await engine.load()
    await expect(answerOf(engine)).rejects.toMatchObject({ code: 'tier-failed' })
    await eventually(() => engine.standing() === 'ready' && engine.restarts() === 1)
    await engine.dispose()
    double.close()
  })

  it('that hangs is asked one thing at a time', async () => {
    let asking = 0
    let most = 0
    const models = { data: [{ id: 'm' }] }
    const first = await openedAgainst((response) => response.destroy(), models)
    const engine = openAiEngine({
      url: first.url,
      askAgainMs: 10,
      fetch: async (address, request) => {
        if (engine.standing() !== 'failed') return fetch(address, request)
        most = Math.max(most, ++asking)
        await new Promise((resolve) => setTimeout(resolve, 100))
        asking--
        throw new TypeError('fetch failed')
      },
    })
    await engine.load()
    await expect(answerOf(engine)).rejects.toMatchObject({ code: 'tier-failed' })
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(most).toBe(1)
    await engine.dispose()
    first.close()
  })

  it('has its connection ended when whoever reads leaves', async () => {
    let ended = false
    const double = await openedAgainst((response) => {
      response.on('close', () => {
        ended = true
      })
      response.write(chunk('a'))
    })
    const engine = openAiEngine({ url: double.url })
    await engine.load()
    const controller = new AbortController()
    let last: unknown = null
    for await (const event of engine.generate(generation(), controller.signal)) {
      last = event
      if (event.type === 'token') controller.abort()
    }
    expect(last).toMatchObject({ type: 'generation-end', finishReason: 'cancelled' })
    await eventually(() => ended)
    await engine.dispose()
    double.close()
  })

  it('is refused at the load where it has not the model, or no list', async () => {
    const two = await openedAgainst(() => {}, { data: [{ id: 'a' }, { id: 'b' }] })
    await expect(openAiEngine({ url: two.url }).load()).rejects.toThrow(
      'has not exactly one model; it has a, b',
    )
    await expect(openAiEngine({ url: two.url, model: 'c' }).load()).rejects.toThrow('has no model c')
    two.close()
    const none = await openedAgainst(() => {}, { hello: 1 })
    await expect(openAiEngine({ url: none.url }).load()).rejects.toThrow('sent no list of models')
    none.close()
    await expect(openAiEngine({ url: none.url }).load()).rejects.toMatchObject({ code: 'tier-failed' })
  })
})
