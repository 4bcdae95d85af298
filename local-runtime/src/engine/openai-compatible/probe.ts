/**
 * What a server of this kind has and can, found out by asking: its list of models, then one token with log-probabilities and one
 * under a JSON format. What it refuses is not offered.
 */
import { type JsonObject, type JsonValue, NearsideError, nodeHeaders, readAnswer } from '@nearside/core'
import type { EngineCapabilities, EngineModel } from '../engine.ts'
import type { Upstream } from './upstream.ts'

export type Wanted = {
  /** Null takes the only one there is. */
  readonly model: string | null
  readonly contextTokens: number
  readonly parallel: number
}

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

  const fingerprint = textIn(JSON.parse(first.text) as JsonValue, 'system_fingerprint')
  const contextTokens = Math.min(contextOf(entry) ?? wanted.contextTokens, wanted.contextTokens)
  const capabilities: EngineCapabilities = {
    // Its calls come as calls and not as the model's own text, which is what is read here.
    tools: false,
    constraints: json === null ? [] : ['json-object', 'json-schema'],
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
