/** How long an answer holds a slot: so many tokens written at the node's speed, and the prompt read ten times as fast. */
export type NodeKind = { readonly slots: number; readonly tokensPerSecond: number }

export type AnswerSize = { readonly outputTokens: number; readonly promptTokens: number }

export const meanSize: AnswerSize = { outputTokens: 150, promptTokens: 300 }

export function answerMsOf(
  { tokensPerSecond }: NodeKind,
  { outputTokens, promptTokens }: AnswerSize,
): number {
  return ((outputTokens + promptTokens / 10) * 1_000) / tokensPerSecond
}

export function firstTokenMsOf(kind: NodeKind, size: AnswerSize): number {
  return answerMsOf(kind, { ...size, outputTokens: 1 })
}
