/**
 * Refuses by name what this model cannot do. A field that is passed over in silence would be an answer to another question.
 */
import { type ChatRequest, NearsideError } from '@nearside/core'
import type { ConfidenceGrain, EngineModel } from '../engine/engine.ts'
import type { Asked } from './asked.ts'

export type AnswerLimits = {
  /** The most answers that one request may ask for. */
  readonly maxAnswers: number
  readonly confidence: ConfidenceGrain
}

export function refuseUnsupported(
  request: ChatRequest,
  asked: Asked,
  { capabilities }: EngineModel,
  limits: AnswerLimits,
): void {
  const { sampling } = request
  if (capabilities.answers === false) throw unsupported('model', 'this model makes vectors and no answers')
  if (asked.tools.length > 0 && !capabilities.tools) {
    throw unsupported('tools', "tools are not known to this model's chat template; leave them out")
  }
  if (asked.constraint !== null && !capabilities.constraints.includes(asked.constraint.type)) {
    const param = asked.constraint.type === 'tool-calls' ? 'tool_choice' : 'response_format'
    throw unsupported(param, `${param} asks for a form that this engine cannot hold a model to`)
  }
  if (!capabilities.overflow.includes(asked.overflow)) {
    throw unsupported(
      'context_overflow',
      `context_overflow is one of ${capabilities.overflow.join(', ')} here`,
    )
  }
  if (sampling.logprobs && !capabilities.logprobs)
    throw unsupported('logprobs', 'logprobs are not told by this engine')
  if (sampling.topLogprobs > capabilities.topLogprobs) {
    throw unsupported('top_logprobs', `top_logprobs is at most ${capabilities.topLogprobs} here`)
  }
  const used = {
    topK: ['top_k', asked.topK !== 0],
    minP: ['min_p', asked.minP !== 0],
    repetitionPenalty: ['repetition_penalty', asked.repetitionPenalty !== 1],
    logitBias: ['logit_bias', asked.logitBias.length > 0],
    seed: ['seed', sampling.seed !== null],
  } as const
  for (const setting of capabilities.without) {
    const [field, isUsed] = used[setting]
    if (isUsed) throw unsupported(field, `${field} is not supported by this engine`)
  }
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
    const isOfTools = message.toolCalls.length > 0 || message.role === 'tool' || message.role === 'function'
    if (isOfTools && !capabilities.tools) {
      throw unsupported(param, `${param} belongs to a tool call, which this model does not know`)
    }
  }
}

function unsupported(param: string, what: string): NearsideError {
  return new NearsideError('bad-request', `${what.slice(0, 1).toUpperCase()}${what.slice(1)}.`, { param })
}
