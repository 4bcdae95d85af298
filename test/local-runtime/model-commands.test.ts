/**
 * The commands about models, as processes, with a hub that has the demonstration model under a name of the
 * catalogue.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { defaultSettings } from '@nearside/local-runtime'
import OpenAI from 'openai'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { type HubDouble, startHub } from '../doubles/hub.ts'
import { eventually } from './served-runtime.ts'

const cli = fileURLToPath(new URL('../../local-runtime/src/cli.ts', import.meta.url))
const readme = fileURLToPath(new URL('../../local-runtime/README.md', import.meta.url))
const repository = 'HuggingFaceTB/SmolLM2-135M-Instruct'

/**
 * The demonstration model as a hub would have it, its chat template in a file of its own as newer ones do.
 */
const demo = (name: string): Uint8Array => readFileSync(join(defaultSettings.model, name))
const { chat_template: template, ...tokenizerConfig } = JSON.parse(
  Buffer.from(demo('tokenizer_config.json')).toString(),
) as { chat_template: string }
const files = {
  'config.json': demo('config.json'),
  'generation_config.json': demo('generation_config.json'),
  'tokenizer.json': demo('tokenizer.json'),
  'tokenizer_config.json': Buffer.from(JSON.stringify(tokenizerConfig)),
  'chat_template.jinja': Buffer.from(template),
  'onnx/model_q4.onnx': demo('onnx/model.onnx'),
}

let hub: HubDouble
let home: string
beforeAll(async () => {
  hub = await startHub({ repository, files })
  home = mkdtempSync(join(tmpdir(), 'operator-'))
})
afterAll(async () => {
  await hub.close()
  rmSync(home, { recursive: true, force: true })
})
const started: ChildProcess[] = []
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL')
})

type Running = {
  readonly child: ChildProcess
  readonly out: () => string
  readonly err: () => string
  readonly ended: Promise<number | null>
}

