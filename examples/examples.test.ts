import { execFile, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { promisify } from 'node:util'
import { nearside } from '@nearside/workers'
import { Hono } from 'hono'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Frontier, startFrontier } from '../test/doubles/frontier.ts'
import { startNodeApp } from '../test/harness/node-app.ts'
import { smallTransformer, tokenizerJson } from '../test/workerd/own-model/small-transformer.ts'
import besideRoutes from './beside-routes.ts'
import { optionsAt } from './intent-pack.ts'
import keepPrivate from './keep-private.ts'
import longDocuments from './long-documents.ts'
import mount from './mount.ts'
import { GET, POST } from './next-route.ts'
import ownAnswerer from './own-answerer.ts'
import { appFor as judgedAppFor } from './own-model.ts'
import ownUpstream from './own-upstream.ts'
import teamBudgets from './team-budgets.ts'

// An app keeps what it was given with its first request: the doubles stand for all of them, for as long as the file.
let frontier: Frontier
let local: Frontier
let second: Frontier
let env: Record<string, string>
beforeAll(async () => {
  frontier = await startFrontier()
  local = await startFrontier()
  second = await startFrontier()
  env = {
    OPENAI_API_KEY: frontier.key,
    OPENAI_BASE_URL: `${frontier.url}/v1`,
    LOCAL_URL: `${local.url}/v1`,
    LOCAL_SECRET: local.key,
    SECOND_URL: `${second.url}/v1`,
    SECOND_KEY: second.key,
    ACME_KEY_SHA256: createHash('sha256').update('demo').digest('hex'),
  }
})
afterAll(() => Promise.all([frontier.close(), local.close(), second.close()]))

type Asked = { readonly model?: string; readonly max_completion_tokens?: number; readonly stream?: boolean }

