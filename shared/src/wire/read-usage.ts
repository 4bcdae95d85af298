/**
 * Reads what an upstream says it used.
 *
 * Money is charged by these numbers and the machine that sends them may be broken or hostile: a number that is
 * not a count of tokens makes the whole usage unknown, which is then estimated, and never a zero. Where
 * upstreams differ, the reading that charges more is taken.
 */
import type { JsonValue } from '../chat/json.ts'
import type { Usage } from '../chat/usage.ts'
import { isJsonObject } from './json-object.ts'

export function readUsage(value: JsonValue | undefined): Usage | null {
  if (!isJsonObject(value)) return null
  const total = count(value.total_tokens)
  const prompt = count(value.prompt_tokens) ?? rest(total, count(value.completion_tokens))
  const output = count(value.completion_tokens) ?? rest(total, prompt)
  if (prompt === null || output === null) return null

  const cached = detail(value.prompt_tokens_details, 'cached_tokens') ?? count(value.prompt_cache_hit_tokens)
  const reasoning = detail(value.completion_tokens_details, 'reasoning_tokens')
  // Some upstreams count hidden reasoning in the total alone.
  const outputTokens = Math.max(output, rest(total, prompt) ?? 0)
  return {
    promptTokens: prompt,
    outputTokens,
    // A part is never more than its whole, whatever was claimed: cached tokens are the cheap ones.
    cachedTokens: Math.min(cached ?? 0, prompt),
    reasoningTokens: Math.min(reasoning ?? 0, outputTokens),
  }
}

/** No call uses more; what does is not a count. */
const mostTokens = 1_000_000_000

function count(value: JsonValue | undefined): number | null {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= mostTokens
    ? value
    : null
}

function rest(total: number | null, part: number | null): number | null {
  return total === null || part === null || part > total ? null : total - part
}

function detail(details: JsonValue | undefined, key: string): number | null {
  return isJsonObject(details) ? count(details[key]) : null
}
