import { expect, it } from 'vitest'
import type { TokenTable } from '../../model/read-tokenizer.ts'
import { type EngineEvent, type Generation, plainGeneration } from '../engine.ts'
import type { Forward } from './forward.ts'
import { generate } from './generate.ts'

const utf8 = new TextEncoder()
const letters = 'abcdefgh'
const endToken = letters.length
const table: TokenTable = {
  bytesOf: (id) => (id === endToken ? null : utf8.encode(letters[id])),
  controls: [],
  longestTokenBytes: 1,
  leadingSpace: false,
}
const generation: Generation = { ...plainGeneration, outputLimit: 100, temperature: 0, seed: 1 }

/** A model that says the alphabet from the token after the last it was fed, and writes down what it was fed. */
function alphabet(fed: (readonly number[])[]): Forward {
  return {
    begin: () => 0,
    keep() {},
    async run(ids) {
      fed.push(ids)
      const scores = new Float32Array(letters.length + 1)
      scores[ids.at(-1)! + 1] = 10
      return scores
    },
  }
}

async function run(
  ids: readonly number[],
  given: Partial<Generation> & { prefillTokens?: number; contextTokens?: number; cancelAfterSteps?: number },
): Promise<{ fed: (readonly number[])[]; text: string; end: EngineEvent | undefined }> {
  const fed: (readonly number[])[] = []
  const events: EngineEvent[] = []
  const limits = { contextTokens: given.contextTokens ?? 100, prefillTokens: given.prefillTokens ?? 2 }
  const wasCancelled = (): boolean => fed.length >= (given.cancelAfterSteps ?? Number.POSITIVE_INFINITY)
  const watch = { isCancelled: async () => wasCancelled(), wasCancelled, onPromptPart: () => {} }
  const asked = { ...generation, ...given }
  const all = { ...limits, table, guard: null, ids, generation: asked, watch, endTokens: new Set([endToken]) }
  for await (const event of generate(alphabet(fed), all)) events.push(event)
  const text = events.map((event) => (event.type === 'prompt-read' ? '' : event.text)).join('')
  return { fed, text, end: events.at(-1) }
}

it('reads a prompt in parts, then feeds back each token that it chose, up to the end', async () => {
  const { fed, text, end } = await run([0, 0, 4], {})
  expect(fed).toEqual([[0, 0], [4], [5], [6], [7]])
  expect(text).toBe('fgh')
  expect(end).toMatchObject({ finishReason: 'stop', outputTokens: 3 })
})

it('computes nothing after the last token that is wanted', async () => {
  const { fed, end } = await run([0], { outputLimit: 2 })
  expect(fed).toEqual([[0], [1]])
  expect(end).toMatchObject({ finishReason: 'length', outputTokens: 2 })
  expect((await run([0], { stop: ['c'] })).fed).toEqual([[0], [1]])
})

it('ends where the context does', async () => {
  const { end } = await run([0, 0, 0], { contextTokens: 5 })
  expect(end).toMatchObject({ finishReason: 'length', outputTokens: 2 })
})

it('TRUST 33: takes no step once it is cancelled, in a prompt or in an answer', async () => {
  for (const cancelAfterSteps of [0, 1, 2, 3, 4]) {
    const { fed, end } = await run([0, 0, 0], { cancelAfterSteps })
    expect(fed).toHaveLength(cancelAfterSteps)
    expect(end).toMatchObject({ finishReason: 'cancelled' })
  }
})
