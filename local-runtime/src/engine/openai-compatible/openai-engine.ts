/**
 * Runs no model itself but asks a server that does: how operators outgrow one machine without changing what stands before it.
 * The queue, the probes and the metrics of this server stay in front of one that may have none.
 */
import {
  type AnswerDelta,
  isNearsideError,
  isSseDone,
  type JsonObject,
  NearsideError,
  readChunk,
  sseReader,
  textTokens,
  type Usage,
} from '@nearside/core'
import type {
  Engine,
  EngineEvent,
  EngineMessage,
  EngineModel,
  EngineStanding,
  Generation,
} from '../engine.ts'
import { callPieces } from './call-pieces.ts'
import { modelsOf, probe } from './probe.ts'
import { upstream } from './upstream.ts'

export type OpenAiOptions = {
  /** The address up to and with `/v1`. */
  readonly url: string
  /** Sent as `authorization: Bearer …`. @default null */
  readonly secret?: string | null
  /** The model's name there. @default the only one there is */
  readonly model?: string
  /** Where the server does not say. @default 8192 */
  readonly contextTokens?: number
  /** Requests that it answers at the same time. @default 8 */
  readonly parallel?: number
  /** @default 120000 */
  readonly firstByteMs?: number
  /** @default 60000 */
  readonly silenceMs?: number
  /** How often a server that failed is asked whether it is back. @default 2000 */
  readonly askAgainMs?: number
  readonly fetch?: typeof fetch
}

export function openAiEngine(options: OpenAiOptions): Engine {
  const server = upstream({
    url: options.url.replace(/\/+$/, ''),
    secret: options.secret ?? null,
    firstByteMs: options.firstByteMs ?? 120_000,
    silenceMs: options.silenceMs ?? 60_000,
    fetch: options.fetch ?? fetch,
  })
  const ending = new AbortController()
  let model: EngineModel | null = null
  let standing: EngineStanding = 'loading'
  let tokensMade = 0
  let restarts = 0
  let timer: NodeJS.Timeout | undefined

  function failed(): void {
    if (standing !== 'ready') return
    standing = 'failed'
    askLater()
  }
  /** One question at a time: a server that hangs is not asked a second one meanwhile. */
  function askLater(): void {
    timer = setTimeout(() => {
      modelsOf(server, ending.signal).then(back, () => {
        if (!ending.signal.aborted) askLater()
      })
    }, options.askAgainMs ?? 2_000)
    timer.unref()
  }
  function back(): void {
    if (standing === 'failed') restarts++
    standing = 'ready'
  }

  async function* chunks(generation: Generation, signal: AbortSignal): AsyncGenerator<AnswerDelta> {
    const reader = sseReader()
    let isWhole = false
    for await (const piece of server.stream('/chat/completions', bodyOf(generation, model!), signal)) {
      for (const message of reader.push(piece)) {
        if (isSseDone(message)) return
        const chunk = readChunk(message.data)
        isWhole ||= chunk.choices.some(({ finishReason }) => finishReason !== null)
        yield chunk
      }
    }
    if (!isWhole)
      throw new NearsideError(
        'tier-failed',
        'The server behind this one broke off in the middle of the answer.',
      )
  }

  return {
    standing: () => standing,
    tokensMade: () => tokensMade,
    restarts: () => restarts,
    usage: () => ({ keptTokens: null, residentBytes: null }),
    async forget() {},

    async load() {
      const wanted = {
        model: options.model ?? null,
        contextTokens: options.contextTokens ?? 8_192,
        parallel: options.parallel ?? 8,
      }
      model = await probe(server, wanted, ending.signal)
      standing = 'ready'
      return model
    },

    async *generate(generation, signal) {
      if (model === null || standing !== 'ready') {
        throw new NearsideError('not-ready', 'The server behind this one is not there.', {
          retryAfterMs: 1_000,
        })
      }
      const promptTokens = generation.messages.reduce((sum, { text }) => sum + textTokens(text), 0)
      let finishReason: 'stop' | 'length' | 'content_filter' | 'cancelled' = 'stop'
      const pieces = callPieces()
      let outputTokens = 0
      let usage: Usage | null = null
      let begun = false
      try {
        for await (const chunk of signal.aborted ? [] : chunks(generation, signal)) {
          if (!begun) yield { type: 'prompt-read', promptTokens, cachedPromptTokens: 0 }
          begun = true
          usage = chunk.usage ?? usage
          const [choice] = chunk.choices
          if (choice === undefined) continue
          const ended = choice.finishReason
          if (ended === 'length' || ended === 'content_filter') finishReason = ended
          pieces.push(choice.toolCalls)
          for (const event of tokensOf(choice)) {
            outputTokens++
            tokensMade++
            yield event
            if (signal.aborted) break
          }
        }
      } catch (error) {
        if (!signal.aborted) {
          if (isNearsideError(error) && error.code === 'tier-failed') failed()
          throw error
        }
      }
      if (signal.aborted) finishReason = 'cancelled'
      // Of a call that was broken off nobody knows what it would have been.
      const calls = finishReason === 'stop' ? pieces.calls() : []
      const counted = finishReason === 'cancelled' ? null : usage
      const told =
        counted === null
          ? {}
          : { promptTokens: counted.promptTokens, cachedPromptTokens: counted.cachedTokens }
      yield {
        type: 'generation-end',
        finishReason,
        text: '',
        tokens: [],
        outputTokens: counted?.outputTokens ?? outputTokens,
        ...told,
        ...(calls.length > 0 ? { calls } : {}),
      }
    },

    async dispose() {
      clearTimeout(timer)
      standing = 'loading'
      ending.abort(new NearsideError('tier-failed', 'The server is shutting down.'))
    },
  }
}

