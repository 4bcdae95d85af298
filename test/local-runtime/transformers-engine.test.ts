import type { ChildProcess } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { transformersEngine } from '@nearside/local-runtime'
import { afterAll, expect, it } from 'vitest'
import { fastestOnnxThreads } from '../../local-runtime/src/engine/transformers/fastest-onnx-threads.ts'
import { startTransformers } from '../../local-runtime/src/engine/transformers/transformers-engine.ts'
import { answerOf, engineContract, killedInAnswer } from './engine-contract.ts'
import { endlessModel, modelFolder } from './model-folders.ts'
import { generation } from './scripts.ts'
import { eventually } from './served-runtime.ts'

const endless = endlessModel()
afterAll(() => endless.remove())

engineContract('transformers', {
  open: () => transformersEngine({ folder: modelFolder, threads: 1 }),
  // A message to another process takes, on a busy machine, as long as so small a model takes for many tokens. That
  // the engine takes no step after it has heard is the test of its loop, `generate.test.ts`.
  tokensOnTheWay: 500,
  openEndless: () => transformersEngine({ folder: endless.folder, threads: 1 }),
})

it('lets the event loop go on while it reads a prompt', async () => {
  const engine = transformersEngine({ folder: endless.folder, threads: 1, prefillTokens: 2_048 })
  await engine.load()
  let ticks = 0
  const timer = setInterval(() => ticks++, 1)
  await answerOf(engine, { messages: [{ role: 'user', text: '0 '.repeat(500) }], outputLimit: 100 })
  clearInterval(timer)
  await engine.dispose()
  expect(ticks).toBeGreaterThan(5)
})

it('can be cancelled while it reads a prompt', async () => {
  const engine = transformersEngine({ folder: endless.folder, threads: 1, prefillTokens: 1 })
  await engine.load()
  const controller = new AbortController()
  const events = []
  const asked = generation({ messages: [{ role: 'user', text: '0 '.repeat(500) }] })
  for await (const event of engine.generate(asked, controller.signal)) {
    events.push(event)
    if (event.type === 'prompt-read') controller.abort()
  }
  await engine.dispose()
  expect(events.at(-1)).toMatchObject({ finishReason: 'cancelled', outputTokens: 0 })
})

it('gives the same answer however a prompt is cut for reading', async () => {
  const texts = []
  for (const prefillTokens of [1, 7, 2_048]) {
    const engine = transformersEngine({ folder: modelFolder, threads: 1, prefillTokens })
    await engine.load()
    texts.push((await answerOf(engine, { outputLimit: 8 })).text)
    await engine.dispose()
  }
  expect(new Set(texts).size).toBe(1)
})

it('fails what it was saying when its process dies, comes back, and answers as before', async () => {
  const processes: ChildProcess[] = []
  const engine = transformersEngine({
    folder: endless.folder,
    threads: 1,
    startProcess() {
      processes.push(startTransformers())
      return processes.at(-1)!
    },
  })
  await engine.load()
  const before = await answerOf(engine, { outputLimit: 8 })
  await expect(killedInAnswer(engine, processes[0]!, 'SIGSEGV')).rejects.toMatchObject({
    code: 'tier-failed',
  })
  await expect(answerOf(engine)).rejects.toMatchObject({ code: 'not-ready' })

  await eventually(() => engine.standing() === 'ready')
  expect(engine.restarts()).toBe(1)
  expect((await answerOf(engine, { outputLimit: 8 })).text).toBe(before.text)
  await engine.dispose()
})

it('gives up a process that shows no sign of life', async () => {
  let hanging: ChildProcess | null = null
  const engine = transformersEngine({
    folder: endless.folder,
    threads: 1,
    stallMs: 3_000,
    startProcess() {
      hanging = startTransformers()
      return hanging
    },
  })
  await engine.load()
  hanging!.kill('SIGSTOP')
  await expect(answerOf(engine)).rejects.toMatchObject({ code: 'tier-failed' })
  await engine.dispose()
})

it('leaves no process behind', async () => {
  const processes: ChildProcess[] = []
  const engine = transformersEngine({
    folder: modelFolder,
    threads: 1,
    startProcess() {
      processes.push(startTransformers())
      return processes.at(-1)!
    },
  })
  await engine.load()
  await engine.dispose()
  expect(processes.map(({ signalCode }) => signalCode)).toEqual(['SIGKILL'])
})

it('refuses a folder that holds no model, and files that are not those of model.json', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'broken-model-'))
  await expect(transformersEngine({ folder }).load()).rejects.toThrow('holds no model')

  cpSync(modelFolder, folder, { recursive: true })
  const onnx = readdirSync(join(folder, 'onnx')).find((file) => file.endsWith('.onnx'))!
  const manifest = { name: 'broken', version: '1', sha256: { [`onnx/${onnx}`]: '0'.repeat(64) } }
  writeFileSync(join(folder, 'model.json'), JSON.stringify(manifest))
  await expect(transformersEngine({ folder }).load()).rejects.toThrow(/SHA-256 is [0-9a-f]{64}, not 0{64}/)

  rmSync(join(folder, 'model.json'))
  truncateSync(join(folder, 'onnx', onnx), 1_000)
  await expect(transformersEngine({ folder }).load()).rejects.toThrow('cannot be loaded')
  rmSync(folder, { recursive: true })
})

