/**
 * Tells a kept answer again, as a request of its own: whole or as a stream, whichever way it came the first time.
 *
 * It has the new request's id and time and used nothing: the tokens were paid for once. A stream is two chunks for each
 * choice, all that was said and then why it ended, as every client of the format can read it.
 */
import type { JsonArray, JsonObject, JsonValue } from '../chat/json.ts'
import { isJsonObject, listOf } from '../wire/json-object.ts'
import { sseDone, writeSse } from '../wire/sse.ts'
import type { ToldAnswer, ToldChoice } from './told-answer.ts'

export type Retelling = {
  readonly id: string
  readonly createdSeconds: number
  readonly nearside: JsonObject
}

const nothingUsed: JsonObject = {
  prompt_tokens: 0,
  completion_tokens: 0,
  total_tokens: 0,
  prompt_tokens_details: { cached_tokens: 0 },
  completion_tokens_details: { reasoning_tokens: 0 },
}

export function retellWhole({ choices, rest }: ToldAnswer, told: Retelling): string {
  const head = { id: told.id, object: 'chat.completion', created: told.createdSeconds }
  return JSON.stringify({ ...head, ...rest, choices, usage: nothingUsed, nearside: told.nearside })
}

export function retellStream({ choices, rest }: ToldAnswer, told: Retelling, includeUsage: boolean): string {
  const head = { id: told.id, object: 'chat.completion.chunk', created: told.createdSeconds, ...rest }
  const usage = includeUsage ? { usage: null } : {}
  const chunks: JsonObject[] = choices.flatMap((choice) =>
    piecesOf(choice).map((piece) => ({ ...head, choices: [piece], ...usage })),
  )
  if (includeUsage) chunks.push({ ...head, choices: [], usage: nothingUsed })
  return (
    chunks
      .map((chunk, place) => (place < chunks.length - 1 ? chunk : { ...chunk, nearside: told.nearside }))
      .map((chunk) => writeSse(JSON.stringify(chunk)))
      .join('') + sseDone
  )
}

function piecesOf({ index, message, logprobs, finish_reason }: ToldChoice): readonly JsonObject[] {
  const { tool_calls: calls, ...said } = message
  const delta: Record<string, JsonValue> = { role: 'assistant', ...said }
  if (listOf(calls).length > 0) delta.tool_calls = numbered(listOf(calls))
  return [
    { index, delta, logprobs, finish_reason: null },
    { index, delta: {}, logprobs: null, finish_reason },
  ]
}

function numbered(calls: JsonArray): JsonArray {
  return calls.map((call, index) => (isJsonObject(call) ? { index, ...call } : call))
}
