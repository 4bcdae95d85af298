/** What the engine is asked for, out of what the caller asked for: every setting decided. */
import type { ChatRequest } from '@nearside/core'
import { type EngineMessage, type EngineModel, type Generation, plainGeneration } from '../engine/engine.ts'
import { type Asked, readAsked } from './asked.ts'
import { refuseUnknownModel } from './refuse-unknown-model.ts'
import { type AnswerLimits, refuseUnsupported } from './refuse-unsupported.ts'

export type Work = {
  readonly asked: Asked
  /** One for each answer that is asked for. */
  readonly generations: readonly Generation[]
}

/** `seed` serves callers who named none; `mayPark` is false where the caller wants nothing kept of it. */
export function workFor(
  request: ChatRequest,
  model: EngineModel,
  limits: AnswerLimits,
  seed: number,
  mayPark = true,
): Work {
  refuseUnknownModel(request.model, model)
  const asked = readAsked(request)
  refuseUnsupported(request, asked, model, limits)

  const { sampling } = request
  const { constraint, logitBias, minP, overflow, repetitionPenalty, topK } = asked
  const topP = sampling.topP ?? 1
  const generation: Generation = {
    ...plainGeneration,
    messages: engineMessages(request.messages),
    tools: asked.tools.map(({ declared }) => declared),
    outputLimit: request.outputLimit ?? model.contextTokens,
    // Nothing but the likeliest token is left of a `top_p` of zero.
    temperature: topP === 0 ? 0 : (sampling.temperature ?? 1),
    topP,
    frequencyPenalty: sampling.frequencyPenalty ?? 0,
    presencePenalty: sampling.presencePenalty ?? 0,
    seed: sampling.seed ?? seed,
    stop: sampling.stop,
    topLogprobs: sampling.logprobs ? sampling.topLogprobs : null,
    // A curve fits what it was made of.
    confidence: model.confidenceCurve === undefined ? limits.confidence : 'close',
    ...{ constraint, logitBias, mayPark, minP, overflow, repetitionPenalty, topK },
  }
  const generations = Array.from({ length: request.answers }, (_, index) => ({
    ...generation,
    seed: generation.seed + index,
  }))
  return { asked, generations }
}

/** A tool's answer says only which call it answers; templates want the tool's name, which that call has. */
function engineMessages(messages: ChatRequest['messages']): readonly EngineMessage[] {
  const called = new Map<string, string>()
  return messages.map(({ role, text, toolCalls, toolCallId }) => {
    for (const { id, name } of toolCalls) called.set(id, name)
    if (role === 'tool' || role === 'function') {
      const name = toolCallId === null ? undefined : called.get(toolCallId)
      return {
        role: 'tool',
        text,
        ...(toolCallId === null ? {} : { toolCallId }),
        ...(name === undefined ? {} : { name }),
      }
    }
    if (role === 'assistant') return { role, text, ...(toolCalls.length > 0 ? { toolCalls } : {}) }
    return { role: role === 'user' ? role : 'system', text }
  })
}
