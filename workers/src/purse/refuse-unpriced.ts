/**
 * Refuses, where a price is capped, what a request may ask for that the price list does not price: a faster service,
 * searches and tools with a fee for each call, spoken answers. Else the hold would be no upper bound, and a hard cap
 * could be overspent by asking for it.
 */
import { type JsonObject, type JsonValue, NearsideError } from '@nearside/core'

export function refuseUnpriced(body: JsonObject): void {
  const { service_tier: tier, modalities, tools } = body
  if (tier != null && !(typeof tier === 'string' && listTiers.has(tier))) {
    throw unpriced('service_tier', 'one of auto, default and flex')
  }
  for (const field of dearer) if ((body[field] ?? false) !== false) throw unpriced(field, 'left out')
  if (entriesOf(modalities).some((modality) => modality !== 'text')) throw unpriced('modalities', '["text"]')
  for (const [index, tool] of entriesOf(tools).entries()) {
    if (!callersOwn.has(typeOf(tool))) throw unpriced(`tools[${index}].type`, 'function or custom')
  }
}

/** Searches with a fee, and what has another model, or another host of the same, answer at another price. */
const dearer = [
  'web_search_options',
  // xAI, Alibaba, OpenRouter.
  'search_parameters',
  'enable_search',
  'plugins',
  'models',
  'provider',
  // LiteLLM.
  'fallbacks',
] as const

/** Tiers that cost what the list says, or less. */
const listTiers: ReadonlySet<string> = new Set(['auto', 'default', 'flex'])

/** Tools that the caller runs itself. */
const callersOwn: ReadonlySet<JsonValue> = new Set(['function', 'custom'])

function unpriced(param: string, wanted: string): NearsideError {
  return new NearsideError(
    'bad-request',
    `${param} must be ${wanted} under a budget: what it costs otherwise is not in the price list.`,
    { param },
  )
}

function entriesOf(value: JsonValue | undefined): readonly JsonValue[] {
  return value == null ? [] : Array.isArray(value) ? value : [value as JsonValue]
}

function typeOf(tool: JsonValue): JsonValue {
  return typeof tool === 'object' && tool !== null && 'type' in tool ? (tool.type ?? null) : null
}
