/**
 * Runs the generations of one request, one after the other, and hands out what they say as the chunks of an
 * OpenAI answer. The generations do not wait for whoever reads: a slot is taken for as long as the engine works,
 * not for as long as a client dawdles.
 */
import type { AnswerDelta, Curve, FinishReason, TokenLogprob, Usage } from '@nearside/core'
import type { Engine, Generation } from '../engine/engine.ts'
import { channel } from '../flow/channel.ts'
import { confidenceFold } from './confidence.ts'
import type { Said, Speech } from './say.ts'

export type Progress = {
  promptTokens: number
  cachedPromptTokens: number
  outputTokens: number
  firstTokenAtMs: number | null
  /** Of the answers that are whole. */
  finishReasons: FinishReason[]
  /** Of the least sure answer so far; null before the first is whole, and where the engine tells nothing to judge by. */
  confidence: number | null
  /** Whether every answer so far has the form that was asked for; null where any text would do. */
  formFits: boolean | null
}

/** Of a call that has not begun. */
export function noProgress(): Progress {
  return {
    promptTokens: 0,
    cachedPromptTokens: 0,
    outputTokens: 0,
    firstTokenAtMs: null,
    finishReasons: [],
    confidence: null,
    formFits: null,
  }
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
  /** Makes pieces of an answer of what one generation says. */
  readonly speech: () => Speech
  readonly confidenceCeiling: number
  readonly confidenceCurve: Curve | null
  readonly now: () => number
  readonly signal: AbortSignal
}

export function runAnswer(options: RunOptions): RunningAnswer {
  const chunks = channel<AnswerDelta>()
  const progress = noProgress()

  async function run(): Promise<void> {
    for (const [index, generation] of options.generations.entries()) await answer(index, generation)
    chunks.push({ type: 'answer-delta', choices: [], usage: usageOf(progress), wire: null })
  }

  async function answer(index: number, generation: Generation): Promise<void> {
    const confidence = confidenceFold(options.confidenceCeiling, options.confidenceCurve)
    const speech = options.speech()
    for await (const event of options.engine.generate(generation, options.signal)) {
      if (event.type === 'prompt-read') {
        progress.promptTokens = event.promptTokens
        // The first answer's: those after it find the prompt that it has read.
        if (index === 0) progress.cachedPromptTokens = event.cachedPromptTokens
        continue
      }
      if (event.type === 'token') {
        confidence.add(event.logprob)
        progress.outputTokens++
        progress.firstTokenAtMs ??= options.now()
      }
      tell(index, speech.push(event.text), options.logprobs ? event.tokens : [])
      if (event.type !== 'generation-end') continue
      // Another server tells only at its end what could but be estimated before.
      if (event.promptTokens !== undefined) {
        progress.promptTokens = event.promptTokens
        if (index === 0) progress.cachedPromptTokens = event.cachedPromptTokens ?? 0
      }
      tell(index, speech.end(event.calls), [])
      if (event.finishReason === 'cancelled') continue
      const finishReason =
        event.finishReason === 'stop' && speech.called() ? 'tool_calls' : event.finishReason
      progress.finishReasons.push(finishReason)
      chunks.push(delta(index, nothing, [], finishReason))
    }
    options.signal.throwIfAborted()
    const fits = speech.fits()
    if (fits !== null) progress.formFits = fits && progress.formFits !== false
    // An answer of another form than was asked for is no answer, however sure the model was of it.
    const sure = fits === false ? 0 : confidence.value()
    if (sure !== null) progress.confidence = Math.min(progress.confidence ?? 1, sure)
  }

  function tell(index: number, said: Said, tokens: readonly TokenLogprob[]): void {
    if (said.text === '' && said.toolCalls.length === 0 && tokens.length === 0) return
    chunks.push(delta(index, said, tokens, null))
  }

  const finished = run().then(chunks.end, chunks.fail)
  return { next: chunks.next, progress, finished }
}

const nothing: Said = { text: '', toolCalls: [] }

function delta(
  index: number,
  { text, toolCalls }: Said,
  logprobs: readonly TokenLogprob[],
  finishReason: FinishReason | null,
): AnswerDelta {
  return {
    type: 'answer-delta',
    choices: [{ index, text, toolCalls, finishReason, logprobs }],
    usage: null,
    wire: null,
  }
}

/** The prompt counts once, however many answers it got. */
function usageOf({ promptTokens, cachedPromptTokens, outputTokens }: Progress): Usage {
  return { promptTokens, outputTokens, cachedTokens: cachedPromptTokens, reasoningTokens: 0 }
}
