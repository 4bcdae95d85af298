/**
 * What a server of this kind has and can, found out by asking: its list of models, then one token with log-probabilities, one
 * under a JSON format, and a call of a tool. What it refuses is not offered.
 */
import {
  isNearsideError,
  type JsonObject,
  type JsonValue,
  NearsideError,
  nodeHeaders,
  readAnswer,
} from '@nearside/core'
import type { EngineCapabilities, EngineModel } from '../engine.ts'
import type { Upstream } from './upstream.ts'

export type Wanted = {
  /** Null takes the only one there is. */
  readonly model: string | null
  readonly contextTokens: number
  readonly parallel: number
}

/** A tool that any model can call, to hear whether tools are taken and a call can be asked for. */
const tools = [
  {
    type: 'function',
    function: {
      name: 'greet',
      description: 'Greets.',
      parameters: { type: 'object', properties: {}, additionalProperties: false },
    },
  },
] as const

/** Enough for a short call, and little enough to wait for. */
const callTokens = 48

const oneToken = { messages: [{ role: 'user', content: 'Hello' }], max_tokens: 1, temperature: 0 } as const

export async function probe(server: Upstream, wanted: Wanted, signal: AbortSignal): Promise<EngineModel> {
  const entry = await chosenModel(server, wanted.model, signal)
  const name = String(entry.id)
  const plain = { ...oneToken, model: name }
  const sure = await server
    .ask('/chat/completions', { ...plain, logprobs: true, top_logprobs: 1 }, signal)
    .catch(refusedOnly)
  const first = sure ?? (await server.ask('/chat/completions', plain, signal))
  const logprobs = (readAnswer(first.text).choices[0]?.logprobs.length ?? 0) > 0
  const json = await server
    .ask('/chat/completions', { ...plain, response_format: { type: 'json_object' } }, signal)
    .catch(refusedOnly)

  const called = await toolsKnownTo(server, plain, signal)

  const fingerprint = textIn(JSON.parse(first.text) as JsonValue, 'system_fingerprint')
  const contextTokens = Math.min(contextOf(entry) ?? wanted.contextTokens, wanted.contextTokens)
  const capabilities: EngineCapabilities = {
    tools: called !== 'not',
    constraints: [
      ...(json === null ? [] : (['json-object', 'json-schema'] as const)),
      ...(called === 'when-asked' ? (['tool-calls'] as const) : []),
    ],
    logprobs,
    topLogprobs: logprobs ? 20 : 0,
    embeddings: false,
    overflow: ['error'],
    // No two servers spell these alike, and most pass over what they do not know.
    without: ['topK', 'minP', 'repetitionPenalty', 'logitBias'],
    parallel: wanted.parallel,
  }
  return {
    name,
    version: first.headers.get(nodeHeaders.modelVersion) ?? fingerprint ?? name,
    fingerprint: fingerprint ?? `fp_${name}`,
    contextTokens,
    confidenceCeiling: 1,
    tokensPerSecond: null,
    capabilities,
    chatTemplate: null,
    standsOn: 'another server, by HTTP',
  }
}

/**
 * Whether tools are taken at all, and whether a call comes where one is asked for: several servers take `tool_choice` and pass it over.
 * Some fail with a status of 500 where they only lack a setting for tools, so here a failure says no more than a refusal.
 */
async function toolsKnownTo(
  server: Upstream,
  plain: object,
  signal: AbortSignal,
): Promise<'not' | 'taken' | 'when-asked'> {
  const ask = (body: object): Promise<{ readonly text: string } | null> =>
    server.ask('/chat/completions', { ...plain, tools, ...body }, signal).catch((error: unknown) => {
      if (signal.aborted || !isNearsideError(error)) throw error
      return null
    })
  if ((await ask({})) === null) return 'not'
  const asked = await ask({ tool_choice: 'required', max_tokens: callTokens })
  if (asked === null) return 'taken'
  const calls = readAnswer(asked.text).choices[0]?.toolCalls ?? []
  return calls.some(({ name }) => name === 'greet') ? 'when-asked' : 'taken'
}

export async function modelsOf(server: Upstream, signal: AbortSignal): Promise<readonly JsonObject[]> {
  const { text } = await server.ask('/models', null, signal)
  let list: JsonValue
  try {
    list = JSON.parse(text) as JsonValue
  } catch {
    list = null
  }
  if (!isObject(list) || !Array.isArray(list.data)) {
    throw new NearsideError('tier-failed', 'The server behind this one sent no list of models.')
  }
  return list.data.filter((entry): entry is JsonObject => isObject(entry) && typeof entry.id === 'string')
}

async function chosenModel(
  server: Upstream,
  wanted: string | null,
  signal: AbortSignal,
): Promise<JsonObject> {
  const models = await modelsOf(server, signal)
  const names = models.slice(0, 20).map(({ id }) => String(id))
  const found =
    wanted === null ? (models.length === 1 ? models[0] : undefined) : models.find(({ id }) => id === wanted)
  if (found !== undefined) return found
  const what = wanted === null ? 'has not exactly one model' : `has no model ${wanted}`
  throw new NearsideError(
    'bad-options',
    `The server behind this one ${what}; it has ${names.join(', ') || 'none'}.`,
  )
}

/** Each server has its own name for it. */
function contextOf(entry: JsonObject): number | null {
  const meta = isObject(entry.meta) ? entry.meta : {}
  const given = [
    entry.max_model_len,
    entry.max_context_length,
    entry.context_length,
    entry.context_window,
    meta.n_ctx,
    meta.n_ctx_train,
  ].find((value) => typeof value === 'number' && Number.isInteger(value) && value > 0)
  return typeof given === 'number' ? given : null
}

function refusedOnly(error: unknown): null {
  // A request that is refused is an answer to the question; a server that fails is none.
  if (error instanceof NearsideError && error.code === 'tier-refused') return null
  throw error
}

function textIn(value: JsonValue, key: string): string | null {
  const given = isObject(value) ? value[key] : null
  return typeof given === 'string' && given !== '' ? given : null
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
