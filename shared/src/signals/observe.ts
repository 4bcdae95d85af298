/**
 * Reads a request into signals: everything the decision may rest on, and nothing that quotes it.
 *
 * What the edge offers and how difficulty is judged are arguments, so that a learned classifier takes the place
 * of the heuristic without a change here.
 */
import type { ChatRequest } from '../chat/chat-request.ts'
import { type DifficultyOf, heuristicDifficulty } from './difficulty.ts'
import { promptTokens } from './prompt-tokens.ts'
import type { Signals } from './signals.ts'

export function observe(
  request: ChatRequest,
  edge: Signals['edge'],
  difficultyOf: DifficultyOf = heuristicDifficulty,
): Signals {
  let images = false
  let audio = false
  for (const message of request.messages) {
    if (message.images > 0) images = true
    if (message.audio > 0) audio = true
  }
  return {
    promptTokens: promptTokens(request),
    outputTokens: request.outputLimit === null ? null : request.outputLimit * request.answers,
    turns: request.messages.length,
    difficulty: judged(request, difficultyOf),
    tools: request.tools > 0 || request.messages.some((message) => message.toolCalls.length > 0),
    schema: request.responseFormat !== 'text',
    images,
    audio,
    edge: edge && { answerer: edge.answerer, confidence: edge.confidence },
  }
}

/** A host's judge may fail or say what means nothing: then the difficulty is unknown, and the decision knows it. */
function judged(request: ChatRequest, difficultyOf: DifficultyOf): number | null {
  try {
    const difficulty: unknown = difficultyOf(request)
    return typeof difficulty === 'number' && difficulty >= 0 && difficulty <= 1 ? difficulty : null
  } catch {
    return null
  }
}
