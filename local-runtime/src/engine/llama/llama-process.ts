/** The process that runs a GGUF model. Conversations in different slots advance together, a batch at a time. */
import { Template } from '@huggingface/jinja'
import { NearsideError } from '@nearside/core'
import type { Token } from 'node-llama-cpp'
import { vocabularyOf } from '../../constraint/token-mask.ts'
import { memoryNow, readText } from '../../machine/memory-now.ts'
import type { ParkingSettings } from '../../parking/check-parking.ts'
import { parkedStates } from '../../parking/parked-states.ts'
import { callMarks, toolDialectOf } from '../../tools/dialect.ts'
import type { EngineMessage, Generation } from '../engine.ts'
import { retryThreads } from '../host/calibrate.ts'
import { templateMessages, templateTools } from '../host/chat-text.ts'
import { fitConversation } from '../host/fit-conversation.ts'
import { type GuardedModel, guardFor } from '../host/guard.ts'
import { type LoadedEngine, serveEngine } from '../host/serve-engine.ts'
import { generate } from './generate.ts'
import { ggufTokens } from './gguf-tokens.ts'
import { loadLlama } from './load-llama.ts'
import type { LlamaSettings } from './settings.ts'
import { openSlots, type Parking } from './slots.ts'
import { stateBytesPerToken } from './state-bytes.ts'

serveEngine<LlamaSettings>(async (settings): Promise<LoadedEngine> => {
  const loaded = await loadLlama(settings)
  const { model, cadence, tokensPerSecond, calibration, standsOnWith } = loaded
  let { context } = loaded
  let { threads } = calibration
  const { tokenizer } = model.fileInfo.metadata
  const { tokens, model: spelling, token_type: types } = tokenizer.ggml
  const chatTemplate = tokenizer.chat_template
  if (chatTemplate === undefined) {
    throw new NearsideError('bad-options', 'the file carries no chat template, and none is guessed here.')
  }
  const taught: string = chatTemplate
  const template = new Template(taught)
  const table = ggufTokens({ model: spelling, tokens, types: types ?? [] }, callMarks(taught))
  const endTokens = new Set([...tokens.keys()].filter((id) => model.isEogToken(id as Token)))
  const parking = parkingFor(settings.parking, stateBytesPerToken(model.fileInfo.architectureMetadata))
  let slots = openSlots(context, parking)
  const contextTokens = Math.min(settings.contextTokens, context.contextSize)
  const embedder = settings.embeddings
    ? await model.createEmbeddingContext({ contextSize: contextTokens })
    : null
  let guarded: GuardedModel | null = null

  function guardedModel(): GuardedModel {
    guarded ??= {
      table,
      vocabulary: vocabularyOf(tokens.length, table.bytesOf),
      endTokens,
      chatTemplate: taught,
    }
    return guarded
  }

  function rendered(messages: readonly EngineMessage[], tools: Generation['tools']): string {
    return template.render({
      messages: templateMessages(messages, table.controls),
      tools: templateTools(tools, table.controls),
      documents: null,
      add_generation_prompt: true,
      bos_token: model.tokens.bosString ?? '',
      eos_token: model.tokens.eosString ?? '',
    })
  }

  function promptFor({ messages, tools, overflow }: Generation): Token[] {
    const ids = fitConversation({
      messages,
      overflow,
      contextTokens,
      longestTokenBytes: table.longestTokenBytes,
      tokensOf(kept) {
        try {
          return model.tokenize(rendered(kept, tools), true)
        } catch {
          return null
        }
      },
    })
    return [...ids] as Token[]
  }

  return {
    facts: {
      contextTokens,
      tokensPerSecond,
      chatTemplate,
      standsOn: standsOnWith(calibration),
      capabilities: {
        tools: toolDialectOf(chatTemplate) !== null,
        constraints: ['json-object', 'json-schema', 'tool-calls'],
        logprobs: true,
        topLogprobs: 20,
        embeddings: embedder !== null,
        overflow: ['error', 'truncate-oldest', 'shift'],
        // It divides scores, and what llama.cpp tells are probabilities, of which the scores' zero is lost.
        without: ['repetitionPenalty'],
        parallel: settings.slots,
      },
    },
    ...(parking === null ? {} : { parked: parking.states.usage }),
    keptTokens: () => slots.keptTokens(),
    forget: () => slots.forget(),
    generate(generation, watch) {
      const ids = promptFor(generation)
      const guard = generation.constraint === null ? null : guardFor(generation.constraint, guardedModel())
      const vocabulary = tokens.length
      const { prefillTokens } = settings
      return generate(slots, {
        table,
        vocabulary,
        guard,
        ids,
        generation,
        cadence,
        watch,
        contextTokens,
        prefillTokens,
        endTokens,
      })
    },
    async recalibrate(watch) {
      if (settings.threads > 0 || settings.mostThreads === 1) return null
      const found = await retryThreads({
        most: settings.mostThreads,
        current: threads,
        atLoad: calibration.threads,
        speedWith: loaded.speedWith,
        watch,
      })
      if (found.outcome === 'changed') {
        threads = found.threads
        await slots.forget()
        await context.dispose()
        context = await loaded.openContext(threads)
        slots = openSlots(context, parking)
      }
      return { ...found, standsOn: standsOnWith(found) }
    },
    async embed(texts, watch) {
      if (embedder === null) throw new NearsideError('bad-request', 'This model makes no embeddings.')
      const made: { vector: readonly number[]; tokens: number }[] = []
      for (const text of texts) {
        if (await watch.isCancelled()) throw new NearsideError('client-gone', 'The client left.')
        const ids = model.tokenize(text)
        if (ids.length >= contextTokens) {
          throw new NearsideError(
            'context-too-long',
            `A text has ${ids.length} tokens; ${contextTokens} are taken.`,
            {
              param: 'input',
            },
          )
        }
        const { vector } = await embedder.getEmbeddingFor(ids)
        watch.onPromptPart()
        made.push({ vector, tokens: ids.length })
      }
      return made
    },
  }
})

function parkingFor(settings: ParkingSettings | null, bytesPerToken: number): Parking {
  if (settings === null) return null
  const availableBytes = (): number => memoryNow(readText).availableBytes
  return { states: parkedStates({ ...settings, availableBytes }), bytesPerToken }
}
