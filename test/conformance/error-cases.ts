/** What goes wrong, as the error classes of the `openai` client tell it. */
import OpenAI from 'openai'
import { LengthFinishReasonError } from 'openai/error'
import { expect } from 'vitest'
import { callerKey } from '../workerd/security/requests.ts'
import { type Bench, type Case, user } from './case.ts'
import * as recorded from './recordings.ts'
import { refused } from './recordings.ts'

const model = 'gpt-4.1'
const messages = [user('Hello!')]

/** What the call was rejected with. */
async function rejection(call: PromiseLike<unknown>): Promise<unknown> {
  return Promise.resolve(call).then(
    () => null,
    (error: unknown) => error,
  )
}

const ask = ({ openai }: Bench, given: Record<string, unknown> = {}): Promise<unknown> =>
  rejection(openai.chat.completions.create({ model, messages, ...given } as never))

const rateLimited = refused(
  429,
  {
    message: 'Rate limit reached for gpt-4.1 in organization org-x on requests per min (RPM).',
    type: 'requests',
    param: null,
    code: 'rate_limit_exceeded',
  },
  { 'retry-after-ms': '20' },
)
const overloaded = refused(503, {
  message: 'The engine is currently overloaded, please try again later.',
  type: 'service_unavailable_error',
  param: null,
  code: null,
})
const again = (bench: Bench): OpenAI => bench.openai.withOptions({ maxRetries: 2 })

