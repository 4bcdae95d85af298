/** The other endpoints: lists of models, embeddings, and those that a gateway does not serve. */
import type OpenAI from 'openai'
import { expect } from 'vitest'
import { embeddingsFor, vectorOf } from '../doubles/embeddings.ts'
import { type Bench, type Case, user } from './case.ts'
import type { Recording } from './recordings.ts'
import * as recorded from './recordings.ts'

const model = 'text-embedding-3-small'

const embedded = (given: Record<string, unknown>): Recording => ({
  seen: "2026-11-21, the shape of OpenAI's embeddings",
  status: 200,
  body: embeddingsFor({ model, ...given }),
})

const statusOf = (call: PromiseLike<unknown>): Promise<number | undefined> =>
  Promise.resolve(call).then(
    () => 200,
    (error: unknown) => (error as InstanceType<typeof OpenAI.APIError>).status,
  )

const embeds = (name: string, given: Record<string, unknown>, sizes: readonly number[]): Case => [
  name,
  async ({ openai, frontier }: Bench) => {
    frontier.play(embedded({ encoding_format: 'base64', ...given }))
    const { data } = await openai.embeddings.create({ model, ...given } as never)
    expect(data.map(({ embedding }) => embedding.length)).toEqual(sizes)
    expect(frontier.body).toMatchObject({ model, ...given })
  },
]

export const otherCases: readonly Case[] = [
  embeds('makes a vector of one text', { input: 'one' }, [4]),
  embeds('makes vectors of three texts', { input: ['one', 'two', 'three'] }, [4, 4, 4]),
  embeds('makes a vector of token ids', { input: [9906, 1917] }, [4]),
  embeds('makes vectors of lists of token ids', { input: [[9906], [1917, 0]] }, [4, 4]),
  embeds('asks for shorter vectors', { input: 'one', dimensions: 3 }, [3]),
  embeds('asks for floats', { input: 'one', encoding_format: 'float' }, [4]),
  [
    'gets the numbers that the model made, out of base64',
    async ({ openai, frontier }) => {
      frontier.play(embedded({ input: 'one', encoding_format: 'base64' }))
      const { data, usage } = await openai.embeddings.create({ model, input: 'one' })
      expect(data[0]?.embedding).toEqual([...vectorOf('"one"', 4)])
      expect(usage).toEqual({ prompt_tokens: 1, total_tokens: 1 })
    },
  ],
  [
    'asks a chat model for vectors: NotFoundError',
    async ({ openai }) =>
      expect(await statusOf(openai.embeddings.create({ model: 'gpt-4.1', input: 'a' }))).toBe(404),
  ],
  [
    'sends an empty text for a vector: BadRequestError',
    async ({ openai }) => expect(await statusOf(openai.embeddings.create({ model, input: '' }))).toBe(400),
  ],
  [
    'lists the models that may be asked for, with tier and context',
    async ({ openai }) => {
      const listed = await Array.fromAsync(openai.models.list())
      expect(listed.map(({ id }) => id)).toEqual([
        'auto',
        'edge',
        'local',
        'frontier',
        'small',
        'gpt-4.1',
        'text-embedding-3-small',
        'gpt-4o',
      ])
      expect(listed.find(({ id }) => id === 'gpt-4.1')).toMatchObject({
        object: 'model',
        nearside: { kind: 'chat', tier: 'frontier', contextTokens: 1_047_576 },
      })
    },
  ],
  [
    'looks one model up',
    async ({ openai }) => {
      expect(await openai.models.retrieve('small')).toMatchObject({
        id: 'small',
        nearside: { tier: 'local', contextTokens: 8_192 },
      })
      expect(await statusOf(openai.models.retrieve('no/such model'))).toBe(404)
    },
  ],
  [
    'asks for a model by its alias, and is told who answered',
    async ({ openai, frontier, local }) => {
      frontier.play(recorded.hello)
      local.play(recorded.hello)
      const { response } = await openai.chat.completions
        .create({ model: 'gpt-4o', messages: [user('Prove the theorem by induction, step by step.')] })
        .withResponse()
      expect(response.headers.get('x-nearside-model')).toMatch(/^(?:small|gpt-4\.1)$/)
    },
  ],
  [
    'asks what would happen to a request, which nobody is asked for',
    async ({ openai, frontier, local }) => {
      frontier.play()
      local.play()
      const route = (await openai.post('/route', {
        body: { model: 'auto', messages: [user('Hi')] },
      })) as object
      expect(route).toMatchObject({ object: 'nearside.route', plan: { kind: 'serve' } })
      expect(frontier.asked.length + local.asked.length).toBe(0)
    },
  ],
]
