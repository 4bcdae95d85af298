/**
 * An engine without a model: a script says the tokens. It is what tests and the bench of the server's own cost
 * run on, so it keeps the whole contract and adds no time of its own.
 */
import { NearsideError, textTokens } from '@nearside/core'
import { stopStrings } from '../text/stop-strings.ts'
import type { Engine, EngineEvent, EngineModel, EngineStanding, Generation } from './engine.ts'

export type ScriptedOptions = {
  /** The tokens of an answer, as text. May wait between them, and may throw as an engine that breaks. */
  readonly script: (generation: Generation) => Iterable<string> | AsyncIterable<string>
  readonly model?: Partial<EngineModel>
  /** Resolves when the model counts as loaded. @default at once */
  readonly loaded?: () => Promise<void>
}

export const scriptedModel: EngineModel = {
  name: 'scripted',
  version: '1.0.0+scripted',
  fingerprint: 'fp_scripted',
  contextTokens: 4_096,
  confidenceCeiling: 1,
  tokensPerSecond: null,
  capabilities: {
    tools: true,
    constraints: ['json-object', 'json-schema', 'tool-calls'],
    logprobs: true,
    topLogprobs: 20,
    embeddings: false,
    overflow: ['error'],
    without: [],
    parallel: 64,
  },
  chatTemplate: null,
  standsOn: 'a script',
}

export function scriptedEngine(options: ScriptedOptions): Engine {
  const model: EngineModel = { ...scriptedModel, ...options.model }
  let standing: EngineStanding = 'loading'
  let tokensMade = 0

  return {
    async load() {
      await options.loaded?.()
      standing = 'ready'
      return model
    },
    standing: () => standing,
    tokensMade: () => tokensMade,
    restarts: () => 0,
    usage: () => ({ keptTokens: null, residentBytes: null }),
    async forget() {},
    async dispose() {
      standing = 'loading'
    },

    async *generate(generation, signal) {
      if (standing !== 'ready') throw new NearsideError('not-ready', 'The engine has not been loaded.')
      const promptTokens = generation.messages.reduce((sum, { text }) => sum + textTokens(text), 0)
      if (promptTokens >= model.contextTokens) throw tooLong(promptTokens, model.contextTokens)
      yield { type: 'prompt-read', promptTokens, cachedPromptTokens: 0 }

      const limit = Math.min(generation.outputLimit, model.contextTokens - promptTokens)
      const stops = stopStrings(generation.stop)
      const end = (finishReason: 'stop' | 'length' | 'cancelled'): EngineEvent => {
        const { text, tokens } = stops.end()
        return { type: 'generation-end', finishReason, text, tokens, outputTokens }
      }
      let outputTokens = 0
      const script = tokensOf(options.script(generation))
      try {
        for (;;) {
          const token = signal.aborted ? cancelled : await beforeAbort(script.next(), signal)
          if (token === cancelled) return yield end('cancelled')
          if (token.done === true) return yield end('stop')
          outputTokens++
          tokensMade++
          const logprob = scriptedLogprob(token.value)
          const top = (generation.topLogprobs ?? 0) > 0 ? [{ token: token.value, logprob }] : []
          const told = generation.topLogprobs === null ? null : { token: token.value, logprob, top }
          const released = stops.push(token.value, told)
          yield { type: 'token', logprob, text: released.text, tokens: released.tokens }
          if (released.stopped) return yield end('stop')
          if (outputTokens >= limit) return yield end('length')
        }
      } finally {
        // Not awaited: a script that waits for something would keep its reader waiting for it too.
        script.return(undefined).catch(() => {})
      }
    },
  }
}

const cancelled = Symbol('cancelled')

/** Longer tokens are less sure: any fixed rule serves, as long as it is the same each time. */
function scriptedLogprob(token: string): number {
  return -0.01 * (1 + (token.length % 8))
}

async function* tokensOf(tokens: Iterable<string> | AsyncIterable<string>): AsyncGenerator<string> {
  yield* tokens
}

async function beforeAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T | typeof cancelled> {
  let onAbort: (() => void) | null = null
  const aborted = new Promise<typeof cancelled>((resolve) => {
    onAbort = () => resolve(cancelled)
    signal.addEventListener('abort', onAbort)
  })
  work.catch(() => {})
  try {
    return await Promise.race([work, aborted])
  } finally {
    if (onAbort !== null) signal.removeEventListener('abort', onAbort)
  }
}

function tooLong(promptTokens: number, contextTokens: number): NearsideError {
  const message =
    `The conversation has ${promptTokens} tokens, but the model takes ${contextTokens} together with its ` +
    'answer; shorten it.'
  return new NearsideError('context-too-long', message, { param: 'messages' })
}
