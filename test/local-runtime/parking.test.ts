/** Conversations that must give way, parked on a disk by llama.cpp's engine: what is won by it, and what nobody can read. */
import type { ChildProcess } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Engine, type EngineMessage, llamaEngine, serveRuntime } from '@nearside/local-runtime'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { startLlama } from '../../local-runtime/src/engine/llama/llama-engine.ts'
import { loadLlama } from '../../local-runtime/src/engine/llama/load-llama.ts'
import { demoGguf } from './demo-gguf.ts'
import { answerOf } from './engine-contract.ts'
import { modelFolder } from './model-folders.ts'
import { eventually } from './served-runtime.ts'

const canary = 'the river and the sea and the bird that sings of gold '.repeat(4)
const others = 'what are you and who made you and what can you do for me '.repeat(4)

let demo: ReturnType<typeof demoGguf>
let folder: string
let engine: Engine
let processes: ChildProcess[]
beforeEach(() => {
  demo = demoGguf()
  folder = mkdtempSync(join(tmpdir(), 'parked-'))
  processes = []
})
afterEach(async () => {
  await engine?.dispose()
  demo.remove()
  rmSync(folder, { recursive: true, force: true })
})

async function opened(parkingBytes = 2 ** 30): Promise<Engine> {
  engine = llamaEngine({
    ...{ file: demo.file, device: 'cpu', threads: 1, contextTokens: 2_048 },
    parking: { tmpfs: '/dev/shm', folder, bytes: parkingBytes },
    startProcess() {
      processes.push(startLlama())
      return processes.at(-1)!
    },
  })
  await engine.load()
  return engine
}

const said = (text: string): readonly EngineMessage[] => [{ role: 'user', text }]

async function cachedOf(messages: readonly EngineMessage[], mayPark = true): Promise<number> {
  const { events } = await answerOf(engine, { messages, outputLimit: 4, mayPark })
  const [first] = events
  return first?.type === 'prompt-read' ? first.cachedPromptTokens : 0
}

/** Files in `place` that a process holds, with a name or without. */
function heldBy(processId: number, place: string): string[] {
  const paths = readdirSync(`/proc/${processId}/fd`).map((fd) => `/proc/${processId}/fd/${fd}`)
  return paths.filter((path) => {
    try {
      return readlinkSync(path).startsWith(place)
    } catch {
      return false
    }
  })
}

it('takes a conversation up again that had to give way, without reading it anew', async () => {
  await opened()
  expect(await cachedOf(said(canary))).toBe(0)
  await cachedOf(said(others))
  await eventually(() => (engine.usage().parked?.states ?? 0) === 1)
  const cold = llamaEngine({ file: demo.file, device: 'cpu', threads: 1, contextTokens: 2_048 })
  await cold.load()
  const asked = { messages: said(`${canary} and then`), outputLimit: 12 }
  const [warm, anew] = [await answerOf(engine, asked), await answerOf(cold, asked)]
  await cold.dispose()
  expect(warm.text).toBe(anew.text)
  const [first] = warm.events
  const prompt = first?.type === 'prompt-read' ? first : null
  expect(prompt?.cachedPromptTokens).toBeGreaterThan(prompt!.promptTokens / 2)
  await eventually(() => engine.usage().parked?.restored === 1)
})

it('brings back after a shortage what it had forgotten for it', async () => {
  await opened()
  await cachedOf(said(canary))
  await eventually(() => engine.usage().keptTokens! > 0)
  await engine.forget()
  await eventually(() => engine.usage().keptTokens === 0)
  expect(await cachedOf(said(canary))).toBeGreaterThan(32)
})

