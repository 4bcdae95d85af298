/**
 * The fields of a chat request that a tier has no use for, and that leave its answer as it is: they are kept from it and
 * named to the caller, where a strict server would have refused the whole request over them. What changes the answer is
 * never on these lists: who cannot do that is passed over, or says so.
 */
import type { JsonObject } from '../chat/json.ts'

/** What speaks of a provider's own books and caches. */
const providersOwn: ReadonlySet<string> = new Set([
  'metadata',
  'prediction',
  'prompt_cache_key',
  'prompt_cache_retention',
  'safety_identifier',
  'service_tier',
  'store',
])

/** Who answers without a model draws nothing, and is as long as it is. */
const modelsOwn: ReadonlySet<string> = new Set([
  ...providersOwn,
  'frequency_penalty',
  'parallel_tool_calls',
  'presence_penalty',
  'reasoning_effort',
  'seed',
  'temperature',
  'top_p',
])

const ignoredBy: Readonly<Record<string, ReadonlySet<string>>> = { edge: modelsOwn, local: providersOwn }

/** In the order of the body; a field that is null was left out. */
export function ignoredFields(tier: string, body: JsonObject): readonly string[] {
  const ignored = ignoredBy[tier]
  if (ignored === undefined) return none
  let found: string[] | null = null
  for (const field in body) {
    if (!ignored.has(field) || body[field] === null) continue
    found ??= []
    found.push(field)
  }
  return found ?? none
}

const none: readonly string[] = []

/** The body as a local node is given it. */
export function withoutIgnored(body: JsonObject): JsonObject {
  const ignored = ignoredFields('local', body)
  if (ignored.length === 0) return body
  const kept = { ...body }
  for (const field of ignored) delete (kept as Record<string, unknown>)[field]
  return kept
}
