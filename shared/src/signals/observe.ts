/**
 * Reads a request into signals: everything the decision may rest on, and nothing that quotes it.
 *
 * What the edge offers and how difficulty is judged are arguments, so that a learned classifier takes the place
 * of the heuristic without a change here.
 */
import type { ChatRequest } from '../chat/chat-request.ts'
import { type DifficultyOf, heuristicDifficulty, type JudgedRequest } from './difficulty.ts'
import { findDocument } from './find-document.ts'
import { promptTokens } from './prompt-tokens.ts'
import type { Signals, TurnKind } from './signals.ts'

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
  const tokens = promptTokens(request)
  return {
    promptTokens: tokens,
    outputTokens: request.outputLimit === null ? null : request.outputLimit * request.answers,
    turns: request.messages.length,
    ...judged(request, difficultyOf),
    tools: request.tools > 0 || request.messages.some((message) => message.toolCalls.length > 0),
    schema: request.responseFormat !== 'text',
    images,
    audio,
    ...(request.stream ? streamed : {}),
    ...(tokens < leastDocumentTokens ? {} : documentIn(request, tokens)),
    edge: edge && { answerer: edge.answerer, confidence: edge.confidence },
  }
}

const streamed = { stream: true } as const

/** Nobody asks of a shorter one. */
const leastDocumentTokens = 1_000

/** Its share of the count, since counting a long text twice would cost as much as all else. */
function documentIn(request: ChatRequest, tokens: number): Pick<Signals, 'documentTokens'> {
  const found = findDocument(request)
  if (found === null) return {}
  let chars = 0
  for (const { text } of request.messages) chars += text.length
  return { documentTokens: Math.floor((tokens * found.document.length) / chars) }
}

/** A host's judge may fail or say what means nothing: then all it would tell is unknown, and the decision knows it. */
function judged(request: ChatRequest, difficultyOf: DifficultyOf): JudgedRequest {
  try {
    const said: unknown = difficultyOf(request)
    if (typeof said === 'number') return { ...unknown, difficulty: within(said, 0) }
    if (typeof said !== 'object' || said === null) return unknown
    // Nobody waits for a judge that promises its verdict; nobody may be brought down by its breaking the promise either.
    if ('catch' in said && typeof said.catch === 'function') {
      said.catch(() => {})
      return unknown
    }
    const { kinds }: { kinds?: unknown } = said
    return {
      ...judgedTurn(said),
      ...(Array.isArray(kinds) && kinds.length > 0 ? { kinds: kinds.map(judgedTurn) } : {}),
    }
  } catch {
    return unknown
  }
}

function judgedTurn(said: { readonly [part in keyof TurnKind]?: unknown } | null): TurnKind {
  const { difficulty, gain, task } = said ?? {}
  return {
    difficulty: within(difficulty, 0),
    gain: within(gain, -1),
    task: typeof task === 'string' ? task : null,
  }
}

const unknown: JudgedRequest = { difficulty: null, gain: null, task: null }

function within(value: unknown, least: number): number | null {
  return typeof value === 'number' && value >= least && value <= 1 ? value : null
}
