/** The standalone gateway with a cache, in both places where it runs, and what its callers do. */
import { setTimeout as pause } from 'node:timers/promises'
import OpenAI from 'openai'
import { serve } from '../../../scripts/src/serve/serve.ts'
import type { Frontier } from '../../doubles/frontier.ts'
import { startWorker } from '../../harness/worker.ts'
import { digestOf, price } from '../security/requests.ts'

export const tenants = ['acme', 'other'] as const

export const sealSecret = 'a-seal-secret-of-the-tests-that-is-long-enough'

export type CachingGateway = AsyncDisposable & {
  readonly url: string
  clientOf(tenant: string): OpenAI
}

type Opened = AsyncDisposable & { readonly url: string }

export const places: Readonly<Record<string, (vars: Record<string, string>) => Promise<Opened>>> = {
  workerd: (vars) => startWorker({ vars: { NEARSIDE_CACHE: 'cloudflare', ...vars } }),
  'workerd, in KV': (vars) =>
    startWorker({ vars: { NEARSIDE_CACHE: 'kv', ...vars }, namespaces: ['ANSWER_CACHE'] }),
  node: async (vars) => {
    const env = { NEARSIDE_CACHE: 'memory', ...vars }
    const { url, close } = await serve({ host: '127.0.0.1', port: 0, env })
    return { url, [Symbol.asyncDispose]: close }
  },
}

export async function openGateway(
  place: string,
  frontier: Frontier,
  vars: Record<string, string> = {},
): Promise<CachingGateway> {
  const open = places[place]
  if (open === undefined) throw new Error(`There is no place ${place}.`)
  const prices = { prices: [{ since: price.since, prompt: 1, output: 4 }] }
  const opened = await open({
    NEARSIDE_KEYS: tenants.map((tenant) => `${tenant}=${digestOf(keyOf(tenant))}`).join(','),
    NEARSIDE_SEAL_SECRET: sealSecret,
    NEARSIDE_FRONTIER_URL: `${frontier.url}/v1`,
    NEARSIDE_FRONTIER_KEY: frontier.key,
    NEARSIDE_FRONTIER_MODELS: 'gpt-double,gpt-other',
    NEARSIDE_PRICES: JSON.stringify({ 'gpt-double': prices, 'gpt-other': prices }),
    ...vars,
  })
  return {
    url: opened.url,
    clientOf: (tenant) => new OpenAI({ baseURL: `${opened.url}/v1`, apiKey: keyOf(tenant), maxRetries: 0 }),
    [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
  }
}

export function keyOf(tenant: string): string {
  return `key-of-${tenant}`
}

type Question = Omit<OpenAI.ChatCompletionCreateParamsNonStreaming, 'model' | 'messages'> & {
  readonly model?: string
  readonly messages?: OpenAI.ChatCompletionMessageParam[]
}

export function question(
  content: string,
  given: Question = {},
): OpenAI.ChatCompletionCreateParamsNonStreaming {
  return { model: 'gpt-double', messages: [{ role: 'user', content }], ...given }
}

export type Told = {
  readonly cache: string | null
  readonly text: string | null
  readonly headers: Headers
  readonly data: OpenAI.ChatCompletion & { readonly nearside?: Record<string, unknown> }
}

export async function ask(
  openai: OpenAI,
  asked: OpenAI.ChatCompletionCreateParamsNonStreaming,
  headers: Record<string, string> = {},
): Promise<Told> {
  const begunAt = performance.now()
  const { data, response } = await openai.chat.completions.create(asked, { headers }).withResponse()
  askedMs = performance.now() - begunAt
  await settled()
  const text = data.choices[0]?.message.content ?? null
  return { cache: response.headers.get('x-nearside-cache'), text, headers: response.headers, data }
}

let askedMs = 0

/** Keeping goes on behind the answer, and is less work: a machine that is slow to answer is given longer for it too. */
export function settled(): Promise<void> {
  return pause(Math.max(60, 2 * askedMs))
}

export type Streamed = {
  readonly cache: string | null
  readonly text: string
  readonly finish: string | null
  readonly chunks: readonly OpenAI.ChatCompletionChunk[]
}

export async function stream(
  openai: OpenAI,
  asked: OpenAI.ChatCompletionCreateParamsNonStreaming,
  includeUsage = false,
): Promise<Streamed> {
  const { data, response } = await openai.chat.completions
    .create({ ...asked, stream: true, ...(includeUsage && { stream_options: { include_usage: true } }) })
    .withResponse()
  const chunks: OpenAI.ChatCompletionChunk[] = []
  for await (const chunk of data) chunks.push(chunk)
  await settled()
  const text = chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('')
  const finish = chunks.map(({ choices }) => choices[0]?.finish_reason ?? null).findLast(Boolean) ?? null
  return { cache: response.headers.get('x-nearside-cache'), text, finish, chunks }
}

/** An answer that tells one call from another. */
export function saying(text: string): { answer: { pieces: string[] } } {
  return { answer: { pieces: text.split(/(?<= )/) } }
}