function bodyOf(generation: Generation, model: EngineModel): object {
  const { constraint } = generation
  return {
    model: model.name,
    stream: true,
    stream_options: { include_usage: true },
    messages: generation.messages.map(messageOf),
    ...toolsOf(generation),
    max_tokens: Math.min(generation.outputLimit, model.contextTokens),
    temperature: generation.temperature,
    top_p: generation.topP,
    frequency_penalty: generation.frequencyPenalty,
    presence_penalty: generation.presencePenalty,
    seed: generation.seed,
    ...(generation.stop.length > 0 ? { stop: generation.stop } : {}),
    ...(model.capabilities.logprobs ? { logprobs: true, top_logprobs: generation.topLogprobs } : {}),
    ...(constraint?.type === 'json-object' ? { response_format: { type: 'json_object' } } : {}),
    ...(constraint?.type === 'json-schema'
      ? {
          response_format: {
            type: 'json_schema',
            json_schema: { name: 'answer', strict: true, schema: constraint.schema },
          },
        }
      : {}),
  }
}

function messageOf({ role, text, name, toolCalls = [], toolCallId }: EngineMessage): object {
  if (role === 'tool') return { role, content: text, tool_call_id: toolCallId ?? '' }
  if (toolCalls.length === 0) return { role, content: text, ...(name === undefined ? {} : { name }) }
  const calls = toolCalls.map(({ id, name: called, arguments: given }) => ({
    id,
    type: 'function',
    function: { name: called, arguments: given },
  }))
  return { role, content: text === '' ? null : text, tool_calls: calls }
}

/** `tool_choice` comes as a constraint: to some tools, of which one is a name. */
function toolsOf({ tools, constraint }: Generation): object {
  if (tools.length === 0) return {}
  if (constraint?.type !== 'tool-calls') return { tools }
  const [only, ...others] = constraint.tools
  const name = (only?.function as JsonObject | undefined)?.name
  const choice =
    others.length > 0 || tools.length === 1
      ? 'required'
      : { type: 'function', function: { name: name ?? '' } }
  return { tools, tool_choice: choice, ...(constraint.parallel ? {} : { parallel_tool_calls: false }) }
}

/** A chunk may carry several tokens, or text or a piece of a call of which nothing is told: then it counts as one. */
function* tokensOf({
  text,
  logprobs: tokens,
  toolCalls,
}: AnswerDelta['choices'][number]): Generator<Extract<EngineEvent, { readonly type: 'token' }>> {
  if (tokens.length === 0) {
    if (text !== '' || toolCalls.length > 0) yield { type: 'token', logprob: null, text, tokens: [] }
    return
  }
  const isSpelt = tokens.map(({ token }) => token).join('') === text
  for (const [index, token] of tokens.entries()) {
    const told = isSpelt ? token.token : index === 0 ? text : ''
    yield { type: 'token', logprob: token.logprob, text: told, tokens: [token] }
  }
}
