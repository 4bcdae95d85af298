/** Vectors as OpenAI's list of embeddings: numbers, or the bytes of 32-bit floats in base64, which its clients ask for. */
import type { Usage } from '@nearside/core'
import type { Embedding } from '../engine/engine.ts'

export type EmbeddingEncoding = 'float' | 'base64'

export function writeEmbeddings(
  embeddings: readonly Embedding[],
  model: string,
  encoding: EmbeddingEncoding,
): string {
  const { promptTokens } = embeddingUsage(embeddings)
  return JSON.stringify({
    object: 'list',
    data: embeddings.map(({ vector }, index) => ({
      object: 'embedding',
      index,
      embedding: encoding === 'base64' ? bytesOf(vector).toString('base64') : vector,
    })),
    model,
    usage: { prompt_tokens: promptTokens, total_tokens: promptTokens },
  })
}

export function embeddingUsage(embeddings: readonly Embedding[]): Usage {
  const promptTokens = embeddings.reduce((sum, { tokens }) => sum + tokens, 0)
  return { promptTokens, outputTokens: 0, cachedTokens: 0, reasoningTokens: 0 }
}

function bytesOf(vector: readonly number[]): Buffer {
  const bytes = Buffer.alloc(vector.length * 4)
  for (const [index, value] of vector.entries()) bytes.writeFloatLE(value, index * 4)
  return bytes
}