it('gives models of other weights other versions and fingerprints', async () => {
  const first = transformersEngine({ folder: modelFolder, threads: 1 })
  const model = await first.load()
  await first.dispose()
  expect(model.version).toMatch(/\+[0-9a-f]{8}$/)
  expect(model.fingerprint).toMatch(/^fp_[0-9a-f]{16}$/)
})

it('need not read again what a conversation began with, says the same with it as without, and can forget it', async () => {
  const engine = transformersEngine({ folder: modelFolder, threads: 1, prefillTokens: 16 })
  await engine.load()
  const messages = [{ role: 'user' as const, text: 'tell me about the river and the sea '.repeat(8) }]
  const cached = ({ events: [first] }: Awaited<ReturnType<typeof answerOf>>): number =>
    first?.type === 'prompt-read' ? first.cachedPromptTokens : -1
  const asked = { messages, temperature: 1, seed: 3, outputLimit: 30 }
  const cold = await answerOf(engine, asked)
  expect(cached(cold)).toBe(0)
  const again = await answerOf(engine, asked)
  expect(cached(again)).toBeGreaterThan(0)
  expect(cached(again) % 16).toBe(0)
  expect(again.text).toBe(cold.text)

  // As long as the first, and another from its beginning on.
  const other = [{ role: 'user' as const, text: 'sing about the river and the sea '.repeat(8) }]
  expect(cached(await answerOf(engine, { ...asked, messages: other }))).toBe(0)
  await eventually(() => (engine.usage().keptTokens ?? 0) > 0)
  await engine.forget()
  await eventually(() => engine.usage().keptTokens === 0)
  expect(cached(await answerOf(engine, asked))).toBe(0)
  await engine.dispose()
})

it('writes keys and values of the demonstration model in place', async () => {
  const engine = transformersEngine({ folder: modelFolder, threads: 1 })
  const { standsOn } = await engine.load()
  await engine.dispose()
  expect(standsOn).toContain('in place')
})

it('goes the plain way with a graph that has inputs which nobody knows, and says the same', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'plain-model-'))
  cpSync(modelFolder, folder, { recursive: true })
  rmSync(join(folder, 'model.json'))
  const field = (number: number, ...parts: readonly (Buffer | string)[]): Buffer => {
    const bytes = Buffer.concat(parts.map((part) => Buffer.from(part)))
    return Buffer.concat([Buffer.of((number << 3) | 2, bytes.length), bytes])
  }
  const oneBoolean = field(2, field(1, Buffer.of(8, 9), field(2, field(1, Buffer.of(8, 1)))))
  const input = field(7, field(11, field(1, 'use_cache_branch'), oneBoolean))
  const file = join(folder, 'onnx', 'model.onnx')
  writeFileSync(file, Buffer.concat([readFileSync(file), input]))

  const texts: string[] = []
  const ways: string[] = []
  for (const from of [modelFolder, folder]) {
    const engine = transformersEngine({ folder: from, threads: 1, prefillTokens: 16 })
    const { standsOn } = await engine.load()
    ways.push(standsOn.split('; ').at(-1)!)
    // The second of each goes on from what the first has left behind.
    const messages = [{ role: 'user' as const, text: 'tell me about the river and the sea '.repeat(8) }]
    for (const seed of [1, 1, 2]) {
      texts.push((await answerOf(engine, { messages, temperature: 1, seed, outputLimit: 30 })).text)
    }
    await engine.dispose()
  }
  rmSync(folder, { recursive: true })
  expect(ways).toEqual(['keys and values grow in place', 'keys and values are copied at each step'])
  expect(texts.slice(3)).toEqual(texts.slice(0, 3))
})

it('tries out threads with the onnxruntime that runs the model, and spares a small model the trial', async () => {
  const { threads, why } = await fastestOnnxThreads(2, { interOpNumThreads: 1 })
  expect([1, 2]).toContain(threads)
  expect(why).toMatch(/^tried at the load \(products a second with 1: [\d.]+, 2: [\d.]+\)$/)

  const engine = transformersEngine({ folder: modelFolder })
  const { standsOn } = await engine.load()
  await engine.dispose()
  expect(standsOn).toContain('with 1 thread, as the model is small')
})

it('keeps nothing beyond its budget', async () => {
  const engine = transformersEngine({ folder: modelFolder, threads: 1, keptBytes: 0 })
  await engine.load()
  for (let round = 0; round < 2; round++) {
    const { events } = await answerOf(engine, { outputLimit: 4 })
    expect(events[0]).toMatchObject({ cachedPromptTokens: 0 })
  }
  expect(engine.usage().keptTokens).toBe(0)
  await engine.dispose()
})
