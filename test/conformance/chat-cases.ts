/** Chat completions, as users of the `openai` client ask for them. */
import { zodResponseFormat } from 'openai/helpers/zod'
import type { JSONSchema } from 'openai/lib/jsonschema'
import type { RunnableToolFunctionWithParse } from 'openai/lib/RunnableFunction'
import { expect } from 'vitest'
import { z } from 'zod'
import { type Case, user, weather } from './case.ts'
import * as recorded from './recordings.ts'

const model = 'gpt-4.1'
const messages = [user('Hello!')]
const eventShape = z.object({ name: z.string(), day: z.string(), people: z.array(z.string()) })
const asEvent = zodResponseFormat(eventShape, 'event')

type City = { readonly city: string }

/** The tool as `runTools` takes it, with what it does. */
function runnable(does: (args: City) => string): RunnableToolFunctionWithParse<City> {
  const { name, description } = weather.function
  const parameters: JSONSchema = { type: 'object', properties: { city: { type: 'string' } } }
  return {
    type: 'function',
    function: { name, description, parameters, parse: (text) => JSON.parse(text) as City, function: does },
  }
}

export const chatCases: readonly Case[] = [
  [
    'asks a question and reads the answer, its usage and its fingerprint',
    async ({ openai, frontier }) => {
      frontier.play(recorded.hello)
      const answer = await openai.chat.completions.create({ model, messages })
      expect(answer).toMatchObject(recorded.hello.body as object)
    },
  ],
  [
    'reads the headers beside the answer with withResponse',
    async ({ openai, frontier }) => {
      frontier.play(recorded.hello)
      const { data, response, request_id } = await openai.chat.completions
        .create({ model, messages })
        .withResponse()
      expect(data.choices[0]?.message.content).toContain('Hello')
      expect(response.headers.get('x-nearside-tier')).toBe('frontier')
      expect(request_id).toBe(response.headers.get('x-nearside-decision'))
    },
  ],
  [
    'streams an answer and puts its pieces together',
    async ({ openai, frontier }) => {
      frontier.play(recorded.helloStreamed)
      let text = ''
      for await (const chunk of await openai.chat.completions.create({ model, messages, stream: true })) {
        text += chunk.choices[0]?.delta.content ?? ''
        expect(chunk.usage ?? null).toBeNull()
      }
      expect(text).toBe('Hello! How can I assist you today?')
    },
  ],
  [
    'asks for the usage of a stream and finds it in the last chunk',
    async ({ openai, frontier }) => {
      frontier.play(recorded.helloStreamed)
      const chunks = await Array.fromAsync(
        await openai.chat.completions.create({
          model,
          messages,
          stream: true,
          stream_options: { include_usage: true },
        }),
      )
      expect(chunks.at(-1)).toMatchObject({
        choices: [],
        usage: { prompt_tokens: 19, completion_tokens: 10 },
      })
    },
  ],
  [
    'uses the stream helper: contents, the final message and the total usage',
    async ({ openai, frontier }) => {
      frontier.play(recorded.helloStreamed)
      const heard: string[] = []
      const stream = openai.chat.completions
        .stream({ model, messages, stream_options: { include_usage: true } })
        .on('content', (delta) => heard.push(delta))
      expect((await stream.finalMessage()).content).toBe('Hello! How can I assist you today?')
      expect(heard).toHaveLength(9)
      expect((await stream.totalUsage()).total_tokens).toBe(29)
    },
  ],
  [
    'gives tools and gets two calls at once',
    async ({ openai, frontier }) => {
      frontier.play(recorded.twoCalls)
      const { choices } = await openai.chat.completions.create({
        model,
        messages,
        tools: [weather],
        tool_choice: 'auto',
        parallel_tool_calls: true,
      })
      expect(choices[0]?.finish_reason).toBe('tool_calls')
      expect(choices[0]?.message.tool_calls?.map(({ id }) => id)).toEqual(['call_paris', 'call_rome'])
      expect(frontier.body).toMatchObject({
        tools: [weather],
        tool_choice: 'auto',
        parallel_tool_calls: true,
      })
    },
  ],
  [
    'names the tool that must be called',
    async ({ openai, frontier }) => {
      frontier.play(recorded.twoCalls)
      const choice = { type: 'function', function: { name: 'get_weather' } } as const
      await openai.chat.completions.create({ model, messages, tools: [weather], tool_choice: choice })
      expect(frontier.body.tool_choice).toEqual(choice)
    },
  ],
  [
    'streams the arguments of two calls and gets each whole',
    async ({ openai, frontier }) => {
      frontier.play(recorded.twoCallsStreamed)
      const stream = openai.chat.completions.stream({ model, messages, tools: [weather] })
      const calls = (await stream.finalMessage()).tool_calls ?? []
      expect(calls.map((call) => call.type === 'function' && call.function.arguments)).toEqual([
        '{"city":"Paris"}',
        '{"city":"Rome"}',
      ])
    },
  ],
  [
    'lets runTools call functions until there is an answer',
    async ({ openai, frontier }) => {
      frontier.play(recorded.twoCalls, recorded.hello)
      const cities: string[] = []
      const runner = openai.chat.completions.runTools({
        model,
        messages,
        tools: [
          runnable(({ city }) => {
            cities.push(city)
            return 'sunny'
          }),
        ],
      })
      expect(await runner.finalContent()).toContain('Hello')
      expect(cities).toEqual(['Paris', 'Rome'])
      expect(frontier.body.messages).toMatchObject([
        { role: 'user' },
        { role: 'assistant', tool_calls: [{ id: 'call_paris' }, { id: 'call_rome' }] },
        { role: 'tool', tool_call_id: 'call_paris', content: 'sunny' },
        { role: 'tool', tool_call_id: 'call_rome' },
      ])
    },
  ],
  [
    'streams with runTools',
    async ({ openai, frontier }) => {
      frontier.play(recorded.twoCallsStreamed, recorded.helloStreamed)
      const runner = openai.chat.completions.runTools({
        model,
        messages,
        stream: true,
        tools: [runnable(() => 'rain')],
      })
      expect(await runner.finalContent()).toBe('Hello! How can I assist you today?')
      expect(frontier.asked).toHaveLength(2)
    },
  ],
  [
    'has an answer parsed into the shape of a zod schema',
    async ({ openai, frontier }) => {
      frontier.play(recorded.event)
      const { choices } = await openai.chat.completions.parse({ model, messages, response_format: asEvent })
      expect(choices[0]?.message.parsed?.people).toEqual(['Alice', 'Bob'])
      expect(frontier.body.response_format).toMatchObject({
        type: 'json_schema',
        json_schema: { strict: true },
      })
    },
  ],
  [
    'streams an answer of a zod schema and gets it parsed',
    async ({ openai, frontier }) => {
      frontier.play(recorded.eventStreamed)
      const stream = openai.chat.completions.stream({ model, messages, response_format: asEvent })
      const { choices } = await stream.finalChatCompletion()
      expect(choices[0]?.message.parsed).toEqual({
        name: 'Science fair',
        day: 'Friday',
        people: ['Alice', 'Bob'],
      })
    },
  ],
  [
    'asks for a JSON object',
    async ({ openai, frontier }) => {
      frontier.play(recorded.event)
      await openai.chat.completions.create({ model, messages, response_format: { type: 'json_object' } })
      expect(frontier.body.response_format).toEqual({ type: 'json_object' })
    },
  ],
  [
    'sees that the model declined',
    async ({ openai, frontier }) => {
      frontier.play(recorded.declined)
      const { choices } = await openai.chat.completions.create({ model, messages })
      expect(choices[0]?.message.refusal).toContain('cannot assist')
    },
  ],
  [
    'hears a refusal while it is streamed',
    async ({ openai, frontier }) => {
      frontier.play(recorded.declinedStreamed)
      const stream = openai.chat.completions.stream({ model, messages })
      expect((await stream.finalMessage()).refusal).toBe("I'm sorry, I cannot.")
    },
  ],
  [
    'reads how a reasoning model thought',
    async ({ openai, frontier }) => {
      frontier.play(recorded.reasoned)
      const { choices } = await openai.chat.completions.create({ model, messages, reasoning_effort: 'low' })
      expect(choices[0]?.message).toMatchObject({ reasoning_content: 'Compare 9.80 with 9.11.' })
      expect(frontier.body.reasoning_effort).toBe('low')
    },
  ],
  [
    'reads how a reasoning model thinks while it streams',
    async ({ openai, frontier }) => {
      frontier.play(recorded.reasonedStreamed)
      const chunks = await Array.fromAsync(
        await openai.chat.completions.create({ model, messages, stream: true }),
      )
      const thoughts = chunks.map(
        ({ choices }) => (choices[0]?.delta as { reasoning_content?: string })?.reasoning_content ?? '',
      )
      expect(thoughts.join('')).toBe('Compare 9.80 with 9.11.')
    },
  ],
  [
    'asks for log probabilities',
    async ({ openai, frontier }) => {
      frontier.play(recorded.withLogprobs)
      const { choices } = await openai.chat.completions.create({
        model,
        messages,
        logprobs: true,
        top_logprobs: 2,
      })
      expect(choices[0]?.logprobs?.content?.[0]?.top_logprobs[1]?.token).toBe('Hi')
      expect(frontier.body).toMatchObject({ logprobs: true, top_logprobs: 2 })
    },
  ],
  [
    'asks for two answers',
    async ({ openai, frontier }) => {
      frontier.play(recorded.twoChoices)
      const { choices } = await openai.chat.completions.create({ model, messages, n: 2 })
      expect(choices.map(({ message }) => message.content)).toEqual(['Heads', 'Tails'])
    },
  ],
  [
    'sets stop words, a seed, penalties and a bias',
    async ({ openai, frontier }) => {
      frontier.play(recorded.hello)
      const given = {
        stop: ['\n', 'END'],
        seed: 7,
        temperature: 0.2,
        top_p: 0.9,
        presence_penalty: 0.1,
        frequency_penalty: -0.1,
        logit_bias: { '50256': -100 },
      }
      await openai.chat.completions.create({ model, messages, ...given })
      expect(frontier.body).toMatchObject(given)
    },
  ],
  [
    'limits an answer and sees that it was cut',
    async ({ openai, frontier }) => {
      frontier.play(recorded.cutByLength)
      const { choices } = await openai.chat.completions.create({ model, messages, max_completion_tokens: 2 })
      expect([choices[0]?.finish_reason, frontier.body.max_completion_tokens]).toEqual(['length', 2])
    },
  ],
  [
    'sees that a filter stopped the answer',
    async ({ openai, frontier }) => {
      frontier.play(recorded.filtered)
      const { choices } = await openai.chat.completions.create({ model, messages })
      expect(choices[0]?.finish_reason).toBe('content_filter')
    },
  ],
  [
    'speaks as the developer',
    async ({ openai, frontier }) => {
      frontier.play(recorded.hello)
      const said = [{ role: 'developer', content: 'Talk like a pirate.' } as const, user('Ahoy')]
      await openai.chat.completions.create({ model, messages: said })
      expect(frontier.body.messages).toEqual(said)
    },
  ],
  [
    'shows a picture, which goes to who can see',
    async ({ openai, frontier, local }) => {
      frontier.play(recorded.hello)
      local.play()
      const url = 'data:image/png;base64,iVBORw0KGgo='
      const content = [
        { type: 'text', text: 'What is it?' } as const,
        { type: 'image_url', image_url: { url, detail: 'low' } } as const,
      ]
      const answer = openai.chat.completions.create({ model: 'auto', messages: [{ role: 'user', content }] })
      expect((await answer.asResponse()).headers.get('x-nearside-reason')).toBe('needs-images')
      expect(frontier.body.messages).toEqual([{ role: 'user', content }])
      expect(local.asked).toHaveLength(0)
    },
  ],
  [
    'sends speech and gets speech back',
    async ({ openai, frontier }) => {
      frontier.play(recorded.spoken)
      const content = [{ type: 'input_audio', input_audio: { data: 'UklGRg==', format: 'wav' } } as const]
      const { choices } = await openai.chat.completions.create({
        model,
        modalities: ['text', 'audio'],
        audio: { voice: 'alloy', format: 'wav' },
        messages: [{ role: 'user', content }],
      })
      expect(choices[0]?.message.audio?.transcript).toBe('Yes.')
      expect(frontier.body).toMatchObject({ audio: { voice: 'alloy' }, messages: [{ content }] })
    },
  ],
  [
    'sends fields that nobody here knows, and they arrive as they were',
    async ({ openai, frontier }) => {
      frontier.play(recorded.hello)
      const extra = { provider_options: { cache: [1, { deep: null }] }, verbosity: 'low' }
      await openai.chat.completions.create({ model, messages, ...extra } as never)
      expect(frontier.body).toMatchObject(extra)
    },
  ],
  [
    'asks a local model, which is spared what only a provider has a use for, and is told so',
    async ({ openai, local }) => {
      local.play(recorded.hello)
      const { data, response } = await openai.chat.completions
        .create({
          model: 'small',
          messages,
          store: true,
          service_tier: 'flex',
          metadata: { job: '7' },
          temperature: 0,
        })
        .withResponse()
      expect(data.choices[0]?.message.content).toContain('Hello')
      expect(response.headers.get('x-nearside-ignored')).toBe('store, service_tier, metadata')
      expect(local.body).toEqual({ model: 'small', messages, temperature: 0 })
    },
  ],
  [
    'asks a frontier for the same, and nothing is ignored',
    async ({ openai, frontier }) => {
      frontier.play(recorded.hello)
      const { response } = await openai.chat.completions
        .create({ model, messages, store: true, metadata: { job: '7' } })
        .withResponse()
      expect(response.headers.get('x-nearside-ignored')).toBeNull()
      expect(frontier.body).toMatchObject({ store: true, metadata: { job: '7' } })
    },
  ],
  [
    'asks what 17 times 23 is, and is answered at the edge, streamed or not',
    async ({ openai, frontier, local }) => {
      frontier.play()
      local.play()
      const sum = { model: 'auto', messages: [user('what is 17 * 23?')], temperature: 0 }
      const { data, response } = await openai.chat.completions.create(sum).withResponse()
      expect(data.choices[0]).toMatchObject({
        finish_reason: 'stop',
        message: { content: '391', refusal: null },
      })
      expect([response.headers.get('x-nearside-tier'), response.headers.get('x-nearside-ignored')]).toEqual([
        'edge',
        'temperature',
      ])
      expect(await openai.chat.completions.stream(sum).finalContent()).toBe('391')
      expect([frontier.asked.length, local.asked.length]).toEqual([0, 0])
    },
  ],
  [
    'asks a sum with a tool or for log probabilities, which the edge leaves to a model',
    async ({ openai, frontier, local }) => {
      for (const wish of [{ tools: [weather] }, { logprobs: true }, { n: 2 }]) {
        frontier.play(recorded.hello)
        local.play(recorded.hello)
        const { response } = await openai.chat.completions
          .create({ model: 'auto', messages: [user('what is 17 * 23?')], ...wish })
          .withResponse()
        expect(response.headers.get('x-nearside-tier')).toMatch(/^(?:local|frontier)$/)
        expect(frontier.asked.length + local.asked.length).toBe(1)
      }
    },
  ],
  [
    'leaves in the middle of a stream, and the upstream is told',
    async ({ openai, frontier }) => {
      frontier.play({ ...recorded.helloStreamed, seen: 'slow' })
      const stream = await openai.chat.completions.create({ model, messages, stream: true })
      for await (const chunk of stream) {
        expect(chunk.object).toBe('chat.completion.chunk')
        break
      }
      stream.controller.abort()
      expect(await frontier.left()).toBe(true)
    },
  ],
]
