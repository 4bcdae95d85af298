/** The command, as a process of its own with a real model. */
import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import OpenAI from 'openai'
import { afterAll, afterEach, expect, it } from 'vitest'
import { endlessModel, modelFolder } from './model-folders.ts'
import { ask, eventually } from './served-runtime.ts'

const cli = fileURLToPath(new URL('../../local-runtime/src/cli.ts', import.meta.url))
const endless = endlessModel()
const started: ChildProcess[] = []
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL')
})
afterAll(() => endless.remove())

type Command = {
  readonly child: ChildProcess
  readonly out: () => string
  readonly err: () => string
  /** The exit code, once everything it said has been read. */
  readonly ended: Promise<number | null>
}

function command(args: readonly string[], env: Readonly<Record<string, string>> = {}): Command {
  const child = spawn(process.execPath, ['--conditions=source', cli, ...args], {
    env: { PATH: process.env.PATH, ...env },
    // A group of its own, to be sent what Ctrl-C sends to a terminal's whole group.
    detached: true,
  })
  started.push(child)
  let out = ''
  let err = ''
  child.stdout.on('data', (text: Buffer) => {
    out += text
  })
  child.stderr.on('data', (text: Buffer) => {
    err += text
  })
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  return { child, out: () => out, err: () => err, ended }
}

async function serving(folder: string): Promise<Command & { readonly client: OpenAI; readonly url: string }> {
  const running = command(['serve', '--model', folder, '--port', '0', '--threads', '1'])
  await eventually(() => running.out().includes('serves'))
  const url = /http:\/\/127\.0\.0\.1:\d+/.exec(running.out())![0]
  return { ...running, url, client: new OpenAI({ baseURL: `${url}/v1`, apiKey: 'none', maxRetries: 0 }) }
}

const longAnswer = { ...ask, stream: true as const, max_tokens: 500 }

it('serves a real model, says so in one line, and writes each request as JSON without its text', async () => {
  const { client, out, err, child, ended } = await serving(modelFolder)
  const messages = [{ role: 'user' as const, content: 'canary' }]
  const asked = { model: 'local', messages, max_tokens: 30, temperature: 0 }
  const whole = await client.chat.completions.create(asked)
  expect(whole.choices[0]?.message.content).not.toBe('')
  expect(whole.usage?.completion_tokens).toBeGreaterThan(0)

  let streamed = ''
  for await (const { choices } of await client.chat.completions.create({ ...asked, stream: true })) {
    streamed += choices[0]?.delta.content ?? ''
  }
  expect(streamed).toBe(whole.choices[0]?.message.content)
  child.kill('SIGTERM')
  expect(await ended).toBe(0)

  expect(out()).toMatch(/^nearside-runtime serves \S+ \(\S+\) at http:\/\/127\.0\.0\.1:\d+\/v1\n$/)
  const lines = err().trimEnd().split('\n')
  const events = lines.map((line) => (JSON.parse(line) as { event: string }).event)
  expect(events).toEqual(['loading', 'model-loaded', 'ready', 'request', 'request', 'draining'])
  expect(err()).not.toContain('canary')
})

it('opens its model anew at SIGHUP, finishes what runs with the old one, and exits at none', async () => {
  const own = endlessModel()
  const { client, child, err, ended } = await serving(own.folder)
  const stream = await client.chat.completions.create(longAnswer)
  const reading = (async () => {
    const seen = new Set<string | undefined>()
    let last: OpenAI.ChatCompletionChunk | undefined
    for await (const chunk of stream) {
      seen.add(chunk.system_fingerprint ?? undefined)
      last = chunk
    }
    return { seen, finish: last?.choices[0]?.finish_reason }
  })()
  // Another tokenizer file is another version, whatever it says.
  const path = join(own.folder, 'tokenizer.json')
  writeFileSync(path, `${readFileSync(path, 'utf8')}\n`)
  child.kill('SIGHUP')
  await eventually(() => err().includes('"reloaded"'))
  const fresh = await client.chat.completions.create({ ...ask, max_tokens: 3 })
  const old = await reading
  expect([old.seen.size, old.finish]).toEqual([1, 'length'])
  expect(old.seen).not.toContain(fresh.system_fingerprint)
  own.remove()

  child.kill('SIGHUP')
  await eventually(() => err().includes('"reload-failed"'))
  expect((await client.chat.completions.create({ ...ask, max_tokens: 3 })).system_fingerprint).toBe(
    fresh.system_fingerprint,
  )
  child.kill('SIGTERM')
  expect(await ended).toBe(0)
})

