/** The Vercel AI SDK with its provider for OpenAI-compatible servers. */
import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import { APICallError, embed, embedMany, generateText, Output, stepCountIs, streamText, tool } from 'ai'
import { expect } from 'vitest'
import { z } from 'zod'
import { embeddingsFor } from '../doubles/embeddings.ts'
import { callerKey } from '../workerd/security/requests.ts'
import type { Bench, Case } from './case.ts'
import * as recorded from './recordings.ts'

const provider = ({ url }: Bench, apiKey = callerKey) =>
  createOpenAICompatible({
    name: 'nearside',
    baseURL: url,
    apiKey,
    includeUsage: true,
    supportsStructuredOutputs: true,
  })
const prompt = 'Hello!'

const tools = {
  get_weather: tool({
    description: 'The weather in a city.',
    inputSchema: z.object({ city: z.string() }),
    execute: async ({ city }) => `sunny in ${city}`,
  }),
}

export const sdkCases: readonly Case[] = [
  [
    'generates text with the AI SDK',
    async (bench) => {
      bench.frontier.play(recorded.hello)
      const { text, usage, finishReason } = await generateText({ model: provider(bench)('gpt-4.1'), prompt })
      expect([text, usage.totalTokens, finishReason]).toEqual([
        'Hello! How can I assist you today?',
        29,
        'stop',
      ])
    },
  ],
  [
    'streams text with the AI SDK',
    async (bench) => {
      bench.frontier.play(recorded.helloStreamed)
      const answer = streamText({ model: provider(bench)('gpt-4.1'), prompt })
      expect((await Array.fromAsync(answer.textStream)).join('')).toBe('Hello! How can I assist you today?')
      expect((await answer.usage).totalTokens).toBe(29)
    },
  ],
  [
    'lets the AI SDK call two tools and go on',
    async (bench) => {
      bench.frontier.play(recorded.twoCalls, recorded.hello)
      const { text, steps } = await generateText({
        model: provider(bench)('gpt-4.1'),
        prompt,
        tools,
        stopWhen: stepCountIs(3),
      })
      expect([text.slice(0, 6), steps.length]).toEqual(['Hello!', 2])
      expect(JSON.stringify(bench.frontier.body)).toContain('sunny in Rome')
    },
  ],
  [
    'lets the AI SDK call tools in a stream',
    async (bench) => {
      bench.frontier.play(recorded.twoCallsStreamed, recorded.helloStreamed)
      const answer = streamText({
        model: provider(bench)('gpt-4.1'),
        prompt,
        tools,
        stopWhen: stepCountIs(3),
      })
      expect(await answer.text).toContain('Hello')
      expect(JSON.stringify(bench.frontier.body)).toContain('sunny in Paris')
    },
  ],
  [
    'has the AI SDK make an object of a zod schema',
    async (bench) => {
      bench.frontier.play(recorded.event)
      const schema = z.object({ name: z.string(), day: z.string(), people: z.array(z.string()) })
      const { output } = await generateText({
        model: provider(bench)('gpt-4.1'),
        prompt,
        output: Output.object({ schema }),
      })
      expect(output.people).toEqual(['Alice', 'Bob'])
      expect(bench.frontier.body.response_format).toMatchObject({ type: 'json_schema' })
    },
  ],
  [
    'reads the reasoning with the AI SDK',
    async (bench) => {
      bench.frontier.play(recorded.reasonedStreamed)
      const answer = streamText({ model: provider(bench)('gpt-4.1'), prompt })
      expect(await answer.text).toBe('9.8')
      expect(await answer.reasoningText).toBe('Compare 9.80 with 9.11.')
    },
  ],
  [
    'embeds one value and many with the AI SDK',
    async (bench) => {
      const answer = (input: unknown) => ({
        ...recorded.hello,
        body: embeddingsFor({ model: 'text-embedding-3-small', input, encoding_format: 'float' }),
      })
      const model = provider(bench).embeddingModel('text-embedding-3-small')
      bench.frontier.play(answer(['one']))
      expect((await embed({ model, value: 'one' })).embedding).toHaveLength(4)
      bench.frontier.play(answer(['one', 'two']))
      expect((await embedMany({ model, values: ['one', 'two'] })).embeddings).toHaveLength(2)
    },
  ],
  [
    'uses a wrong key with the AI SDK and is told so once',
    async (bench) => {
      const failed = await generateText({ model: provider(bench, 'sk-unknown')('gpt-4.1'), prompt }).catch(
        (error: unknown) => error,
      )
      expect(APICallError.isInstance(failed) && [failed.statusCode, failed.isRetryable]).toEqual([401, false])
    },
  ],
  [
    'meets an overloaded provider with the AI SDK, which asks again by itself',
    async (bench) => {
      const busy = { message: 'overloaded', type: 'server_error', param: null, code: null }
      bench.frontier.play(recorded.refused(503, busy, { 'retry-after-ms': '5' }), recorded.hello)
      const { text } = await generateText({ model: provider(bench)('gpt-4.1'), prompt })
      expect(text).toContain('Hello')
      expect(bench.frontier.asked).toHaveLength(2)
    },
  ],
]