export const errorCases: readonly Case[] = [
  [
    'uses a key that nobody knows: AuthenticationError',
    async (bench) => {
      bench.frontier.play()
      const openai = new OpenAI({ baseURL: bench.url, apiKey: 'sk-unknown', maxRetries: 0 })
      const error = await ask({ ...bench, openai })
      expect(error).toBeInstanceOf(OpenAI.AuthenticationError)
      expect(error).toMatchObject({ status: 401, code: 'invalid_api_key', type: 'invalid_request_error' })
      expect(bench.frontier.asked).toHaveLength(0)
    },
  ],
  [
    'marks a request never-leave for a model that is away: PermissionDeniedError',
    async (bench) => {
      bench.frontier.play()
      const error = await rejection(
        bench.openai.chat.completions.create(
          { model, messages },
          { headers: { 'x-nearside-privacy': 'never-leave' } },
        ),
      )
      expect(error).toBeInstanceOf(OpenAI.PermissionDeniedError)
      expect(error).toMatchObject({ status: 403, code: 'privacy_refused' })
      expect(bench.frontier.asked).toHaveLength(0)
    },
  ],
  [
    'misspells a model: NotFoundError, with what to do',
    async (bench) => {
      const error = await ask(bench, { model: 'gpt-4.l' })
      expect(error).toBeInstanceOf(OpenAI.NotFoundError)
      expect(error).toMatchObject({ status: 404, code: 'model_not_found', param: 'model' })
      expect(String(error)).toContain('/v1/models')
    },
  ],
  [
    'sends a temperature of nine: BadRequestError with the field',
    async (bench) => {
      const error = await ask(bench, { temperature: 9 })
      expect(error).toBeInstanceOf(OpenAI.BadRequestError)
      expect(error).toMatchObject({ status: 400, param: 'temperature' })
    },
  ],
  [
    'forgets the messages: BadRequestError with the field',
    async (bench) => {
      expect(await ask(bench, { messages: [] })).toMatchObject({ status: 400, param: 'messages' })
    },
  ],
  [
    'writes more than any model reads: BadRequestError with context_length_exceeded',
    async (bench) => {
      const error = await ask(bench, { model: 'small', messages: [user('word '.repeat(100_000))] })
      expect(error).toMatchObject({ status: 400, code: 'context_length_exceeded', param: 'messages' })
    },
  ],
  [
    'sends what the provider refuses: BadRequestError with the code of the provider',
    async (bench) => {
      bench.frontier.play(
        refused(400, {
          message: "Unsupported value: 'temperature' does not support 0.2 with this model.",
          type: 'invalid_request_error',
          param: 'temperature',
          code: 'unsupported_value',
        }),
      )
      const error = await ask(bench, { temperature: 0.2 })
      expect(error).toBeInstanceOf(OpenAI.BadRequestError)
      expect(error).toMatchObject({ status: 400, code: 'unsupported_value' })
    },
  ],
  [
    'sends what the provider cannot process: UnprocessableEntityError',
    async (bench) => {
      bench.frontier.play(
        refused(422, { message: 'no', type: 'invalid_request_error', param: null, code: null }),
      )
      const error = await ask(bench)
      expect(error).toBeInstanceOf(OpenAI.UnprocessableEntityError)
      expect(error).toMatchObject({ status: 422 })
    },
  ],
  [
    'meets a rate limit of the provider, without retries of its own: told when to come back',
    async (bench) => {
      bench.frontier.play(rateLimited)
      const error = await ask(bench)
      expect(error).toBeInstanceOf(OpenAI.APIError)
      expect((error as InstanceType<typeof OpenAI.APIError>).headers?.get('retry-after-ms')).toBe('20')
    },
  ],
  [
    'meets a rate limit of the provider and asks again by itself, after the time that it was told',
    async (bench) => {
      bench.frontier.play(rateLimited, recorded.hello)
      const { choices } = await again(bench).chat.completions.create({ model, messages })
      expect(choices[0]?.message.content).toContain('Hello')
      expect(bench.frontier.asked).toHaveLength(2)
    },
  ],
  [
    'meets an overloaded provider and asks again by itself',
    async (bench) => {
      bench.frontier.play({ ...overloaded, headers: { 'retry-after-ms': '5' } }, recorded.hello)
      const { choices } = await again(bench).chat.completions.create({ model, messages })
      expect(choices[0]?.message.content).toContain('Hello')
    },
  ],
  [
    'begins a stream at an overloaded provider, asks again by itself and misses nothing',
    async (bench) => {
      bench.frontier.play({ ...overloaded, headers: { 'retry-after-ms': '5' } }, recorded.helloStreamed)
      const text = await again(bench).chat.completions.stream({ model, messages }).finalContent()
      expect(text).toBe('Hello! How can I assist you today?')
    },
  ],
  [
    'meets a provider that fails: InternalServerError, without its words',
    async (bench) => {
      bench.frontier.play(
        refused(500, { message: 'secret stack', type: 'server_error', param: null, code: null }),
      )
      const error = await ask(bench)
      expect(error).toBeInstanceOf(OpenAI.InternalServerError)
      expect(String(error)).not.toContain('secret')
    },
  ],
  [
    'meets a gateway whose own key is wrong: a fault of the gateway, and no word of the key',
    async (bench) => {
      bench.frontier.play(
        refused(401, {
          message: 'Incorrect API key provided: sk-rec*6789.',
          type: 'x',
          param: null,
          code: 'y',
        }),
      )
      const error = await ask(bench)
      expect(error).toBeInstanceOf(OpenAI.InternalServerError)
      expect(String(error)).not.toContain('sk-rec')
    },
  ],
  [
    'waits no longer than it said: APIConnectionTimeoutError',
    async (bench) => {
      bench.frontier.play({ ...recorded.hello, seen: 'slow' })
      const error = await rejection(
        bench.openai.chat.completions.create({ model, messages }, { timeout: 30 }),
      )
      expect(error).toBeInstanceOf(OpenAI.APIConnectionTimeoutError)
    },
  ],
  [
    'calls a request off before its answer is there: APIUserAbortError',
    async (bench) => {
      bench.frontier.play({ ...recorded.hello, seen: 'slow' })
      const controller = new AbortController()
      const call = bench.openai.chat.completions.create({ model, messages }, { signal: controller.signal })
      const error = rejection(call)
      await expect.poll(() => bench.frontier.asked.length).toBe(1)
      controller.abort()
      expect(await error).toBeInstanceOf(OpenAI.APIUserAbortError)
    },
  ],
  [
    'aborts the stream helper: its promise is rejected with APIUserAbortError',
    async (bench) => {
      bench.frontier.play({ ...recorded.helloStreamed, seen: 'slow' })
      const stream = bench.openai.chat.completions.stream({ model, messages })
      stream.on('content', () => stream.abort())
      expect(await rejection(stream.finalMessage())).toBeInstanceOf(OpenAI.APIUserAbortError)
    },
  ],
  [
    'streams what a provider refuses: the same BadRequestError as without a stream',
    async (bench) => {
      bench.frontier.play(
        refused(400, {
          message: 'no',
          type: 'invalid_request_error',
          param: 'stop',
          code: 'unsupported_parameter',
        }),
      )
      const error = await ask(bench, { stream: true })
      expect(error).toBeInstanceOf(OpenAI.BadRequestError)
      expect(error).toMatchObject({ code: 'unsupported_parameter' })
    },
  ],
  [
    'reaches no gateway at all: APIConnectionError',
    async (bench) => {
      const openai = new OpenAI({ baseURL: 'http://127.0.0.1:9/v1', apiKey: callerKey, maxRetries: 0 })
      expect(await ask({ ...bench, openai })).toBeInstanceOf(OpenAI.APIConnectionError)
    },
  ],
  [
    'has an answer parsed that was cut by its limit: LengthFinishReasonError',
    async (bench) => {
      bench.frontier.play(recorded.cutByLength)
      const response_format = {
        type: 'json_schema',
        json_schema: { name: 'a', strict: true, schema: {} },
      } as const
      const error = await rejection(bench.openai.chat.completions.parse({ model, messages, response_format }))
      expect(error).toBeInstanceOf(LengthFinishReasonError)
    },
  ],
]
