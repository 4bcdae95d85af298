/** The process that runs an ONNX model. Several generations take turns, a step each. */
import { vocabularyOf } from '../../constraint/token-mask.ts'
import { readTokenizer } from '../../model/read-tokenizer.ts'
import { callMarks, toolDialectOf } from '../../tools/dialect.ts'
import { retryThreads } from '../host/calibrate.ts'
import { type GuardedModel, guardFor } from '../host/guard.ts'
import { type LoadedEngine, serveEngine } from '../host/serve-engine.ts'
import { chatPrompt } from './chat-prompt.ts'
import { productSpeed, productUnit } from './fastest-onnx-threads.ts'
import { forward } from './forward.ts'
import { generate } from './generate.ts'
import { keptPrefixes } from './kept-prefixes.ts'
import { loadTransformers, sessionOptions } from './load-transformers.ts'
import type { TransformersSettings } from './settings.ts'

serveEngine<TransformersSettings>(async (settings): Promise<LoadedEngine> => {
  const { contextTokens, prefillTokens } = settings
  const { tokenizer, steps, threads, runsOn, isInPlace, tokensPerSecond, vocabulary } =
    await loadTransformers(settings)
  const kept = keptPrefixes(settings.keptBytes, prefillTokens)
  const chatTemplate = templateOf(tokenizer)
  const table = await readTokenizer(settings.model.folder, callMarks(chatTemplate))
  const endTokens = new Set(settings.model.endTokens)
  let guarded: GuardedModel | null = null

  /** Sorting a large vocabulary takes a moment, which only constrained answers have to pay. */
  function guardedModel(): GuardedModel {
    guarded ??= { table, vocabulary: vocabularyOf(vocabulary, table.bytesOf), endTokens, chatTemplate }
    return guarded
  }

  const standsOn = [
    `${runsOn} with ${threads.threads} ${threads.threads === 1 ? 'thread' : 'threads'}, ${threads.why}`,
    isInPlace ? 'keys and values grow in place' : 'keys and values are copied at each step',
  ].join('; ')

  return {
    facts: {
      contextTokens,
      tokensPerSecond,
      chatTemplate,
      capabilities: {
        tools: chatTemplate !== null && toolDialectOf(chatTemplate) !== null,
        constraints: ['json-object', 'json-schema', 'tool-calls'],
        logprobs: true,
        topLogprobs: 20,
        embeddings: false,
        // Positions are part of the keys, so nothing can be forgotten in the middle of an answer.
        overflow: ['error', 'truncate-oldest'],
        without: [],
        parallel: 1,
      },
      standsOn,
    },
    keptTokens: kept.tokens,
    forget: kept.forget,
    async recalibrate(watch) {
      if (settings.threads > 0 || settings.mostThreads === 1) return null
      const { threads: current } = threads
      const speedWith = productSpeed(sessionOptions)
      const unit = productUnit
      const found = await retryThreads({
        most: settings.mostThreads,
        ...{ current, atLoad: current, speedWith, unit, watch },
      })
      // Threads are fixed when the weights are read.
      return { ...found, outcome: found.outcome === 'changed' ? 'reload' : found.outcome, standsOn }
    },
    generate(generation, watch) {
      const ids = chatPrompt(tokenizer, table, generation.messages, contextTokens, generation)
      const guard = generation.constraint === null ? null : guardFor(generation.constraint, guardedModel())
      return generate(forward(steps, kept), {
        table,
        guard,
        ids,
        generation,
        watch,
        contextTokens,
        prefillTokens,
        endTokens,
      })
    },
  }
})

/** A model may carry several templates; the one for conversations is the default. */
function templateOf({ chat_template: template }: { readonly chat_template?: unknown }): string | null {
  if (typeof template === 'string') return template
  if (typeof template !== 'object' || template === null) return null
  const { tool_use: forTools, default: plain } = template as { tool_use?: unknown; default?: unknown }
  return typeof forTools === 'string' ? forTools : typeof plain === 'string' ? plain : null
}
