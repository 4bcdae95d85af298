/** What every engine keeps, whatever runs the model. One suite, run against each. */
import type { ChildProcess } from 'node:child_process'
import type { Engine, EngineEvent, Generation } from '@nearside/local-runtime'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { generation } from './scripts.ts'

export type EngineUnderTest = {
  /** Answers as it should, and ends by itself or at the limit. */
  readonly open: () => Engine
  /** How many tokens may be on their way while the word to stop is. */
  readonly tokensOnTheWay: number
  /** Speaks without end. */
  readonly openEndless: () => Engine
}

type Answer = {
  readonly events: readonly EngineEvent[]
  readonly text: string
  readonly tokens: number
  readonly end: Extract<EngineEvent, { readonly type: 'generation-end' }>
}

const never = new AbortController().signal

export async function answerOf(engine: Engine, asked: Partial<Generation> = {}): Promise<Answer> {
  const events: EngineEvent[] = []
  for await (const event of engine.generate(generation(asked), never)) events.push(event)
  const end = events.at(-1)
  if (end?.type !== 'generation-end') throw new Error('the generation has no end')
  const text = events.map((event) => (event.type === 'prompt-read' ? '' : event.text)).join('')
  return { events, text, tokens: events.filter(({ type }) => type === 'token').length, end }
}

/** Asks for more than can be said in time, and kills the engine's process when it has read the prompt. */
export async function killedInAnswer(
  engine: Engine,
  process: ChildProcess,
  signal: NodeJS.Signals,
): Promise<void> {
  for await (const { type } of engine.generate(generation({ outputLimit: 1_900 }), never)) {
    if (type === 'prompt-read') process.kill(signal)
  }
}

export function engineContract(name: string, under: EngineUnderTest): void {
  describe(`the ${name} engine`, () => {
    let engine: Engine
    let endless: Engine
    beforeAll(async () => {
      engine = under.open()
      endless = under.openEndless()
      await Promise.all([engine.load(), endless.load()])
    })
    afterAll(() => Promise.all([engine.dispose(), endless.dispose()]))

    it('tells the prompt first, then each token, then the end', async () => {
      const { events, tokens, end } = await answerOf(engine, { outputLimit: 12 })
      expect(events[0]).toMatchObject({ type: 'prompt-read', promptTokens: expect.any(Number) })
      expect(events.slice(1, -1).every(({ type }) => type === 'token')).toBe(true)
      expect(end.outputTokens).toBe(tokens)
      expect(tokens).toBeGreaterThan(0)
    })

    it('stops at the limit and says so', async () => {
      const { end } = await answerOf(endless, { outputLimit: 5 })
      expect(end).toMatchObject({ finishReason: 'length', outputTokens: 5 })
    })

    it('counts the tokens it makes', async () => {
      const before = engine.tokensMade()
      const { tokens } = await answerOf(engine, { outputLimit: 5 })
      expect(engine.tokensMade() - before).toBe(tokens)
    })

    it('gives equal answers to equal seeds, one after the other and side by side', async () => {
      const asked = { temperature: 1, seed: 7, outputLimit: 40 }
      const { text } = await answerOf(engine, asked)
      const others = await Promise.all([
        answerOf(engine, asked),
        answerOf(engine, asked),
        answerOf(engine, asked),
      ])
      expect(others.map((other) => other.text)).toEqual([text, text, text])
    })

    it('ends before a stop text', async () => {
      const { text } = await answerOf(engine, { outputLimit: 30 })
      // Lone signs for broken characters may stand for other bytes the next time.
      const at = Math.max(1, text.search(/(?<=.{2})[a-z ]{2}/s))
      const stop = text.slice(at, at + 2)
      const stopped = await answerOf(engine, { outputLimit: 30, stop: [stop] })
      expect(stopped.text).toBe(text.slice(0, text.indexOf(stop)))
      expect(stopped.end.finishReason).toBe('stop')
    })

    it('names each token that it lets go with its log-probability and as many others as asked', async () => {
      const { events, text } = await answerOf(engine, { outputLimit: 10, topLogprobs: 2 })
      const tokens = events.flatMap((event) => (event.type === 'prompt-read' ? [] : event.tokens))
      for (const { logprob, top } of tokens) {
        expect(logprob).toBeLessThanOrEqual(0)
        expect(top.length).toBeGreaterThanOrEqual(1)
        expect(top.length).toBeLessThanOrEqual(2)
        expect(top[0]!.logprob).toBeGreaterThanOrEqual(logprob)
      }
      if (tokens.every(({ token }) => !token.startsWith('bytes:'))) {
        expect(tokens.map(({ token }) => token).join('')).toBe(text)
      }
    })

    it('gives out whole characters only', async () => {
      const { events } = await answerOf(endless, { temperature: 2, seed: 3, outputLimit: 200 })
      for (const event of events) {
        if (event.type !== 'prompt-read') expect(event.text.isWellFormed()).toBe(true)
      }
    })

    it('TRUST 33: computes at most one more token once it hears that it is cancelled', async () => {
      const controller = new AbortController()
      let madeAtCancel: number | null = null
      let last: EngineEvent | null = null
      for await (const event of endless.generate(generation(), controller.signal)) {
        last = event
        if (event.type !== 'token' || madeAtCancel !== null) continue
        controller.abort()
        madeAtCancel = endless.tokensMade()
      }
      expect(last).toMatchObject({ type: 'generation-end', finishReason: 'cancelled' })
      expect(endless.tokensMade() - madeAtCancel!).toBeLessThanOrEqual(1 + under.tokensOnTheWay)
    })

    it('makes nothing for who has left before', async () => {
      const before = endless.tokensMade()
      const events: EngineEvent[] = []
      for await (const event of endless.generate(generation(), AbortSignal.abort())) events.push(event)
      expect(events.at(-1)).toMatchObject({ finishReason: 'cancelled', outputTokens: 0 })
      expect(endless.tokensMade()).toBe(before)
    })

    it('has stopped when whoever leaves the iteration goes on', async () => {
      for await (const event of endless.generate(generation(), never)) {
        if (event.type === 'token') break
      }
      const made = endless.tokensMade()
      await new Promise((resolve) => setTimeout(resolve, 50))
      expect(endless.tokensMade()).toBe(made)
    })

    it('refuses a conversation that does not fit, before the first event', async () => {
      const messages = [{ role: 'user' as const, text: 'word '.repeat(200_000) }]
      await expect(answerOf(engine, { messages })).rejects.toMatchObject({
        code: 'context-too-long',
        param: 'messages',
      })
      const justTooLong = [{ role: 'user' as const, text: '0 '.repeat(3_000) }]
      await expect(answerOf(engine, { messages: justTooLong })).rejects.toMatchObject({
        code: 'context-too-long',
      })
    })

    it('is not ready before it has loaded', async () => {
      const unloaded = under.open()
      expect(unloaded.standing()).toBe('loading')
      await expect(answerOf(unloaded)).rejects.toMatchObject({ code: 'not-ready' })
      await unloaded.dispose()
    })
  })
}
