/**
 * What makes two chat requests the same one, and which requests no kept answer may serve.
 *
 * All that an answer may depend on counts, fields that nobody here knows included: a missed hit costs a call, a false one
 * an answer that was never given to this question. What is left out says how the answer travels or on whose behalf it is
 * asked, and no model reads it.
 */
import type { ChatRequest } from '../chat/chat-request.ts'
import type { JsonObject } from '../chat/json.ts'
import { isJsonObject, listOf } from '../wire/json-object.ts'
import { canonicalJson } from './canonical-json.ts'

const readByNoModel: ReadonlySet<string> = new Set([
  'stream',
  'stream_options',
  'user',
  'safety_identifier',
  'prompt_cache_key',
  'prompt_cache_retention',
  'metadata',
  'store',
])

/** The request's canonical text; `without` leaves out more, for whoever compares that otherwise. */
export function canonicalRequest(body: JsonObject, without: readonly string[] = []): string {
  const counted = Object.entries(body).filter(
    // Null is how clients spell a field that they leave out.
    ([name, value]) => value !== null && !readByNoModel.has(name) && !without.includes(name),
  )
  return canonicalJson(Object.fromEntries(counted))
}

/** Why a request is carried out whatever is kept; null where a kept answer may serve it. */
export function notFromCache(request: ChatRequest): 'samples' | 'acts' | null {
  const { body } = request
  // What is stored, searched or spoken at the provider is done there or not at all, and the world moves on between two searches.
  if (body.store === true || isJsonObject(body.web_search_options) || isJsonObject(body.audio)) return 'acts'
  if (listOf(body.tools).some((tool) => !isJsonObject(tool) || !runsAtTheCaller(tool))) return 'acts'
  return asksForVariety(request) ? 'samples' : null
}

function runsAtTheCaller({ type }: JsonObject): boolean {
  return type === 'function' || type === 'custom'
}

/**
 * Whoever names a temperature above zero, or wants several answers, asks for chance; whoever names none leaves it at a
 * default that he may never have heard of. A seed asks for the same answer again.
 */
function asksForVariety({ sampling, answers }: ChatRequest): boolean {
  if (answers > 1) return true
  return sampling.temperature !== null && sampling.temperature > 0 && sampling.seed === null
}
