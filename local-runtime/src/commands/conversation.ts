/**
 * A model in a server of this process, to talk to by the wire that everybody else uses: what `run` shows and
 * `bench` measures is what a caller gets. It listens on loopback, at a port nobody knows, with a secret made
 * for the purpose.
 */
import { randomBytes } from 'node:crypto'
import { NearsideError, sseReader } from '@nearside/core'
import * as v from 'valibot'
import type { Settings } from '../options.ts'
import { serveRuntime } from '../serve.ts'

export type Message = { readonly role: 'system' | 'user' | 'assistant'; readonly content: string }

export type Piece =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'usage'; readonly promptTokens: number; readonly outputTokens: number }
  /** How sure the model was of all of it; null where its engine tells nothing. */
  | { readonly type: 'confidence'; readonly confidence: number | null }

export type Conversation = {
  readonly model: string
  readonly version: string
  ask(
    messages: readonly Message[],
    limits: { readonly maxTokens: number; readonly temperature: number },
    signal: AbortSignal,
  ): AsyncGenerator<Piece>
  close(): Promise<void>
}

export async function openConversation(model: string, settings: Partial<Settings>): Promise<Conversation> {
  const secret = randomBytes(24).toString('hex')
  const runtime = await serveRuntime({ ...settings, model, host: '127.0.0.1', port: 0, secret, drainMs: 0 })
  try {
    const { name, version } = await runtime.ready
    const url = `${runtime.url}/v1/chat/completions`
    return {
      model: name,
      version,
      close: () => runtime.close(),
      ask: (messages, { maxTokens, temperature }, signal) => {
        const body = {
          model: 'local',
          messages,
          max_tokens: maxTokens,
          temperature,
          stream: true,
          stream_options: { include_usage: true },
        }
        return answer(url, secret, JSON.stringify(body), signal)
      },
    }
  } catch (error) {
    await runtime.close()
    throw error
  }
}

const chunkSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    error: v.optional(v.object({ message: v.string() })),
    choices: v.optional(
      v.array(v.object({ delta: v.optional(v.object({ content: v.nullish(v.string()) })) })),
      [],
    ),
    nearside: v.optional(v.object({ confidence: v.nullable(v.number()) })),
    usage: v.nullish(v.object({ prompt_tokens: v.number(), completion_tokens: v.number() })),
  }),
)

async function* answer(
  url: string,
  secret: string,
  body: string,
  signal: AbortSignal,
): AsyncGenerator<Piece> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${secret}` },
    body,
    signal,
  })
  if (!response.ok || response.body === null) {
    for (const piece of piecesOf(await response.text())) yield piece
    throw new NearsideError('tier-failed', `The server answered ${response.status}.`)
  }
  const reader = sseReader()
  const decoder = new TextDecoder()
  for await (const bytes of response.body) {
    for (const { data } of reader.push(decoder.decode(bytes, { stream: true }))) {
      if (data !== '[DONE]') yield* piecesOf(data)
    }
  }
}

function* piecesOf(json: string): Generator<Piece> {
  const result = v.safeParse(chunkSchema, json)
  if (!result.success) return
  const { error, choices, nearside, usage } = result.output
  if (error !== undefined) throw new NearsideError('tier-failed', error.message)
  for (const { delta } of choices) if (delta?.content) yield { type: 'text', text: delta.content }
  if (nearside !== undefined) yield { type: 'confidence', confidence: nearside.confidence }
  if (usage != null) {
    yield { type: 'usage', promptTokens: usage.prompt_tokens, outputTokens: usage.completion_tokens }
  }
}
