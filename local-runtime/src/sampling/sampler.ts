/**
 * Chooses the next token from the model's scores.
 *
 * The log-probability that is told is the model's own, before temperature, cut-offs, penalties and biases: it says how
 * sure the model was, not how the caller wanted it to speak, and confidence rests on it.
 */
import type { Random } from './random.ts'

export type Sampling = {
  readonly temperature: number
  readonly topP: number
  /** Zero for all. */
  readonly topK: number
  /** Zero for all. */
  readonly minP: number
  readonly frequencyPenalty: number
  readonly presencePenalty: number
  readonly repetitionPenalty: number
  readonly logitBias: readonly (readonly [token: number, bias: number])[]
}

export type Candidate = { readonly id: number; readonly logprob: number }
export type Chosen = Candidate & { readonly top: readonly Candidate[] }

/** The tokens that may come now. Asking after one token is cheap; `mask` works out all of them. */
export type Among = {
  admits(id: number): boolean
  mask(): (id: number) => boolean
}

export type Sampler = { choose(logits: Float32Array, among?: Among): Chosen }

/** Below this share of the likeliest token's probability a token is never drawn: exp(-32) is 1e-14. */
const negligible = -32

/** A model may give all that is allowed no chance whatever; one of them is chosen nonetheless. */
const leastScore = -1e30

/** What OpenAI tells in place of minus infinity, which JSON does not have. */
const leastLogprob = -9_999

/** `prompt` is what stands in the conversation, for the repetition penalty. */
export function sampler(
  sampling: Sampling,
  random: Random,
  topLogprobs: number,
  prompt: readonly number[] = [],
): Sampler {
  const counts = new Map<number, number>()
  const isPenalised = sampling.frequencyPenalty !== 0 || sampling.presencePenalty !== 0
  const isRepetitionPenalised = sampling.repetitionPenalty !== 1
  const stands = new Set(isRepetitionPenalised ? prompt : [])
  const isChanged = isPenalised || isRepetitionPenalised || sampling.logitBias.length > 0

  function pick(scores: Float32Array, first: number): number {
    return sampling.temperature > 0 ? draw(scores, scores[first]!, sampling, random()) : first
  }

  function changed(logits: Float32Array): Float32Array {
    const scores = logits.slice()
    for (const id of stands) {
      const score = scores[id]!
      scores[id] = score > 0 ? score / sampling.repetitionPenalty : score * sampling.repetitionPenalty
    }
    for (const [id, count] of counts) {
      scores[id] = scores[id]! - sampling.presencePenalty - count * sampling.frequencyPenalty
    }
    for (const [id, bias] of sampling.logitBias) if (id < scores.length) scores[id] = scores[id]! + bias
    return scores
  }

  return {
    choose(logits, among) {
      const first = likeliest(logits)
      const total = logSumExp(logits, logits[first]!)
      if (!Number.isFinite(total)) throw new RangeError('the model gave scores that are not numbers')

      const scores = isChanged ? changed(logits) : logits
      let id = pick(scores, isChanged ? likeliest(scores) : first)
      // A free draw that is allowed, or else one among the allowed, has the chances of one among the allowed.
      if (among !== undefined && !among.admits(id)) {
        const allowed = masked(scores, among.mask())
        id = pick(allowed, likeliest(allowed))
      }
      const logprobOf = (token: number): number => Math.max(leastLogprob, logits[token]! - total)
      if (isPenalised) counts.set(id, (counts.get(id) ?? 0) + 1)
      if (isRepetitionPenalised) stands.add(id)
      const top = topLogprobs > 0 ? best(logits, topLogprobs) : []
      return {
        id,
        logprob: logprobOf(id),
        top: top.map((candidate) => ({ id: candidate, logprob: logprobOf(candidate) })),
      }
    },
  }
}

function masked(scores: Float32Array, isAllowed: (id: number) => boolean): Float32Array {
  return scores.map((score, id) => (isAllowed(id) ? Math.max(score, leastScore) : Number.NEGATIVE_INFINITY))
}

