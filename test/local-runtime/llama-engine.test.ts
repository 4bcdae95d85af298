import type { ChildProcess } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { EngineMessage } from '@nearside/local-runtime'
import { llamaEngine, transformersEngine } from '@nearside/local-runtime'
import { afterAll, describe, expect, it } from 'vitest'
import { startLlama } from '../../local-runtime/src/engine/llama/llama-engine.ts'
import { demoGguf } from './demo-gguf.ts'
import { answerOf, engineContract, killedInAnswer } from './engine-contract.ts'
import { modelFolder } from './model-folders.ts'
import { eventually } from './served-runtime.ts'

const demo = demoGguf()
const endless = demoGguf({ endless: true })
afterAll(() => {
  demo.remove()
  endless.remove()
})
const cpu = { device: 'cpu', threads: 1, contextTokens: 2_048 } as const

engineContract('llama', {
  open: () => llamaEngine({ ...cpu, file: demo.file }),
  // As for the ONNX engine: a message to another process takes as long as many tokens of so small a model.
  tokensOnTheWay: 500,
  openEndless: () => llamaEngine({ ...cpu, file: endless.file, slots: 2 }),
})

describe('the same weights as GGUF and as ONNX', () => {
  it('read the same tokens, say the same, and are as sure of it, within 0.05', async () => {
    const gguf = llamaEngine({ ...cpu, file: demo.file })
    const onnx = transformersEngine({ folder: modelFolder, threads: 1 })
    await Promise.all([gguf.load(), onnx.load()])
    for (const text of [
      'hello',
      'what are you?',
      'write a poem about the sea, please',
      'how do i get a real model',
    ]) {
      const asked = { messages: [{ role: 'user', text }] as const, outputLimit: 12, topLogprobs: 3 }
      const [left, right] = await Promise.all([answerOf(gguf, asked), answerOf(onnx, asked)])
      expect(left.events[0]).toMatchObject({ promptTokens: promptTokensOf(right) })
      const ours = logprobsOf(left)
      const theirs = logprobsOf(right)
      expect(ours.map(({ token }) => token)).toEqual(theirs.map(({ token }) => token))
      for (const [index, { logprob }] of ours.entries()) {
        expect(Math.abs(logprob - theirs[index]!.logprob)).toBeLessThan(0.05)
      }
      // The fast way to a token tells the same as the way that looks at all of them.
      expect(
        logprobsOf(await answerOf(gguf, { ...asked, topLogprobs: 0 })).map(({ token }) => token),
      ).toEqual(ours.map(({ token }) => token))
    }
    await Promise.all([gguf.dispose(), onnx.dispose()])
  })
})

describe('the llama engine with several slots', () => {
  it('answers side by side as it answers alone', async () => {
    const engine = llamaEngine({ ...cpu, file: demo.file, slots: 3 })
    await engine.load()
    const asked = ['hello', 'what are you?', 'tell me a story', 'and who made you', 'good night'].map(
      (text) => ({
        messages: [{ role: 'user', text }] as readonly EngineMessage[],
        outputLimit: 24,
      }),
    )
    const alone: string[] = []
    for (const each of asked) alone.push((await answerOf(engine, each)).text)
    const together = await Promise.all(asked.map((each) => answerOf(engine, each)))
    expect(together.map(({ text }) => text)).toEqual(alone)
    await engine.dispose()
  })

  it('need not read again what a conversation began with, and says how much that was', async () => {
    const engine = llamaEngine({ ...cpu, file: demo.file, slots: 2 })
    await engine.load()
    const opening: readonly EngineMessage[] = [
      { role: 'user', text: 'tell me about the river and the sea '.repeat(8) },
    ]
    const first = await answerOf(engine, { messages: opening, outputLimit: 8 })
    await answerOf(engine, { messages: [{ role: 'user', text: 'something else' }], outputLimit: 4 })
    const longer = [
      ...opening,
      { role: 'assistant' as const, text: first.text },
      { role: 'user' as const, text: 'go on' },
    ]
    const second = await answerOf(engine, { messages: longer, outputLimit: 8 })
    expect(first.events[0]).toMatchObject({ cachedPromptTokens: expect.any(Number) })
    const cached = second.events[0]?.type === 'prompt-read' ? second.events[0].cachedPromptTokens : 0
    expect(cached).toBeGreaterThan(promptTokensOf(first) - 8)
    expect(engine.usage().keptTokens).toBeGreaterThan(cached)

    await engine.forget()
    const cold = await answerOf(engine, { messages: longer, outputLimit: 8 })
    expect(cold.events[0]).toMatchObject({ cachedPromptTokens: 0 })
    expect(cold.text).toBe(second.text)
    await engine.dispose()
  })
})

