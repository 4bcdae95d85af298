/**
 * Embeddings on the wire: the request read and bounded, the body that goes upstream, and of the answer only what is
 * needed here. The vectors are never looked at: they travel as the upstream wrote them.
 */
import type { AnswerWhole } from '../chat/chat-event.ts'
import type { EmbeddingInput, EmbeddingRequest } from '../chat/embedding-request.ts'
import type { JsonObject, JsonValue } from '../chat/json.ts'
import { NearsideError } from '../fault/nearside-error.ts'
import { optionalText, optionalWhole, wrong } from './fields.ts'
import { isJsonObject } from './json-object.ts'
import { readModel } from './read-model-name.ts'
import { readUsage } from './read-usage.ts'
import { withoutPrivate } from './upstream-body.ts'

export const embeddingLimits = {
  /** OpenAI's bound. */
  inputs: 2_048,
  /** No model has longer vectors. */
  dimensions: 65_536,
  /** Token ids of one input; more than any model reads. */
  tokenIds: 131_072,
} as const

const shapes = `a text, a list of 1 to ${embeddingLimits.inputs} texts, or token ids in place of texts`

export function readEmbeddingRequest(body: JsonValue): EmbeddingRequest {
  if (!isJsonObject(body)) {
    throw new NearsideError('bad-request', 'The body must be a JSON object with model and input.')
  }
  const model = readModel(body)
  const inputs = readInputs(body)
  const { encoding_format: format } = body
  if (format != null && format !== 'float' && format !== 'base64') {
    throw wrong('encoding_format', 'float or base64')
  }
  optionalWhole(body, 'dimensions', 1, embeddingLimits.dimensions)
  optionalText(body, 'user', '')
  return { model, inputs, body }
}

function readInputs({ input }: JsonObject): EmbeddingRequest['inputs'] {
  if (typeof input === 'string') return [text(input, 'input')]
  if (!Array.isArray(input)) throw wrong('input', shapes)
  const list = input as readonly JsonValue[]
  // A list of numbers is one text as its tokens, however many they are.
  if (typeof list[0] === 'number') return [tokenIds(list, 'input')]
  if (list.length > embeddingLimits.inputs) throw wrong('input', shapes)
  const [first, ...rest] = list.map((one, index) => {
    const path = `input[${index}]`
    return Array.isArray(one) ? tokenIds(one, path) : text(one, path)
  })
  if (first === undefined) throw wrong('input', shapes)
  return [first, ...rest]
}

function text(value: JsonValue, path: string): string {
  if (typeof value === 'string' && value !== '') return value
  throw wrong(path, 'a text that is not empty, or a list of token ids')
}

function tokenIds(list: readonly JsonValue[], path: string): EmbeddingInput {
  const ids = list.length > 0 && list.length <= embeddingLimits.tokenIds && list.every(isTokenId)
  if (ids) return list as readonly number[]
  throw wrong(path, `a list of 1 to ${embeddingLimits.tokenIds} token ids, whole numbers from 0`)
}

function isTokenId(value: JsonValue): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

/** The caller's own body, with the model's name as the upstream knows it. */
export function embeddingBody(body: JsonObject, model: string): string {
  return JSON.stringify({ ...withoutPrivate(body), model })
}

/** An upstream's answer: its text as it came, and what it used. */
export function readEmbeddingAnswer(wire: string): AnswerWhole {
  const answer = parsed(wire)
  if (!isJsonObject(answer) || !Array.isArray(answer.data)) throw noEmbeddings()
  return { type: 'answer-whole', choices: [], usage: readUsage(answer.usage), wire }
}

function parsed(wire: string): JsonValue {
  try {
    return JSON.parse(wire) as JsonValue
  } catch {
    // The parser's own error quotes the text and is not kept as a cause.
    throw noEmbeddings()
  }
}

function noEmbeddings(): NearsideError {
  return new NearsideError('tier-failed', 'The upstream sent something that is not a list of embeddings.')
}