const stepsAUnit = 64
const powers = Float64Array.from({ length: -negligible * stepsAUnit }, (_, at) => Math.exp(-at / stepsAUnit))

/**
 * Over a vocabulary of 128,000 the exponential function is a fiftieth of the time of a token of a 3B model. A table of it and three terms of its series
 * take a quarter of that, and are right to eight digits.
 */
function logSumExp(logits: Float32Array, max: number): number {
  let sum = 0
  for (let id = 0; id < logits.length; id++) {
    const below = max - logits[id]!
    if (below >= -negligible) continue
    const at = (below * stepsAUnit) | 0
    const rest = below - at / stepsAUnit
    sum += powers[at]! * (1 - rest * (1 - rest * (0.5 - rest / 6)))
  }
  return max + Math.log(sum)
}

function likeliest(scores: Float32Array): number {
  let id = 0
  for (let other = 1; other < scores.length; other++) if (scores[other]! > scores[id]!) id = other
  return id
}

/**
 * One by `chance` among the likeliest: those at least `minP` as probable as the first, no more than `topK` of them, and of these
 * the fewest whose probabilities reach `topP`. All three look at probabilities as the temperature has left them.
 */
function draw(
  scores: Float32Array,
  max: number,
  { temperature, topP, topK, minP }: Sampling,
  chance: number,
): number {
  const lowest = minP > 0 ? Math.max(negligible, Math.log(minP) - 1e-9) : negligible
  const weightOf = (id: number): number => Math.exp((scores[id]! - max) / temperature)
  const ids: number[] = []
  for (let id = 0; id < scores.length; id++) if ((scores[id]! - max) / temperature > lowest) ids.push(id)
  const ranked = likeliestFirst(ids, scores, max, temperature)
  const most = topK > 0 ? Math.min(topK, ids.length) : ids.length

  let total = 0
  if (most === ids.length) for (const id of ids) total += weightOf(id)
  else for (let at = 0; at < most; at++) total += weightOf(ranked(at))
  let nucleus = topP < 1 ? 0 : total
  let kept = topP < 1 ? 0 : most
  while (kept < most && (kept === 0 || nucleus < topP * total)) nucleus += weightOf(ranked(kept++))

  let left = chance * nucleus
  for (let at = 0; at < kept; at++) {
    left -= weightOf(ranked(at))
    if (left < 0) return ranked(at)
  }
  return ranked(kept - 1)
}

/**
 * The ids by their scores, sorted no further than somebody asks: to sort a vocabulary of 128,000 takes as long as the model takes
 * for a token, and what is drawn mostly stands among the first few.
 */
function likeliestFirst(
  ids: readonly number[],
  scores: Float32Array,
  max: number,
  temperature: number,
): (rank: number) => number {
  const sorted: number[] = []
  let rest = ids
  let bands = 0
  return (rank) => {
    while (rank >= sorted.length && rest.length > 0) {
      const lowest = ++bands * 2 < -negligible ? max - bands * 2 * temperature : Number.NEGATIVE_INFINITY
      const band = rest.filter((id) => scores[id]! >= lowest)
      rest = rest.filter((id) => scores[id]! < lowest)
      band.sort((left, right) => scores[right]! - scores[left]! || left - right)
      for (const id of band) sorted.push(id)
    }
    return sorted[rank]!
  }
}

function best(logits: Float32Array, count: number): number[] {
  const ids: number[] = []
  for (let id = 0; id < logits.length; id++) {
    if (ids.length === count && logits[id]! <= logits[ids[count - 1]!]!) continue
    let at = ids.length === count ? count - 1 : ids.length
    while (at > 0 && logits[ids[at - 1]!]! < logits[id]!) {
      ids[at] = ids[at - 1]!
      at--
    }
    ids[at] = id
  }
  return ids
}