describe('the llama engine under orders', () => {
  it('keeps an answer inside a schema', async () => {
    const engine = llamaEngine({ ...cpu, file: demo.file })
    await engine.load()
    const schema = {
      type: 'object',
      properties: { ok: { type: 'boolean' } },
      required: ['ok'],
      additionalProperties: false,
    }
    for (const seed of [1, 2, 3]) {
      const { text } = await answerOf(engine, {
        constraint: { type: 'json-schema', schema },
        temperature: 1,
        seed,
        outputLimit: 60,
      })
      expect(JSON.parse(text)).toEqual({ ok: expect.any(Boolean) })
    }
    await engine.dispose()
  })

  it('forgets the beginning and speaks on past its context where it is told to', async () => {
    const engine = llamaEngine({ ...cpu, file: endless.file, contextTokens: 256 })
    const { contextTokens } = await engine.load()
    const stopped = await answerOf(engine, { outputLimit: 2_000 })
    expect(stopped.end).toMatchObject({ finishReason: 'length' })
    expect(stopped.end.outputTokens).toBeLessThan(contextTokens)
    const shifted = await answerOf(engine, { outputLimit: contextTokens + 100, overflow: 'shift' })
    expect(shifted.end.outputTokens).toBe(contextTokens + 100)
    await engine.dispose()
  })

  it('makes vectors of texts', async () => {
    const engine = llamaEngine({ ...cpu, file: demo.file, embeddings: true })
    const model = await engine.load()
    expect(model.capabilities.embeddings).toBe(true)
    const [left, same, other] = await engine.embed!(
      ['hello', 'hello', 'the sea'],
      new AbortController().signal,
    )
    expect(left!.vector).toHaveLength(64)
    expect(same!.vector).toEqual(left!.vector)
    expect(other!.vector).not.toEqual(left!.vector)
    await engine.dispose()
  })
})

it('fails what it was saying when its process is killed, comes back, and answers as before', async () => {
  const processes: ChildProcess[] = []
  const engine = llamaEngine({
    ...cpu,
    file: endless.file,
    startProcess() {
      processes.push(startLlama())
      return processes.at(-1)!
    },
  })
  const loading = performance.now()
  await engine.load()
  const loadMs = performance.now() - loading
  const before = await answerOf(engine, { outputLimit: 8 })
  await expect(killedInAnswer(engine, processes[0]!, 'SIGKILL')).rejects.toMatchObject({
    code: 'tier-failed',
  })
  const deathMs = performance.now()
  await eventually(() => engine.standing() === 'ready')
  // It is begun anew at once: what it takes is a load, with room for a machine that has become busy meanwhile.
  expect(performance.now() - deathMs).toBeLessThan(10 * loadMs + 20_000)
  expect(engine.restarts()).toBe(1)
  expect((await answerOf(engine, { outputLimit: 8 })).text).toBe(before.text)
  await engine.dispose()
})

it('refuses what is no GGUF file, what is cut short, and what does not say how it is spoken to', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'broken-gguf-'))
  const file = join(folder, 'model.gguf')
  await expect(llamaEngine({ ...cpu, file }).load()).rejects.toThrow('is not a GGUF file')
  writeFileSync(file, 'this is no model')
  await expect(llamaEngine({ ...cpu, file }).load()).rejects.toThrow('is not a GGUF file')
  cpSync(demo.file, file)
  truncateSync(file, 20_000)
  const broken = llamaEngine({ ...cpu, file })
  await expect(broken.load()).rejects.toMatchObject({
    code: expect.stringMatching(/bad-options|tier-failed/),
  })
  writeFileSync(
    join(folder, 'model.json'),
    JSON.stringify({ name: 'm', version: '1', sha256: { 'model.gguf': '0'.repeat(64) } }),
  )
  await expect(llamaEngine({ ...cpu, file }).load()).rejects.toThrow(/SHA-256 is [0-9a-f]{64}, not 0{64}/)
  rmSync(folder, { recursive: true })
})

function promptTokensOf({ events: [first] }: Awaited<ReturnType<typeof answerOf>>): number {
  return first?.type === 'prompt-read' ? first.promptTokens : 0
}

function logprobsOf({ events }: Awaited<ReturnType<typeof answerOf>>): { token: string; logprob: number }[] {
  return events.flatMap((event) => (event.type === 'prompt-read' ? [] : event.tokens))
}
