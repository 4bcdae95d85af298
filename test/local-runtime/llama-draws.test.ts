/** What llama.cpp is asked for between two tokens: how it draws, and which probabilities it is made to tell. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Engine, llamaEngine } from '@nearside/local-runtime'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dimensions } from '../../scripts/src/bench/local/weights/dimensions.ts'
import { writeGguf } from '../../scripts/src/bench/local/weights/write-gguf.ts'
import { answerOf } from './engine-contract.ts'

let folder: string
let engine: Engine
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'llama-draws-'))
  const file = join(folder, 'model.gguf')
  // Weights of chance are sure of nothing: each token is about as likely as any other. Among so many the one that ends an
  // answer is not drawn; among the 512 of the small model it was, once in twenty runs.
  writeGguf(file, { ...dimensions.small, vocabulary: 32_000 })
  engine = llamaEngine({ file, device: 'cpu', threads: 1, contextTokens: 512, prefillTokens: 32 })
  await engine.load()
})
afterAll(async () => {
  await engine.dispose()
  rmSync(folder, { recursive: true })
})

type Answer = Awaited<ReturnType<typeof answerOf>>

function toldAt({ events }: Answer): readonly number[] {
  return events
    .filter((event) => event.type === 'token')
    .flatMap(({ logprob }, at) => (logprob === null ? [] : [at]))
}

function logprobsOf({ events }: Answer): readonly (number | null)[] {
  return events.flatMap((event) => (event.type === 'token' ? [event.logprob] : []))
}

describe('where nobody asks for log-probabilities', () => {
  it('those of every sixteenth token are told, or of every sixth where the confidence is to be close', async () => {
    const asked = { outputLimit: 40, temperature: 0 }
    expect(toldAt(await answerOf(engine, asked))).toEqual([0, 16, 32])
    expect(toldAt(await answerOf(engine, { ...asked, confidence: 'close' }))).toEqual([
      0, 6, 12, 18, 24, 30, 36,
    ])
  })

  it.each([0, 1])(
    'the answer at temperature %i is that of who asks for them, and those told are the same',
    async (temperature) => {
      const asked = { outputLimit: 20, temperature, seed: 11 }
      const [some, all] = [
        await answerOf(engine, asked),
        await answerOf(engine, { ...asked, topLogprobs: 0 }),
      ]
      expect(toldAt(all)).toHaveLength(20)
      expect(some.text).toBe(all.text)
      for (const at of toldAt(some)) expect(logprobsOf(some)[at]).toBeCloseTo(logprobsOf(all)[at]!, 4)
    },
  )
})

it('draws from all tokens, and not from the likeliest forty', async () => {
  const drawn = new Set<string>()
  for (let seed = 0; seed < 120; seed++) {
    const { events } = await answerOf(engine, { outputLimit: 1, temperature: 1, seed, topLogprobs: 0 })
    for (const event of events)
      if (event.type !== 'prompt-read') for (const { token } of event.tokens) drawn.add(token)
  }
  expect(drawn.size).toBeGreaterThan(60)
})

it('reads what is new of a conversation in whole groups of four, and says the same', async () => {
  const turn = (length: number) => ({
    messages: [{ role: 'user' as const, text: 'abcdefghijklmnopqrstuvwxy'.repeat(4).slice(0, length) }],
    outputLimit: 6,
    temperature: 0,
  })
  for (const more of [1, 2, 3, 4, 5, 30, 41]) {
    await engine.forget()
    const cold = await answerOf(engine, turn(20 + more))
    await engine.forget()
    await answerOf(engine, turn(20))
    const known = await answerOf(engine, turn(20 + more))
    expect(known.text).toBe(cold.text)
    const [told] = known.events
    if (told?.type !== 'prompt-read') throw new Error('no prompt was read')
    // What the template opens with, and the twenty letters.
    expect(told.cachedPromptTokens).toBeGreaterThan(22 - 4)
    expect(told.cachedPromptTokens).toBeLessThanOrEqual(22)
    expect((told.promptTokens - told.cachedPromptTokens) % 4).toBe(0)
  }
})

it('says the same whatever pieces a prompt is read in, and whatever of it is known', async () => {
  const text = (length: number): string => 'abcdefghijklmnopqrstuvwxy'.repeat(8).slice(0, length)
  // Around the length of a piece, with what the template adds: one piece, a piece and a token, several.
  for (const length of [1, 27, 28, 29, 60, 61, 100]) {
    const asked = {
      messages: [{ role: 'user' as const, text: text(length) }],
      outputLimit: 6,
      temperature: 0,
    }
    await engine.forget()
    const cold = await answerOf(engine, asked)
    const known = await answerOf(engine, asked)
    expect(known.text).toBe(cold.text)
    expect(cold.events[0]).toMatchObject({ promptTokens: length + 4, cachedPromptTokens: 0 })
    expect(known.events[0]).toMatchObject({ promptTokens: length + 4, cachedPromptTokens: length + 3 })
  }
})
