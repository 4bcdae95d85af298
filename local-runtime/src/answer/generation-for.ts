/**
 * What the engine is asked for, out of what the caller asked for. What this server cannot do is refused by name;
 * a field that is passed over in silence would be an answer to another question.
 */
import { type ChatRequest, type JsonValue, NearsideError } from '@nearside/core'
import { type EngineMessage, type EngineModel, type Generation, plainGeneration } from '../engine/engine.ts'

export type AnswerLimits = {
  /** The most answers that one request may ask for. */
  readonly maxAnswers: number
}

/** One generation for each answer that is asked for. `seed` serves callers who named none. */
export function generationsFor(
  request: ChatRequest,
  model: EngineModel,
  limits: AnswerLimits,
  seed: number,
): readonly Generation[] {
  refuseUnsupported(request, limits)
  refuseUnknownModel(request.model, model)

  const { sampling } = request
  const topP = sampling.topP ?? 1
  const generation: Generation = {
    ...plainGeneration,
    messages: request.messages.map(engineMessage),
    outputLimit: request.outputLimit ?? model.contextTokens,
    // Nothing but the likeliest token is left of a `top_p` of zero.
    temperature: topP === 0 ? 0 : (sampling.temperature ?? 1),
    topP,
    frequencyPenalty: sampling.frequencyPenalty ?? 0,
    presencePenalty: sampling.presencePenalty ?? 0,
    seed: sampling.seed ?? seed,
    stop: sampling.stop,
    topLogprobs: sampling.logprobs ? sampling.topLogprobs : 0,
  }
  return Array.from({ length: request.answers }, (_, index) => ({
    ...generation,
    seed: generation.seed + index,
  }))
}

/** `auto` and `local` are how a gateway's caller asks for whatever this node has. */
function refuseUnknownModel(asked: string, model: EngineModel): void {
  if (asked === model.name || asked === 'auto' || asked === 'local') return
  throw new NearsideError(
    'unknown-model',
    `This server runs ${model.name}; ask for it by that name or as local.`,
    {
      param: 'model',
    },
  )
}

function refuseUnsupported(request: ChatRequest, limits: AnswerLimits): void {
  if (request.tools > 0) throw unsupported('tools', 'tools are not supported by this model; leave them out')
  if (request.responseFormat !== 'text') {
    throw unsupported('response_format', 'only response_format {"type":"text"} is supported by this model')
  }
  if (hasEntries(request.body.logit_bias)) throw unsupported('logit_bias', 'logit_bias is not supported')
  if (request.answers > limits.maxAnswers) {
    throw unsupported('n', `n is at most ${limits.maxAnswers} on this server`)
  }
  for (const [index, message] of request.messages.entries()) {
    const param = `messages[${index}]`
    if (message.images > 0 || message.audio > 0) {
      throw unsupported(
        `${param}.content`,
        `${param}.content holds an image, a file or audio; this model reads text`,
      )
    }
    if (message.toolCalls.length > 0 || message.role === 'tool' || message.role === 'function') {
      throw unsupported(param, `${param} belongs to a tool call, which this model does not know`)
    }
  }
}

function hasEntries(value: JsonValue | undefined): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0
}

function unsupported(param: string, what: string): NearsideError {
  return new NearsideError('bad-request', `${what.slice(0, 1).toUpperCase()}${what.slice(1)}.`, { param })
}

function engineMessage({ role, text }: ChatRequest['messages'][number]): EngineMessage {
  return { role: role === 'user' || role === 'assistant' ? role : 'system', text }
}