it('TRUST 33: lets running answers finish at Ctrl-C, and exits with 0', async () => {
  const { client, child, ended } = await serving(endless.folder)
  const stream = (await client.chat.completions.create(longAnswer))[Symbol.asyncIterator]()
  await stream.next()
  process.kill(-child.pid!, 'SIGINT')
  let last: OpenAI.ChatCompletionChunk | undefined
  for (let next = await stream.next(); next.done !== true; next = await stream.next()) last = next.value
  expect(last?.choices[0]?.finish_reason).toBe('length')
  expect(await ended).toBe(0)
})

it('exits at once at a second signal', async () => {
  const { client, child, err, ended } = await serving(endless.folder)
  const stream = (await client.chat.completions.create(longAnswer))[Symbol.asyncIterator]()
  await stream.next()
  child.kill('SIGTERM')
  await eventually(() => err().includes('draining'))
  child.kill('SIGTERM')
  expect(await ended).toBe(128 + 15)
})

it('exits with 0 when it is told to stop while it loads', async () => {
  const { child, err, ended } = command(['serve', '--model', modelFolder, '--port', '0'])
  await eventually(() => err().includes('loading'))
  child.kill('SIGTERM')
  expect(await ended).toBe(0)
  expect(err()).not.toContain('nearside-runtime:')
})

it('says that a port is taken, and exits with 1', async () => {
  const { url } = await serving(modelFolder)
  const port = new URL(url).port
  const second = command(['serve', '--model', modelFolder, '--port', port])
  expect(await second.ended).toBe(1)
  expect(second.err()).toContain(`Port ${port} on 127.0.0.1 is taken.`)
  expect(second.out()).toBe('')
})

it('says what is wrong with its options or its model, and exits with 1', async () => {
  const open = command(['serve', '--host', '0.0.0.0', '--port', '0'])
  expect(await open.ended).toBe(1)
  expect(open.err()).toContain('a secret is required')

  const missing = command(['serve', '--model', '/no/such/model', '--port', '0'])
  expect(await missing.ended).toBe(1)
  expect(missing.err()).toContain('There is nothing at /no/such/model')
})

it('goes on when its engine dies: what ran fails, what comes is served', async () => {
  const { client, child, url } = await serving(endless.folder)
  const stream = await client.chat.completions.create(longAnswer)
  const reading = (async () => {
    for await (const chunk of stream) void chunk
  })()
  const failed = expect(reading).rejects.toThrow('The engine stopped in the middle of the answer.')
  process.kill(engineOf(child), 'SIGKILL')
  await failed

  expect((await fetch(`${url}/health`)).status).toBe(200)
  await eventually(async () => (await fetch(`${url}/ready`)).status === 200)
  expect((await client.chat.completions.create({ ...ask, max_tokens: 3 })).usage?.completion_tokens).toBe(3)
  expect(await (await fetch(`${url}/metrics`)).text()).toContain('engine_restarts_total 1\n')
})

it('takes its engine with it, however it dies', async () => {
  const { child, ended } = await serving(modelFolder)
  const engine = engineOf(child)
  child.kill('SIGKILL')
  await ended
  await eventually(() => !isAlive(engine))
})

it('answers probes while it reads a long prompt', async () => {
  const { client, url } = await serving(endless.folder)
  const messages = [{ role: 'user' as const, content: '0 '.repeat(700) }]
  let answered = false
  const answer = client.chat.completions.create({ model: 'local', messages, max_tokens: 1 }).then(() => {
    answered = true
  })
  let probes = 0
  while (!answered) {
    expect((await fetch(`${url}/health`)).status).toBe(200)
    probes++
  }
  await answer
  expect(probes).toBeGreaterThan(0)
})

/** The process of the engine: the server's only child. */
function engineOf({ pid }: ChildProcess): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim())
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ')
  } catch {
    return false
  }
}
