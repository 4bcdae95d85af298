/**
 * What a request asks of a model beyond words in and words out: tools, a form for the answer, settings of sampling that OpenAI's
 * wire does not have, and what to do with a conversation that is too long. Read once, with the path of whatever is wrong.
 */
import type { ChatRequest, JsonObject, JsonValue } from '@nearside/core'
import { NearsideError } from '@nearside/core'
import { refuseTooBroad } from '../constraint/breadth.ts'
import { type OutputForm, ruleOf } from '../constraint/constraint.ts'
import { schemaRule } from '../constraint/schema-rules.ts'
import type { OutputConstraint, Overflow } from '../engine/engine.ts'
import { readToolChoice, readTools, type Tool, type ToolChoice } from '../tools/tool.ts'

export type Asked = {
  /** The tools that may be called; none where the caller chose none. */
  readonly tools: readonly Tool[]
  readonly choice: ToolChoice
  /** What the text of the answer must be; null for any text. */
  readonly form: OutputForm | null
  /** What the model is held to while it writes. */
  readonly constraint: OutputConstraint | null
  readonly topK: number
  readonly minP: number
  readonly repetitionPenalty: number
  readonly logitBias: readonly (readonly [token: number, bias: number])[]
  readonly overflow: Overflow
}

const overflows: readonly Overflow[] = ['error', 'truncate-oldest', 'shift']

export function readAsked({ body, responseFormat }: ChatRequest): Asked {
  const declared = readTools(body.tools)
  const choice = readToolChoice(body.tool_choice, declared)
  const tools = choice.type === 'none' ? [] : declared
  const form = formIn(body, responseFormat)
  if (form !== null && tools.length > 0) {
    throw wrong('response_format', 'left out where tools may be called, or tool_choice be none')
  }
  return {
    tools,
    choice,
    form,
    constraint: choice.type === 'required' || choice.type === 'named' ? callsOnly(tools, choice, body) : form,
    topK: numberIn(body, 'top_k', 0, 1_000_000, 0, true),
    minP: numberIn(body, 'min_p', 0, 1, 0, false),
    repetitionPenalty: numberIn(body, 'repetition_penalty', 0.01, 10, 1, false),
    logitBias: logitBiasIn(body),
    overflow: overflowIn(body),
  }
}

function callsOnly(tools: readonly Tool[], choice: ToolChoice, body: JsonObject): OutputConstraint {
  const named = choice.type === 'named' ? tools.filter(({ name }) => name === choice.name) : tools
  for (const { parameters } of named) refuseTooBroad(schemaRule(parameters), 'tools')
  return {
    type: 'tool-calls',
    tools: named.map(({ declared }) => declared),
    parallel: body.parallel_tool_calls !== false,
  }
}

function formIn(body: JsonObject, format: ChatRequest['responseFormat']): OutputForm | null {
  if (format === 'text') return null
  if (format === 'json_object') return { type: 'json-object' }
  const asked = (body.response_format as JsonObject).json_schema as JsonObject
  const form: OutputForm = { type: 'json-schema', schema: asked.schema ?? {} }
  // A schema that nothing can be held to is refused before anybody waits for a slot.
  refuseTooBroad(ruleOf(form), 'response_format')
  return form
}

function logitBiasIn(body: JsonObject): readonly (readonly [number, number])[] {
  const given = body.logit_bias ?? null
  if (given === null) return []
  return Object.entries(given as JsonObject).map(([id, bias]) => {
    if (!/^\d{1,7}$/.test(id) || typeof bias !== 'number' || !(bias >= -100 && bias <= 100)) {
      throw wrong('logit_bias', "an object from tokens' ids to numbers from -100 to 100")
    }
    return [Number(id), bias]
  })
}

function overflowIn(body: JsonObject): Overflow {
  const given = body.context_overflow ?? 'error'
  if (overflows.includes(given as Overflow)) return given as Overflow
  throw wrong('context_overflow', `one of ${overflows.join(', ')}`)
}

function numberIn(
  body: JsonObject,
  key: string,
  low: number,
  high: number,
  otherwise: number,
  whole: boolean,
): number {
  const value: JsonValue = body[key] ?? otherwise
  if (typeof value === 'number' && value >= low && value <= high && (!whole || Number.isInteger(value))) {
    return value
  }
  throw wrong(key, `a ${whole ? 'whole number' : 'number'} from ${low} to ${high}`)
}

function wrong(param: string, wanted: string): NearsideError {
  return new NearsideError('bad-request', `${param} must be ${wanted}.`, { param })
}
