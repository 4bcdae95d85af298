/**
 * Reads a request for embeddings into signals. Money is set aside for all inputs together; whether a model can take
 * them is a question of the longest one.
 */
import type { EmbeddingRequest } from '../chat/embedding-request.ts'
import { textTokens } from './prompt-tokens.ts'
import type { Signals } from './signals.ts'

/** What an input costs beside its text: the marks that a model puts around it. */
const tokensPerInput = 2

export function observeEmbedding({ inputs }: Pick<EmbeddingRequest, 'inputs'>): {
  readonly signals: Signals
  readonly longestInput: Signals
} {
  let all = 0
  let longest = 0
  for (const input of inputs) {
    const tokens = tokensPerInput + (typeof input === 'string' ? textTokens(input) : input.length)
    all += tokens
    longest = Math.max(longest, tokens)
  }
  const signals: Signals = { ...plain, promptTokens: all, turns: inputs.length }
  return { signals, longestInput: { ...signals, promptTokens: longest } }
}

const plain: Signals = {
  promptTokens: 0,
  outputTokens: 0,
  turns: 0,
  difficulty: null,
  gain: null,
  task: null,
  tools: false,
  schema: false,
  images: false,
  audio: false,
  edge: null,
}
