/**
 * Runs the generations of one request, one after the other, and hands out what they say as the chunks of an
 * OpenAI answer. The generations do not wait for whoever reads: a slot is taken for as long as the engine works,
 * not for as long as a client dawdles.
 */
import type { AnswerDelta, ChoiceDelta, FinishReason, TokenLogprob, Usage } from '@nearside/core'
import type { Engine, EngineEvent, Generation } from '../engine/engine.ts'
import { channel } from '../flow/channel.ts'
import { confidenceFold } from './confidence.ts'

export type Progress = {
  promptTokens: number
  cachedPromptTokens: number
  outputTokens: number
  firstTokenAtMs: number | null
  /** Of the answers that are whole. */
  finishReasons: FinishReason[]
  /** Of the least sure answer so far; null before the first is whole. */
  confidence: number | null
}

export type RunningAnswer = {
  /** The next chunk; null after the last. Rejects where the engine failed or the request was given up. */
  next(): Promise<AnswerDelta | null>
  readonly progress: Progress
  /** Resolves when the engine works no more on it, however it ended. */
  readonly finished: Promise<void>
}

export type RunOptions = {
  readonly engine: Engine
  readonly generations: readonly Generation[]
  readonly logprobs: boolean
  readonly confidenceCeiling: number
  readonly now: () => number
  readonly signal: AbortSignal
}

export function runAnswer(options: RunOptions): RunningAnswer {
  const chunks = channel<AnswerDelta>()
  const progress: Progress = {
    promptTokens: 0,
    cachedPromptTokens: 0,
    outputTokens: 0,
    firstTokenAtMs: null,
    finishReasons: [],
    confidence: null,
  }

  async function run(): Promise<void> {
    for (const [index, generation] of options.generations.entries()) {
      const confidence = confidenceFold(options.confidenceCeiling)
      for await (const event of options.engine.generate(generation, options.signal)) {
        if (event.type === 'token') {
          if (event.logprob !== null) confidence.add(event.logprob)
          progress.outputTokens++
          progress.firstTokenAtMs ??= options.now()
        }
        if (event.type === 'prompt-read') {
          progress.promptTokens = event.promptTokens
          // The first answer's: those after it find the prompt that it has read.
          if (index === 0) progress.cachedPromptTokens = event.cachedPromptTokens
        }
        if (event.type === 'generation-end' && event.promptTokens !== undefined) {
          progress.promptTokens = event.promptTokens
          if (index === 0) progress.cachedPromptTokens = event.cachedPromptTokens ?? 0
        }
        for (const chunk of chunksOf(event, index, options.logprobs)) chunks.push(chunk)
        if (event.type === 'generation-end' && event.finishReason !== 'cancelled') {
          progress.finishReasons.push(event.finishReason)
        }
      }
      options.signal.throwIfAborted()
      progress.confidence = Math.min(progress.confidence ?? 1, confidence.value())
    }
    chunks.push({ type: 'answer-delta', choices: [], usage: usageOf(progress), wire: null })
  }

  const finished = run().then(chunks.end, chunks.fail)
  return { next: chunks.next, progress, finished }
}

function chunksOf(event: EngineEvent, index: number, logprobs: boolean): AnswerDelta[] {
  if (event.type === 'prompt-read') return []
  const tokens = logprobs ? event.tokens : []
  const said = event.text !== '' || tokens.length > 0 ? [delta(index, event.text, tokens, null)] : []
  if (event.type === 'token' || event.finishReason === 'cancelled') return said
  return [...said, delta(index, '', [], event.finishReason)]
}

function delta(
  index: number,
  text: string,
  logprobs: readonly TokenLogprob[],
  finishReason: FinishReason | null,
): AnswerDelta {
  const choice: ChoiceDelta = { index, text, toolCalls: [], finishReason, logprobs }
  return { type: 'answer-delta', choices: [choice], usage: null, wire: null }
}

/** The prompt counts once, however many answers it got. */
function usageOf({ promptTokens, cachedPromptTokens, outputTokens }: Progress): Usage {
  return { promptTokens, outputTokens, cachedTokens: cachedPromptTokens, reasoningTokens: 0 }
}