const chat = (content: string, headers: Record<string, string> = {}, asked: Asked = {}): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify({ model: 'auto', messages: [{ role: 'user', content }], ...asked }),
})
const as = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` })
const hard = 'Prove Fermat’s little theorem.'
const easy = 'Rewrite in a friendlier tone: send me the report.'

describe('mount.ts', () => {
  it('answers whoever has the key, whole and streamed, and nobody else', async () => {
    const whole = await mount.request('/v1/chat/completions', chat(hard, as('demo')), env)
    expect([whole.status, whole.headers.get('x-nearside-tier')]).toEqual([200, 'frontier'])
    const streamed = await mount.request(
      '/v1/chat/completions',
      chat(hard, as('demo'), { stream: true }),
      env,
    )
    expect(await streamed.text()).toMatch(/data: \[DONE\]\s*$/)
    expect((await mount.request('/v1/chat/completions', chat(hard, as('another')), env)).status).toBe(401)
  })
})

describe('beside-routes.ts', () => {
  it('serves behind the authentication of the app, for the team that it found', async () => {
    const answer = await besideRoutes.request('/ai/v1/chat/completions', chat(hard, as('demo')), env)
    expect(answer.status).toBe(200)
    const budget = await besideRoutes.request('/ai/v1/budget', { headers: as('demo') }, env)
    expect(await budget.json()).toMatchObject({ account: 'web' })
  })

  it('leaves the app its other routes, and its refusals', async () => {
    const text = async (path: string, headers: Record<string, string> = {}) => {
      const answer = await besideRoutes.request(path, { headers }, env)
      return [answer.status, await answer.text()]
    }
    expect(await text('/')).toEqual([200, 'a page that anybody may read'])
    expect(await text('/profile', as('demo'))).toEqual([200, '{"team":"web"}'])
    expect(await text('/ai/about', as('demo'))).toEqual([
      200,
      'what Nearside does not serve is still the app’s',
    ])
    expect((await text('/ai/v1/models'))[0]).toBe(401)
    expect(await text('/ai/v1/models', as('demo-free'))).toEqual([402, 'The assistant is for paid plans.'])
  })
})

describe('team-budgets.ts', () => {
  it('refuses what a team’s day does not allow, before anything is spent', async () => {
    const before = frontier.requests.length
    const ask = (token: string, tokens: number) =>
      teamBudgets.request(
        '/v1/chat/completions',
        chat(hard, as(token), { model: 'gpt-5', max_completion_tokens: tokens }),
        env,
      )
    expect((await ask('demo-web', 1_000)).status).toBe(200)
    // Ten dollars a million tokens: more than the web team's day, less than that of the researchers.
    const refused = await ask('demo-web', 1_000_000)
    expect(refused.status).toBe(429)
    expect(await refused.json()).toMatchObject({ error: { code: 'insufficient_quota' } })
    expect((await ask('demo-research', 1_000_000)).status).toBe(200)
    expect(frontier.requests.length - before).toBe(2)
  })
})

describe('keep-private.ts', () => {
  const ask = (headers: Record<string, string>) =>
    keepPrivate.request('/v1/chat/completions', chat(hard, headers), env)

  it('keeps the legal department’s texts on the premises, whatever a caller asks for', async () => {
    const before = frontier.requests.length
    const kept = await ask({ 'x-nearside-privacy': 'public' })
    expect([kept.status, kept.headers.get('x-nearside-tier')]).toEqual([200, 'local'])
    expect((await ask({ 'x-nearside-tier': 'frontier' })).status).toBe(403)
    expect(frontier.requests).toHaveLength(before)
  })

  it('sends what is under contract to no provider that the contract does not name', async () => {
    const before = frontier.requests.length
    // The double is not api.openai.com.
    expect((await ask(as('demo-support'))).headers.get('x-nearside-tier')).toBe('local')
    expect(frontier.requests).toHaveLength(before)
    expect((await ask(as('demo-marketing'))).headers.get('x-nearside-tier')).toBe('frontier')
  })
})

describe('long-documents.ts', () => {
  it('shows a long document to the node alone, and answers what is short directly', async () => {
    const secret = 'The seal is in the third drawer.'
    const report = `# A report\n\n${`The committee met and agreed on nothing. `.repeat(40)}\n\n`.repeat(60)
    const text = `Where is the seal?\n\n${report}${report}${secret} ${report}`
    const before = frontier.requests.length
    const ask = (content: string) =>
      longDocuments.request('http://127.0.0.1/v1/chat/completions', chat(content), env)
    const read = await ask(text)
    expect([read.status, read.headers.get('x-nearside-strategy')]).toEqual([200, 'map-reduce'])
    // The double's plan is none, so that the task itself was put to the pieces, as many as there may be.
    expect(read.headers.get('x-nearside-pieces')).toMatch(/;asked=64;/)
    const seen = frontier.requests.slice(before).map(({ body }) => body)
    expect(seen).toHaveLength(2)
    for (const body of seen) expect(body).not.toContain(secret)
    expect((await ask(hard)).headers.get('x-nearside-strategy')).toBe('direct')
  })
})

describe('own-upstream.ts', () => {
  const ask = (content: string, model: string) =>
    ownUpstream.request('/v1/chat/completions', chat(content, {}, { model }), env)

  it('gives each request to its upstream, by difficulty or by name', async () => {
    const near = await ask(easy, 'gpt-4o')
    expect(near.headers.get('x-nearside-model')).toBe('qwen3-4b')
    expect((await ask(hard, 'gpt-4o')).headers.get('x-nearside-model')).toBe('gpt-5')
    const named = await ask(hard, 'thorough')
    expect(named.headers.get('x-nearside-model')).toBe('house-large')
    expect(second.requests.at(-1)?.json).toMatchObject({ model: 'house-large' })
    expect(await named.json()).toMatchObject({ nearside: { cost: expect.anything() } })
  })
})

