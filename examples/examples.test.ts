import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { promisify } from 'node:util'
import { nearside } from '@nearside/workers'
import { Hono } from 'hono'
import { describe, expect, it } from 'vitest'
import { startFrontier } from '../test/doubles/frontier.ts'
import { startNodeApp } from '../test/harness/node-app.ts'
import { smallTransformer, tokenizerJson } from '../test/workerd/own-model/small-transformer.ts'
import { appFor } from './mount.ts'
import { options } from './own-answerer.ts'
import { appFor as judgedAppFor } from './own-model.ts'

const chat = (content: string, headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify({ model: 'auto', messages: [{ role: 'user', content }] }),
})

describe('mount.ts', () => {
  it('answers beside the routes that the app has, for the team that the app knows', async () => {
    await using frontier = await startFrontier()
    const app = appFor({ url: `${frontier.url}/v1`, key: frontier.key })
    expect(await (await app.request('/')).text()).toBe('the rest of the app')

    const answer = await app.request(
      '/v1/chat/completions',
      chat('Prove Fermat’s little theorem.', { 'x-team': 'blue' }),
    )
    expect(answer.status).toBe(200)
    expect(answer.headers.get('x-nearside-tier')).toBe('frontier')

    const budget = await app.request('/v1/budget', { headers: { 'x-team': 'blue' } })
    expect(await budget.json()).toMatchObject({ account: 'blue' })
  })
})

describe('own-answerer.ts', () => {
  const app = new Hono()
  app.use('*', nearside(options))
  const answerTo = async (question: string) =>
    app.request('http://127.0.0.1/v1/chat/completions', chat(question))

  it('answers its own question at the edge, and the others as before', async () => {
    const hours = await answerTo('When are you open?')
    expect(hours.headers.get('x-nearside-tier')).toBe('edge')
    expect(await hours.json()).toMatchObject({
      choices: [{ message: { content: 'Monday to Friday, 9 to 17.' } }],
    })
    expect(await (await answerTo('what is 17 * 23?')).json()).toMatchObject({
      choices: [{ message: { content: '391' } }],
    })
  })

  it('abstains from a question that is not its own', async () => {
    expect((await answerTo('When are you open on Sundays?')).status).toBe(400)
  })
})

describe('own-model.ts', () => {
  it('sends a request where the model says that it belongs', async () => {
    await using frontier = await startFrontier()
    const place = { url: `${frontier.url}/v1`, key: frontier.key }
    const wasm = createRequire(import.meta.url).resolve('onnxruntime-web/ort-wasm-simd-threaded.wasm')
    const app = judgedAppFor(
      {
        model: smallTransformer(),
        tokenizer: tokenizerJson,
        wasm: await WebAssembly.compile(new Uint8Array(await readFile(wasm))),
      },
      { frontier: { ...place, models: ['gpt-5'] }, local: { ...place, models: ['small'] } },
    )
    const reasonOf = async (content: string) =>
      (await app.request('/v1/chat/completions', chat(content))).headers.get('x-nearside-reason')
    expect(await reasonOf('Prove the theorem.')).toBe('hard')
    expect(await reasonOf('Hello and thanks!')).toBe('easy')
  })
})

describe('openai-client.ts', () => {
  it('prints who answered and the answer, whole and streamed', async () => {
    const app = new Hono()
    app.use('*', nearside({ open: 'loopback' }))
    const gateway = await startNodeApp(app)
    try {
      const { stdout } = await promisify(execFile)(
        process.execPath,
        ['--conditions=source', new URL('openai-client.ts', import.meta.url).pathname],
        { env: { ...process.env, NEARSIDE_URL: `${gateway.url}/v1` } },
      )
      expect(stdout).toBe('edge · 391\n391\n')
    } finally {
      await gateway.close()
    }
  })
})
