/**
 * `npm start`, as a process: its end, its help and its ports, a local server of one's own, and `--pull`, with a hub that has the demonstration
 * model under a name of the catalogue.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { defaultSettings } from '@nearside/local-runtime'
import { afterEach, expect, it } from 'vitest'
import { startHub } from '../doubles/hub.ts'
import { eventually } from './served-runtime.ts'

const main = fileURLToPath(new URL('../../scripts/src/start/main.ts', import.meta.url))
const repository = 'HuggingFaceTB/SmolLM2-360M-Instruct'
const demo = (name: string): Uint8Array => readFileSync(join(defaultSettings.model, name))
const names = ['config.json', 'generation_config.json', 'tokenizer.json', 'tokenizer_config.json']
const files = {
  ...Object.fromEntries(names.map((name) => [name, demo(name)])),
  'onnx/model_q4.onnx': demo('onnx/model.onnx'),
}

const started: Running[] = []
const homes: string[] = []
// Told to end, and not killed: whoever is killed leaves workerd behind.
afterEach(async () => {
  for (const { child, ended } of started.splice(0)) {
    child.kill('SIGTERM')
    await ended
  }
  for (const home of homes.splice(0)) rmSync(home, { recursive: true, force: true })
})

type Running = {
  readonly child: ChildProcess
  readonly text: () => string
  readonly ended: Promise<number | null>
}

function npmStart(env: Readonly<Record<string, string>>, ...flags: readonly string[]): Running {
  const args = ['--conditions=source', main, '--port', '0', '--runtime-port', '0', ...flags]
  const child = spawn(process.execPath, args, { env: { PATH: process.env.PATH, ...env } })
  let text = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (part: Buffer) => {
      text += part
    })
  }
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  const start = { child, text: () => text, ended }
  started.push(start)
  return start
}

function newHome(): string {
  const home = mkdtempSync(join(tmpdir(), 'starter-'))
  homes.push(home)
  return home
}

async function running(start: Running): Promise<string> {
  await eventually(() => start.text().includes('Nearside runs.') || start.child.exitCode !== null)
  expect(start.text()).toContain('Nearside runs.')
  return /gateway +(\S+)/.exec(start.text())![1]!
}

it('fetches a real model, shows how far it is, serves it through the gateway, and needs no hub the next time', async () => {
  const hub = await startHub({ repository, files, token: 'hf_canary_token' })
  const env = { HOME: newHome(), NEARSIDE_HUB_URL: hub.url, NEARSIDE_HUB_TOKEN: 'hf_canary_token' }
  const first = npmStart(env, '--pull')
  const url = await running(first)
  expect(first.text()).toMatch(/Fetching smollm2-360m into .*\n0 % of .*\n(?:.* % of .*\n)*100 % of/)
  expect(first.text()).toMatch(/runtime .*\(smollm2-360m\)/)
  expect(first.text()).not.toContain('a demonstration')
  expect(first.text()).not.toContain('hf_canary_token')

  const body = { model: 'local', messages: [{ role: 'user', content: 'Who are you?' }], max_tokens: 5 }
  const answer = await fetch(`${url}/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  expect([answer.status, answer.headers.get('x-nearside-model')]).toEqual([200, 'smollm2-360m'])
  first.child.kill('SIGTERM')
  expect(await first.ended).toBe(0)

  await hub.close()
  const second = npmStart(env, '--pull=smollm2-360m')
  await running(second)
  expect(second.text()).toMatch(/runtime .*\(smollm2-360m\)/)
})

it('says that the hub cannot be reached, and runs the demonstration instead', async () => {
  // A port below those that any other test is given.
  const start = npmStart({ HOME: newHome(), NEARSIDE_HUB_URL: 'http://127.0.0.1:2' }, '--pull')
  await running(start)
  expect(start.text()).toMatch(/cannot be reached \(ECONNREFUSED\)\. The demonstration model runs instead/)
  expect(start.text()).toContain('npm start -- --pull fetches a real one')
})

it('refuses a model that nobody knows, before anything runs', async () => {
  const start = npmStart({ HOME: newHome() }, '--pull=smollm9')
  expect(await start.ended).toBe(1)
  expect(start.text()).toContain('There is no model smollm9')
})

it('ends both servers at Ctrl-C, says so, and counts that as success', async () => {
  const start = npmStart({ HOME: newHome() })
  const url = await running(start)
  start.child.kill('SIGINT')
  expect(await start.ended).toBe(0)
  expect(start.text()).toContain('Ending both.')
  await expect(fetch(`${url.replace('/v1', '')}/health`)).rejects.toThrow()
})

it('names the flag of the port that is taken', async () => {
  const { port, close } = await takenPort()
  const start = npmStart({ HOME: newHome() }, '--runtime-port', String(port))
  expect(await start.ended).toBe(1)
  expect(start.text()).toContain(`Port ${port} is taken.`)
  expect(start.text()).toContain('npm start -- --runtime-port N')
  await close()
})

it('says that a port is taken before a model is fetched', async () => {
  const hub = await startHub({ repository, files })
  const { port, close } = await takenPort()
  const env = { HOME: newHome(), NEARSIDE_HUB_URL: hub.url }
  const start = npmStart(env, '--pull', `--runtime-port=${port}`)
  expect(await start.ended).toBe(1)
  expect(start.text()).toContain(`Port ${port} is taken.`)
  expect(start.text()).not.toContain('Fetching')
  await close()
  await hub.close()
})

it('asks a server that the environment names for its model, says so, and starts no other beside it', async () => {
  const node = await startNode(['llama3.2:3b'])
  const { port, close } = await takenPort()
  const start = npmStart({ HOME: newHome(), NEARSIDE_LOCAL_URL: node.url }, '--runtime-port', String(port))
  const url = await running(start)
  expect(start.text()).toContain('on    local      llama3.2:3b at NEARSIDE_LOCAL_URL\n')
  expect(start.text()).not.toMatch(/demo|^ +runtime/m)

  const answer = await fetch(`${url}/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'local', messages: [{ role: 'user', content: 'Who are you?' }] }),
  })
  expect([answer.status, answer.headers.get('x-nearside-model')]).toEqual([200, 'llama3.2:3b'])
  expect(node.asked).toEqual(['llama3.2:3b'])
  await close()
  await node.close()
})

it('asks which model is meant where a server has several, or tells none', async () => {
  const node = await startNode(['llama3.2:3b', 'qwen3:4b'])
  const several = npmStart({ HOME: newHome(), NEARSIDE_LOCAL_URL: node.url })
  expect(await several.ended).toBe(1)
  expect(several.text()).toContain(
    `${node.url} has the models llama3.2:3b, qwen3:4b; name what it is to be asked for in NEARSIDE_LOCAL_MODELS`,
  )
  await node.close()

  const gone = npmStart({ HOME: newHome(), NEARSIDE_LOCAL_URL: node.url })
  expect(await gone.ended).toBe(1)
  expect(gone.text()).toContain(`${node.url} was asked for its models and gave no list; name what`)

  const half = npmStart({ HOME: newHome(), NEARSIDE_LOCAL_URL: node.url.replace('/v1', '') })
  expect(await half.ended).toBe(1)
  expect(half.text()).toMatch(/NEARSIDE_LOCAL_URL has no path, .*most APIs want http:\S+\/v1\./)

  const named = npmStart({
    HOME: newHome(),
    NEARSIDE_LOCAL_URL: node.url,
    NEARSIDE_LOCAL_MODELS: 'qwen3:4b',
  })
  await running(named)
  expect(named.text()).toContain('on    local      qwen3:4b at NEARSIDE_LOCAL_URL\n')
})

it('takes a model to pull or a server that has one, and not both', async () => {
  const start = npmStart({ HOME: newHome(), NEARSIDE_LOCAL_URL: 'http://127.0.0.1:9/v1' }, '--pull')
  expect(await start.ended).toBe(1)
  expect(start.text()).toContain('leave one of them out')
})

it('says what it takes', async () => {
  const start = npmStart({ HOME: newHome() }, '--help')
  expect(await start.ended).toBe(0)
  for (const flag of ['--port', '--runtime-port', '--pull']) expect(start.text()).toContain(flag)
})

/** A server of OpenAI's format, as llama.cpp and Ollama are. */
async function startNode(
  models: readonly string[],
): Promise<{ readonly url: string; readonly asked: unknown[]; close(): Promise<void> }> {
  const asked: unknown[] = []
  const server = createHttpServer(async (request, response) => {
    response.setHeader('content-type', 'application/json')
    if (request.method === 'GET') {
      return response.end(JSON.stringify({ object: 'list', data: models.map((id) => ({ id })) }))
    }
    const { model }: { readonly model: string } = JSON.parse(await text(request))
    asked.push(model)
    const message = { role: 'assistant', content: 'A model of one’s own.' }
    const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 }
    const choices = [{ index: 0, message, finish_reason: 'stop' }]
    return response.end(
      JSON.stringify({ id: 'x', object: 'chat.completion', created: 1, model, choices, usage }),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const close = (): Promise<void> => {
    server.closeAllConnections()
    return new Promise((resolve) => server.close(() => resolve()))
  }
  return { url: `http://127.0.0.1:${port}/v1`, asked, close }
}

async function takenPort(): Promise<{ port: number; close(): Promise<void> }> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return { port, close: () => new Promise((resolve) => server.close(() => resolve())) }
}