describe('next-route.ts', () => {
  it('serves by the handlers that a framework with routes by file asks for', async () => {
    const before = { ...process.env }
    Object.assign(process.env, env)
    try {
      const url = 'http://app.example/api/ai/v1'
      const answer = await POST(new Request(`${url}/chat/completions`, chat(hard, as('demo'))))
      expect(answer.status).toBe(200)
      const models = await GET(new Request(`${url}/models`, { headers: as('demo') }))
      expect(await models.json()).toMatchObject({ object: 'list' })
      expect((await GET(new Request(`${url}/models`))).status).toBe(401)
    } finally {
      process.env = before
    }
  })
})

describe('intent-pack.ts', () => {
  const appAt = (day: string) => {
    const app = new Hono()
    return app.use('/v1/*', nearside(optionsAt(() => Date.parse(day))))
  }
  const answerTo = (question: string, day = '2026-07-01') =>
    appAt(day).request('http://127.0.0.1/v1/chat/completions', chat(question))

  it('answers the shop’s questions at the edge, and leaves the others', async () => {
    const hours = await answerTo('When are you open?')
    expect(hours.headers.get('x-nearside-tier')).toBe('edge')
    expect(await hours.json()).toMatchObject({
      choices: [{ message: { content: 'Corner Shop is open Monday to Saturday, 9 to 19.' } }],
    })
    expect((await answerTo('When is the museum open?')).status).toBe(400)
  })

  it('speaks of the winter sale in winter only', async () => {
    expect((await answerTo('Is there a winter sale?')).status).toBe(400)
    expect((await answerTo('Is there a winter sale?', '2027-01-31T23:59:59Z')).status).toBe(200)
  })
})

describe('own-answerer.ts', () => {
  const answerTo = async (question: string) =>
    ownAnswerer.request('http://127.0.0.1/v1/chat/completions', chat(question))

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

describe('session.ts', () => {
  it('keeps its second turn with whoever answered the first', async () => {
    await using frontier = await startFrontier()
    const app = new Hono()
    app.use(
      '*',
      nearside({
        open: 'loopback',
        frontier: {
          url: `${frontier.url}/v1`,
          key: frontier.key,
          models: [{ model: 'gpt-5', price: 'free' }],
        },
        sessions: { secret: 'a secret of thirty-two characters or more' },
      }),
    )
    const gateway = await startNodeApp(app)
    try {
      const { stdout } = await promisify(execFile)(
        process.execPath,
        ['--conditions=source', new URL('session.ts', import.meta.url).pathname],
        { env: { ...process.env, NEARSIDE_URL: `${gateway.url}/v1` } },
      )
      const said = 'The capital of France is Paris.'
      expect(stdout).toBe(`version-unpinned · ${said}\nkept · ${said}\n`)
    } finally {
      await gateway.close()
    }
  })
})

describe('npm run example', () => {
  it.each([
    'mount',
    'beside-routes',
    'team-budgets',
    'keep-private',
    'own-upstream',
    'own-answerer',
    'intent-pack',
    'next-route',
    'tuned',
  ])('serves %s', async (name) => {
    const child = spawn(process.execPath, ['--conditions=source', run, name, '--port', '0'], {
      env: process.env,
    })
    try {
      const origin = await new Promise<string>((resolve, reject) => {
        let said = ''
        const hear = (text: Buffer): void => {
          said += text.toString()
          const found = /on (http:\S+?),/.exec(said)?.[1]
          if (found !== undefined) resolve(found)
        }
        child.stdout.on('data', hear)
        child.stderr.on('data', hear)
        child.once('exit', () => reject(new Error(said)))
      })
      const prefix = { 'beside-routes': '/ai', 'next-route': '/api/ai' }[name] ?? ''
      const answer = await fetch(
        `${origin}${prefix}/v1/chat/completions`,
        chat('what is 17 * 23?', as('demo')),
      )
      expect(await answer.json()).toMatchObject({ choices: [{ message: { content: '391' } }] })
    } finally {
      child.kill()
    }
  })

  it('says which there are where one is not', async () => {
    const child = promisify(execFile)(process.execPath, ['--conditions=source', run, 'mout'])
    await expect(child).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^There is no example mout; there are .*mount, .*\n$/),
    })
  })
})

const run = new URL('run.ts', import.meta.url).pathname
