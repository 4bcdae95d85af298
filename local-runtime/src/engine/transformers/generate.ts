/**
 * The loop that makes an answer: read the prompt in pieces, then choose a token, tell it, feed it back, until
 * the model ends, a stop text appears, the limit is reached or somebody cancels. The wish to cancel is asked for
 * before each step, so nothing but the step that is running is computed after it.
 */

import type { TokenTable } from '../../model/read-tokenizer.ts'
import { seededRandom } from '../../sampling/random.ts'
import type { Candidate } from '../../sampling/sampler.ts'
import { sampler } from '../../sampling/sampler.ts'
import { stopStrings } from '../../text/stop-strings.ts'
import { tokenName, utf8Text } from '../../text/utf8-text.ts'
import type { EngineEvent, Generation } from '../engine.ts'
import type { Forward } from './forward.ts'

export type Watch = {
  /** Also the moment at which whoever cancels is heard. */
  readonly isCancelled: () => Promise<boolean>
  readonly onPromptPart: () => void
}

export type Limits = {
  readonly contextTokens: number
  readonly prefillTokens: number
  readonly endTokens: ReadonlySet<number>
}

export async function* generate(
  forward: Forward,
  table: TokenTable,
  ids: readonly number[],
  generation: Generation,
  limits: Limits,
  watch: Watch,
): AsyncGenerator<EngineEvent> {
  const sample = sampler(generation, seededRandom(generation.seed), generation.topLogprobs)
  const text = utf8Text()
  const stops = stopStrings(generation.stop)
  const limit = Math.min(generation.outputLimit, limits.contextTokens - ids.length)
  let outputTokens = 0
  let first = true

  function end(finishReason: 'stop' | 'length' | 'cancelled'): EngineEvent {
    const { text, tokens } = stops.end()
    return { type: 'generation-end', finishReason, text, tokens, outputTokens }
  }

  yield { type: 'prompt-read', promptTokens: ids.length }
  let scores: Float32Array | null = null
  for (let at = 0; at < ids.length; at += limits.prefillTokens) {
    if (await watch.isCancelled()) {
      yield end('cancelled')
      return
    }
    scores = await forward.run(ids.slice(at, at + limits.prefillTokens))
    watch.onPromptPart()
  }

  while (scores !== null) {
    if (await watch.isCancelled()) {
      yield end('cancelled')
      return
    }
    const chosen = sample.choose(scores)
    if (limits.endTokens.has(chosen.id)) {
      yield end('stop')
      return
    }
    outputTokens++

    const bytes = bytesFor(chosen.id)
    const piece = first && table.leadingSpace ? text.push(bytes).replace(/^ /, '') : text.push(bytes)
    first = false
    const released = stops.push(piece, {
      token: tokenName(bytes),
      logprob: chosen.logprob,
      top: chosen.top.map(named),
    })
    yield { type: 'token', logprob: chosen.logprob, text: released.text, tokens: released.tokens }

    if (released.stopped) {
      yield end('stop')
      return
    }
    if (outputTokens >= limit) {
      yield end('length')
      return
    }
    scores = await forward.run([chosen.id])
  }

  function bytesFor(id: number): Uint8Array {
    return table.bytesOf(id) ?? new Uint8Array()
  }

  function named(candidate: Candidate): { token: string; logprob: number } {
    return { token: tokenName(bytesFor(candidate.id)), logprob: candidate.logprob }
  }
}