it('leaves on the disk neither the text nor the tokens of a conversation, and no file that anybody finds', async () => {
  await opened()
  await cachedOf(said(canary))
  await cachedOf(said(others))
  await eventually(() => (engine.usage().parked?.states ?? 0) === 1)
  const { pid } = processes[0]!
  await eventually(() => heldBy(pid!, '/dev/shm/nearside-parked-').length === 0)

  const { model } = await loadLlama({
    ...{ file: demo.file, contextTokens: 512, slots: 1, threads: 1, mostThreads: 1, device: 'cpu' },
    ...{ mmap: true, prefillTokens: 64, embeddings: false, parking: null },
  })
  const ids = Buffer.from(Uint32Array.from(model.tokenize(canary).slice(2, 8)).buffer)
  // The same bytes are in a state as the library writes it, so whoever looks for them finds them there.
  const context = await model.createContext({ contextSize: 512 })
  const sequence = context.getSequence()
  await sequence.evaluateWithoutGeneratingNewTokens(model.tokenize(canary))
  const clear = join(folder, 'clear')
  await sequence.saveStateToFile(clear)
  expect(readFileSync(clear).includes(ids)).toBe(true)
  rmSync(clear)
  await context.dispose()

  const [parked] = heldBy(pid!, folder)
  const onDisk = readFileSync(parked!)
  expect(onDisk.length).toBeGreaterThan(1_000)
  expect([onDisk.includes(ids), onDisk.includes('river')]).toEqual([false, false])
  expect(readdirSync(folder)).toEqual([])
})

it('leaves nothing behind when it is killed, and begins without what it had', async () => {
  await opened()
  await cachedOf(said(canary))
  await cachedOf(said(others))
  await eventually(() => (engine.usage().parked?.states ?? 0) === 1)
  processes[0]!.kill('SIGKILL')
  await eventually(() => engine.restarts() === 1 && engine.standing() === 'ready')
  expect(readdirSync(folder)).toEqual([])
  expect(readdirSync('/dev/shm').filter((name) => name.startsWith('nearside-parked-'))).toEqual([])
  expect(await cachedOf(said(canary))).toBe(0)
})

it('does not park a conversation that is marked so, nor one beyond the budget', async () => {
  await opened()
  await cachedOf(said(canary), false)
  await cachedOf(said(others))
  expect(await cachedOf(said(canary))).toBeLessThan(32)
  // The other one was parked, this one was not.
  await eventually(() => engine.usage().parked?.parked === 1)
  expect(engine.usage().parked).toMatchObject({ restored: 0 })
  await engine.dispose()
  await opened(1_000)
  await cachedOf(said(canary))
  await cachedOf(said(others))
  expect(await cachedOf(said(canary))).toBeLessThan(32)
  expect(engine.usage().parked).toMatchObject({ states: 0, parked: 0 })
})

it('does not start where it is asked to park and there is no memory to do it in, or another engine', async () => {
  const settings = { port: 0, parkKeyValues: 'on', threads: 1 } as const
  const onDisk = await serveRuntime({ ...settings, model: demo.file, parkTmpfs: folder, parkFolder: folder })
  await expect(onDisk.ready).rejects.toMatchObject({ code: 'bad-options', param: 'parkKeyValues' })
  await onDisk.close()
  const onnx = await serveRuntime({ ...settings, model: modelFolder })
  await expect(onnx.ready).rejects.toThrow('parkKeyValues is for GGUF models')
  await onnx.close()
})

it('hears from a caller that nothing is to be kept, and tells what is parked', async () => {
  const runtime = await serveRuntime({
    ...{ port: 0, parkKeyValues: 'on', threads: 1, contextTokens: 2_048 },
    ...{ model: demo.file, parkFolder: folder },
  })
  await runtime.ready
  const ask = async (content: string, headers: Record<string, string> = {}): Promise<void> => {
    const body = { model: 'local', max_tokens: 2, messages: [{ role: 'user', content }] }
    const response = await fetch(`${runtime.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    })
    expect(response.status).toBe(200)
    await response.text()
  }
  const metric = async (what: string): Promise<string | undefined> =>
    new RegExp(`runtime_${what}_total (\\d+)`).exec(await (await fetch(`${runtime.url}/metrics`)).text())?.[1]
  await ask(canary, { 'x-nearside-cache': 'off' })
  await ask(others)
  await ask(canary)
  await eventually(async () => (await metric('parked')) === '1')
  await ask(others)
  await eventually(async () => (await metric('restored')) === '1')
  await runtime.close()
})
