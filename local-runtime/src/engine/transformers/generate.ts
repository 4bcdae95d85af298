/**
 * The loop that makes an answer: read the prompt in pieces, then choose a token, tell it, feed it back, until
 * the model ends, a stop text appears, the limit is reached or somebody cancels. The wish to cancel is asked for
 * before each step, so nothing but the step that is running is computed after it.
 */
import type { TokenTable } from '../../model/read-tokenizer.ts'
import { seededRandom } from '../../sampling/random.ts'
import { sampler } from '../../sampling/sampler.ts'
import type { EngineEvent, Generation } from '../engine.ts'
import type { Guard } from '../host/guard.ts'
import type { Watch } from '../host/serve-engine.ts'
import { tellTokens } from '../host/tell-tokens.ts'
import type { Forward } from './forward.ts'

export type GenerateOptions = {
  readonly table: TokenTable
  readonly guard: Guard | null
  readonly ids: readonly number[]
  readonly generation: Generation
  readonly watch: Watch
  readonly contextTokens: number
  readonly prefillTokens: number
  readonly endTokens: ReadonlySet<number>
}

export async function* generate(forward: Forward, options: GenerateOptions): AsyncGenerator<EngineEvent> {
  const { ids, generation, watch, guard, prefillTokens, endTokens } = options
  const sample = sampler(generation, seededRandom(generation.seed), generation.topLogprobs ?? 0, ids)
  const limit = Math.min(generation.outputLimit, options.contextTokens - ids.length)
  const teller = tellTokens(generation, options.table, limit)

  const cached = forward.begin(ids)
  yield { type: 'prompt-read', promptTokens: ids.length, cachedPromptTokens: cached }
  try {
    let scores: Float32Array | null = null
    for (let at = cached; at < ids.length; at += prefillTokens) {
      if (await watch.isCancelled()) return yield teller.end('cancelled')
      scores = await forward.run(ids.slice(at, at + prefillTokens))
      watch.onPromptPart()
    }

    while (scores !== null) {
      if (await watch.isCancelled()) return yield teller.end('cancelled')
      if (guard?.isOver() === true) return yield teller.end('stop')
      const chosen = sample.choose(scores, guard?.among)
      if (endTokens.has(chosen.id)) return yield teller.end('stop')
      guard?.take(chosen.id)
      const { event, ended } = teller.token(chosen)
      yield event
      if (ended !== null) return yield teller.end(ended)
      scores = await forward.run([chosen.id])
    }
  } finally {
    forward.keep()
  }
}
