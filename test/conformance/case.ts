/** What a case is: what a user does, and the things that the user has. */
import type OpenAI from 'openai'
import type { Upstream } from './replay.ts'

export type Bench = {
  /** A client that does not ask again by itself. */
  readonly openai: OpenAI
  readonly frontier: Upstream
  readonly local: Upstream
  /** The gateway's base URL, with its version. */
  readonly url: string
}

export type Case = readonly [name: string, does: (bench: Bench) => Promise<void>]

export const user = (content: string): { readonly role: 'user'; readonly content: string } => ({
  role: 'user',
  content,
})

export const weather = {
  type: 'function',
  function: {
    name: 'get_weather',
    description: 'The weather in a city.',
    parameters: {
      type: 'object',
      properties: { city: { type: 'string' } },
      required: ['city'],
      additionalProperties: false,
    },
    strict: true,
  },
} as const
