/** Our engines, asked as the server asks them: messages in, events out. */
import type { Engine } from '@nearside/local-runtime'
import { plainGeneration } from '@nearside/local-runtime'
import { letters, templateTokens } from '../weights/vocabulary.ts'
import { type Prompt, speedAfterFirst, speedTogether, type Target } from './target.ts'

const never = new AbortController().signal

export function ours(engine: Engine): Target {
  async function times({ tokens, salt }: Prompt, count: number): Promise<number[]> {
    const text = letters(tokens - templateTokens, salt)
    const generation = {
      ...plainGeneration,
      messages: [{ role: 'user', text }],
      temperature: 0,
      outputLimit: count,
    } as const
    const found: number[] = []
    for await (const event of engine.generate(generation, never)) {
      if (event.type === 'prompt-read' && event.promptTokens !== tokens) {
        throw new Error(`a prompt has ${event.promptTokens} tokens, not ${tokens}`)
      }
      if (event.type === 'token') found.push(performance.now())
    }
    return found
  }

  return {
    async firstToken(prompt) {
      const begunAt = performance.now()
      const [first] = await times(prompt, 1)
      if (first === undefined) throw new Error('no token came')
      return first - begunAt
    },
    decode: async (prompt, count) => speedAfterFirst(await times(prompt, count + 1)),
    together: async (prompts, count) =>
      speedTogether(await Promise.all(prompts.map((prompt) => times(prompt, count + 1)))),
    async residentMib() {
      const { residentBytes } = engine.usage()
      return residentBytes === null ? null : Math.round(residentBytes / 2 ** 20)
    },
  }
}