function runtime(args: readonly string[], env: Readonly<Record<string, string>> = {}): Running {
  const child = spawn(process.execPath, ['--conditions=source', cli, ...args], {
    env: { PATH: process.env.PATH, HOME: home, NEARSIDE_HUB_URL: hub.url, ...env },
    cwd: home,
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

async function json(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<unknown> {
  const running = runtime([...args, '--json'], env)
  const code = await running.ended
  expect([running.err(), code]).toEqual([running.err(), 0])
  return JSON.parse(running.out())
}

it('takes a new operator from nothing to a served model in the three commands of the README', async () => {
  const commands = [...readFileSync(readme, 'utf8').matchAll(/^ {4}(np[mx] .*|nearside-runtime .*)$/gm)]
  const [install, pull, serve] = commands.map(([, line]) => line!.split(/\s{2,}#/)[0]!.trim())
  expect(install).toBe('npm install --global --ignore-scripts @nearside/local-runtime')
  expect(pull).toMatch(/^nearside-runtime pull \S+$/)
  expect(serve).toMatch(/^nearside-runtime serve \S+$/)

  const pulling = runtime(pull!.split(' ').slice(1))
  expect(await pulling.ended).toBe(0)
  expect(pulling.out()).toMatch(
    /^smollm2-135m@q4 is here: 8\d\d kB at commit [0-9a-f]{12}, under Apache-2.0\n$/,
  )
  expect(pulling.err()).toContain('100 % of')

  const serving = runtime([...serve!.split(' ').slice(1), '--port', '0', '--threads', '1'])
  await eventually(() => serving.out().includes('serves'))
  expect(serving.out()).toContain(`serves smollm2-135m (${hub.commit.slice(0, 12)}.q4+`)
  const url = /http:\/\/127\.0\.0\.1:\d+/.exec(serving.out())![0]
  const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'none', maxRetries: 0 })
  const messages = [{ role: 'user' as const, content: 'Who are you?' }]
  const answer = await client.chat.completions.create({ model: 'smollm2-135m', messages, temperature: 0 })
  expect(answer.choices[0]?.message.content).not.toBe('')
  serving.child.kill('SIGTERM')
  expect(await serving.ended).toBe(0)
})

it('keeps models where the system keeps data, and lists and verifies them', async () => {
  const folder = join(home, '.local', 'share', 'nearside', 'models')
  expect(existsSync(join(folder, 'smollm2-135m@q4', 'onnx', 'model_q4.onnx'))).toBe(true)
  expect(await json(['list'])).toMatchObject({ folder, models: [{ id: 'smollm2-135m@q4', format: 'onnx' }] })
  expect(await json(['verify'])).toMatchObject({ models: [{ id: 'smollm2-135m@q4', state: 'whole' }] })
  expect(await json(['list', '--models', join(home, 'other')])).toMatchObject({ models: [] })
  const text = runtime(['list'])
  await text.ended
  expect(text.out()).toMatch(/^MODEL +FORMAT +SIZE .*\nsmollm2-135m@q4 +onnx +8\d\d kB +Apache-2.0\n$/)
})

it('stops quietly where nobody reads on, and serves on where nobody reads its log', async () => {
  const running = runtime([
    'run',
    'smollm2-135m',
    'Tell me a story',
    '--threads',
    '1',
    '--max-tokens',
    '2000',
  ])
  running.child.stdout!.once('data', () => running.child.stdout!.destroy())
  expect(await running.ended).toBe(141)
  expect(running.err()).toBe('')

  const serving = runtime(['serve', 'smollm2-135m', '--port', '0', '--threads', '1'])
  await eventually(() => serving.out().includes('serves'))
  const url = /http:\/\/127\.0\.0\.1:\d+/.exec(serving.out())![0]
  serving.child.stderr!.destroy()
  const body = JSON.stringify({
    model: 'local',
    max_tokens: 2,
    messages: [{ role: 'user', content: 'Hello' }],
  })
  const headers = { 'content-type': 'application/json' }
  for (let request = 0; request < 3; request++) {
    const answer = await fetch(`${url}/v1/chat/completions`, { method: 'POST', headers, body })
    expect(answer.status).toBe(200)
  }
  serving.child.kill('SIGTERM')
  expect(await serving.ended).toBe(0)
})

it.each([
  [['run', 'smollm2-135m', 'Hello', '--temperature', 'warm'], '--temperature is a number from 0 to 2.'],
  [['run', 'smollm2-135m', 'Hello', '--temperature', '5'], '--temperature is a number from 0 to 2.'],
  [['run', 'smollm2-135m', '--json'], 'With --json there must be a prompt'],
  [['serve', './nowhere'], 'There is nothing at ./nowhere.'],
])('says what is wrong with %j', async (args, message) => {
  const running = runtime(args)
  expect(await running.ended).toBe(1)
  expect(running.out()).toBe('')
  expect(running.err()).toContain(message)
})

it('names what can be pulled', async () => {
  const catalogue = runtime(['list', '--catalogue'])
  expect(await catalogue.ended).toBe(0)
  for (const name of ['llama-3.2-3b', 'phi-4-mini', 'gemma-3-270m', 'qwen2.5-1.5b']) {
    expect(catalogue.out()).toContain(name)
  }
})

it('answers one question on standard output, and nothing else there', async () => {
  const asked = [
    'run',
    'smollm2-135m',
    'Who are you?',
    '--temperature',
    '0',
    '--threads',
    '1',
    '--max-tokens',
    '40',
  ]
  const running = runtime(asked)
  expect([running.err(), await running.ended]).toEqual(['', 0])
  const answer = (await json(asked)) as { text: string; outputTokens: number }
  expect(running.out()).toBe(`${answer.text}\n`)
  expect(answer.outputTokens).toBeGreaterThan(3)
})

it('talks in a terminal, and ends with its input', async () => {
  const running = runtime([
    'run',
    'smollm2-135m',
    '--temperature',
    '0',
    '--threads',
    '1',
    '--max-tokens',
    '20',
  ])
  running.child.stdin?.end('Who are you?\n/new\nWhat can you do?\n')
  expect(await running.ended).toBe(0)
  expect(
    running
      .out()
      .trim()
      .split('\n')
      .filter((line) => line !== '').length,
  ).toBeGreaterThanOrEqual(2)
  expect(running.err()).toContain('/new begins anew')
})

it('measures how fast a model reads and writes', async () => {
  const args = ['bench', 'smollm2-135m', '--threads', '1', '--prompt-words', '100', '--max-tokens', '20']
  const result = (await json(args)) as Record<string, number>
  expect(result).toMatchObject({ model: 'smollm2-135m' })
  for (const name of ['loadMs', 'promptTokens', 'firstTokenMs', 'promptTokensPerSecond']) {
    expect([name, result[name]! > 0]).toEqual([name, true])
  }
})

it('examines the machine and plans each model on it', async () => {
  const told = (await json(['doctor'])) as { plans: unknown[]; machine: { cores: { usable: number } } }
  expect(told.machine.cores.usable).toBeGreaterThan(0)
  expect(told.plans).toMatchObject([{ id: 'smollm2-135m@q4', plan: { contextTokens: 8_192 } }])
  const text = runtime(['doctor'])
  expect(await text.ended).toBe(0)
  expect(text.out()).toMatch(/sessions: \d+ at 4k, \d+ at 32k/)
})

it('fails a check of damaged files, says what to do, and that brings the model back', async () => {
  const config = join(home, '.local', 'share', 'nearside', 'models', 'smollm2-135m@q4', 'config.json')
  writeFileSync(config, '{}')
  const verifying = runtime(['verify', 'smollm2-135m'])
  expect(await verifying.ended).toBe(1)
  expect(verifying.out()).toContain(
    'config.json is damaged. Fetch it anew: nearside-runtime rm smollm2-135m@q4',
  )

  const serving = runtime(['serve', 'smollm2-135m', '--port', '0'])
  expect(await serving.ended).toBe(1)
  expect(serving.err()).toContain('config.json is not the file that model.json names')

  expect(await json(['rm', 'smollm2-135m'])).toEqual({ removed: 'smollm2-135m@q4' })
  await json(['pull', 'smollm2-135m:q4'])
  expect(await json(['verify', 'smollm2-135m:q4'])).toMatchObject({ models: [{ state: 'whole' }] })
})

it('does not take a model away from who serves it, unless it is forced to', {
  timeout: 120_000,
}, async () => {
  const env = { NEARSIDE_MODELS: join(home, 'in-use') }
  const id = 'smollm2-135m@q4'
  const kept = (): boolean => existsSync(join(env.NEARSIDE_MODELS, id))
  await json(['pull', 'smollm2-135m'], env)
  const serving = runtime(['serve', 'smollm2-135m', '--port', '0'], env)
  await eventually(() => serving.out().includes('nearside-runtime serves'))
  const url = /at (http:\/\/\S+)\/v1/.exec(serving.out())![1]!

  const refused = runtime(['rm', 'smollm2-135m'], env)
  expect(await refused.ended).toBe(1)
  expect(refused.err()).toContain(`${id} is being served (process ${serving.child.pid} at ${url})`)
  expect(kept()).toBe(true)

  expect(await json(['rm', 'smollm2-135m', '--force'], env)).toEqual({ removed: id })
  expect(kept()).toBe(false)
  serving.child.kill('SIGKILL')
  await serving.ended

  // What a server that was killed has left behind keeps nobody from anything.
  await json(['pull', 'smollm2-135m'], env)
  expect(readdirSync(join(env.NEARSIDE_MODELS, '.serving'))).toHaveLength(1)
  expect(await json(['rm', 'smollm2-135m'], env)).toEqual({ removed: id })
  expect(readdirSync(join(env.NEARSIDE_MODELS, '.serving'))).toEqual([])
})

it('stops a pull at Ctrl-C with what came so far, and goes on with it', async () => {
  const slow = await startHub({
    repository,
    files,
    misdeed: ({ at, path, before }) =>
      at === 'store' && path.endsWith('.onnx') && before === 0 ? { type: 'hang', afterBytes: 400_000 } : null,
  })
  const models = join(home, 'interrupted')
  const env = { NEARSIDE_HUB_URL: slow.url, NEARSIDE_MODELS: models }
  try {
    const pulling = runtime(['pull', 'smollm2-135m'], env)
    await eventually(() => pulling.err().includes('50 %'))
    pulling.child.kill('SIGINT')
    expect(await pulling.ended).toBe(130)
    expect(pulling.err()).toContain('the same command goes on with it')
    expect(readdirSync(models)).toEqual(['.partial'])
    await json(['pull', 'smollm2-135m'], env)
    const asked = slow.requests.findLast(({ at, path }) => at === 'store' && path.endsWith('.onnx'))
    expect(asked?.range).toBe('bytes=400000-')
  } finally {
    await slow.close()
  }
})

it('says what is wrong in one line, without a secret, and exits with 1', async () => {
  const token = 'hf_canary'
  for (const [args, message] of [
    [['pull'], 'A model is missing.'],
    [['pull', 'smollm9'], 'There is no model smollm9; there are'],
    [['pull', 'smollm2-135m', `--token=${token}`], 'A token is given as HF_TOKEN'],
    [['pull', 'smollm2-135m', '--hub', `https://user:${token}@hub.example`], 'no user, password or query'],
    [['pull', 'some/where'], 'has no repository some/where'],
    [['pull', './nothing'], 'nothing at ./nothing'],
    [['rm', 'gemma-3-1b'], 'There is no model gemma-3-1b in'],
    [['serve', 'gemma-3-1b'], 'fetch it first: nearside-runtime pull gemma-3-1b'],
    [['run', 'gemma-3-1b', 'Hello'], 'fetch it first'],
    [['list', 'smollm2-135m'], 'a word too many'],
  ] as const) {
    const running = runtime(args)
    expect([args, await running.ended]).toEqual([args, 1])
    expect(running.err()).toContain(message)
    expect(running.err().trimEnd().split('\n')).toHaveLength(1)
    expect(running.err()).not.toContain(token)
  }
})

it('says which host cannot be reached where there is no network', async () => {
  const gone = await startHub({ repository, files })
  await gone.close()
  const running = runtime(['pull', 'smollm2-135m'], { NEARSIDE_HUB_URL: gone.url })
  expect(await running.ended).toBe(1)
  expect(running.err()).toMatch(/127\.0\.0\.1:\d+ cannot be reached \(ECONNREFUSED\)/)
})
