/**
 * The loop that makes an answer in a slot: read what of the prompt is new, in pieces, then take token after token.
 *
 * Two ways lead to a token. Where the caller wants what llama.cpp's own sampler gives unbent (the likeliest token, or one drawn
 * from the model's own probabilities), that sampler chooses and tells one probability, which costs a few percent. For everything
 * else the whole list is asked for and our own sampler chooses, as for every other engine, so that penalties, cut-offs, biases and
 * constraints mean the same everywhere; with large vocabularies that costs about a fifth of the speed.
 */
import type { Token } from 'node-llama-cpp'
import type { TokenTable } from '../../model/read-tokenizer.ts'
import { type Random, seededRandom } from '../../sampling/random.ts'
import { type Chosen, sampler } from '../../sampling/sampler.ts'
import type { EngineEvent, Generation } from '../engine.ts'
import type { Guard } from '../host/guard.ts'
import type { Watch } from '../host/serve-engine.ts'
import { type Told, tellTokens } from '../host/tell-tokens.ts'
import type { Cadence, Member } from './cadence.ts'
import type { Slot, Slots } from './slots.ts'

export type LlamaGenerateOptions = {
  readonly table: TokenTable
  readonly vocabulary: number
  readonly guard: Guard | null
  readonly ids: readonly Token[]
  readonly generation: Generation
  readonly cadence: Cadence
  readonly watch: Watch
  readonly contextTokens: number
  readonly prefillTokens: number
  readonly endTokens: ReadonlySet<number>
}

export async function* generate(slots: Slots, options: LlamaGenerateOptions): AsyncGenerator<EngineEvent> {
  const { ids, generation, watch } = options
  const room = generation.overflow === 'shift' ? Number.MAX_SAFE_INTEGER : options.contextTokens - ids.length
  const teller = tellTokens(generation, options.table, Math.min(generation.outputLimit, room))

  const slot = await slots.take(ids, watch.isCancelled, generation.mayPark)
  if (slot === null) return yield teller.end('cancelled')
  try {
    yield { type: 'prompt-read', promptTokens: ids.length, cachedPromptTokens: slot.cachedTokens }
    let at = slot.cachedTokens
    for (; ids.length - at > options.prefillTokens; at += options.prefillTokens) {
      if (await watch.isCancelled()) return yield teller.end('cancelled')
      await slot.sequence.evaluateWithoutGeneratingNewTokens(ids.slice(at, at + options.prefillTokens))
      watch.onPromptPart()
    }
    if (await watch.isCancelled()) return yield teller.end('cancelled')
    const unread = ids.slice(at)

    const member = options.cadence.join(slot.number)
    try {
      for await (const chosen of tokens(slot, options, unread, member)) {
        if (chosen === null) return yield teller.end('stop')
        const { event, ended } = teller.token(chosen)
        yield event
        if (ended !== null) return yield teller.end(ended)
        if (watch.wasCancelled()) return yield teller.end('cancelled')
      }
    } finally {
      member.leaves()
    }
  } finally {
    slot.release()
  }
}

/**
 * The tokens of an answer; null where it ends by itself. What is `unread` of the prompt is read with the first: its last token
 * by itself would cost as much as a token of the answer.
 */
function tokens(
  slot: Slot,
  options: LlamaGenerateOptions,
  unread: readonly Token[],
  member: Member,
): AsyncGenerator<Told | null> {
  const random = seededRandom(options.generation.seed)
  return isUnbent(options.generation)
    ? drawnThere(slot, options, unread, member, random)
    : drawnHere(slot, options, unread, member, random)
}

function isUnbent(asked: Generation): boolean {
  const isDrawnFromAll = asked.temperature === 1 && asked.topP >= 1 && asked.topK === 0 && asked.minP === 0
  return (
    (asked.temperature === 0 || isDrawnFromAll) &&
    asked.frequencyPenalty === 0 &&
    asked.presencePenalty === 0 &&
    asked.logitBias.length === 0 &&
    (asked.topLogprobs ?? 0) === 0 &&
    asked.constraint === null
  )
}

type Sampled = { readonly token: Token; readonly confidence?: number }

/** Between two whose probability is told. */
const untoldTokens: Readonly<Record<Generation['confidence'], number>> = { rough: 15, close: 5 }

const unbent = { topK: everyToken(), topP: 1, minP: 0, yieldEogToken: true } as const

/**
 * What the library calls `topK`, for all tokens. Zero means that too, but is carried out by sorting them all, which with 128,000
 * takes 8 ms a token; left out, it means 40. Null is what the library itself strikes from the settings before llama.cpp sees
 * them, and its types do not know that.
 */
function everyToken(): number {
  return null as unknown as number
}

/**
 * The library tells a probability at the price of sorting the whole vocabulary, about an eighth of a 3B model's time for a
 * token. Where only the confidence rests on it, a few tokens tell enough: which tokens are asked does not depend on
 * what they are, so their mean is that of all. What is told is fixed when an evaluation begins, hence one after the other; whoever
 * has all told gets the same evaluations, since each draws anew, and a seed should mean the same answer to both.
 */
async function* drawnThere(
  { sequence }: Slot,
  { generation, endTokens }: LlamaGenerateOptions,
  unread: readonly Token[],
  member: Member,
  random: Random,
): AsyncGenerator<Told | null> {
  const isAllTold = generation.topLogprobs !== null
  let last = [...unread]
  for (let isWatched = true; ; isWatched = !isWatched) {
    const drawing = {
      ...unbent,
      temperature: generation.temperature,
      seed: Math.floor(random() * 2 ** 32),
    } as const
    const told = isAllTold || isWatched ? ({ confidence: true } as const) : {}
    const evaluated = sequence.evaluateWithMetadata(last, told, drawing)
    let left = isWatched ? 1 : untoldTokens[generation.confidence]
    await member.turn()
    for await (const { token, confidence } of evaluated as AsyncIterable<Sampled>) {
      if (endTokens.has(token)) return yield null
      yield { id: token, logprob: confidence === undefined ? null : logarithm(confidence), top: [] }
      last = [token]
      if (--left === 0) break
      await member.turn()
    }
  }
}

function logarithm(confidence: number): number {
  return Math.min(0, Math.log(confidence))
}

async function* drawnHere(
  { sequence }: Slot,
  { ids, generation, endTokens, guard, vocabulary }: LlamaGenerateOptions,
  unread: readonly Token[],
  member: Member,
  random: Random,
): AsyncGenerator<Chosen | null> {
  const sample = sampler(generation, random, generation.topLogprobs ?? 0, ids)
  const evaluated = sequence.evaluateWithMetadata(
    [...unread],
    { probabilities: true },
    { ...unbent, temperature: 0 },
  )
  try {
    await member.turn()
    let step = await evaluated.next()
    while (step.done !== true) {
      if (guard?.isOver() === true) return yield null
      const chosen = sample.choose(logarithms(step.value.probabilities, vocabulary), guard?.among)
      if (endTokens.has(chosen.id)) return yield null
      guard?.take(chosen.id)
      yield chosen
      await member.turn()
      step = await evaluated.next(chosen.id as Token)
    }
  } finally {
    await evaluated.return()
  }
}

function logarithms(probabilities: ReadonlyMap<Token, number>, vocabulary: number): Float32Array {
  const scores = new Float32Array(vocabulary).fill(Number.NEGATIVE_INFINITY)
  for (const [id, probability] of probabilities) scores[id] = Math.log(probability)
  return scores
}
