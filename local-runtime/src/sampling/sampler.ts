/**
 * Chooses the next token from the model's scores.
 *
 * The log-probability that is told is the model's own, before temperature, top-p and penalties: it says how
 * sure the model was, not how the caller wanted it to speak, and confidence rests on it.
 */
import type { Random } from './random.ts'

export type Sampling = {
  readonly temperature: number
  readonly topP: number
  readonly frequencyPenalty: number
  readonly presencePenalty: number
}

export type Candidate = { readonly id: number; readonly logprob: number }
export type Chosen = Candidate & { readonly top: readonly Candidate[] }

export type Sampler = { choose(logits: Float32Array): Chosen }

/** Below this share of the likeliest token's probability a token is never drawn: exp(-32) is 1e-14. */
const negligible = -32

export function sampler(sampling: Sampling, random: Random, topLogprobs: number): Sampler {
  const counts = new Map<number, number>()
  const penalised = sampling.frequencyPenalty !== 0 || sampling.presencePenalty !== 0

  return {
    choose(logits) {
      const total = logSumExp(logits)
      if (!Number.isFinite(total)) throw new RangeError('the model gave scores that are not numbers')

      const scores = penalised ? withPenalties(logits, counts, sampling) : logits
      const id = sampling.temperature > 0 ? draw(scores, sampling, random()) : likeliest(scores)
      if (penalised) counts.set(id, (counts.get(id) ?? 0) + 1)
      const top = topLogprobs > 0 ? best(logits, topLogprobs) : []
      return {
        id,
        logprob: logits[id]! - total,
        top: top.map((candidate) => ({ id: candidate, logprob: logits[candidate]! - total })),
      }
    },
  }
}

function logSumExp(logits: Float32Array): number {
  let max = Number.NEGATIVE_INFINITY
  for (let id = 0; id < logits.length; id++) if (logits[id]! > max) max = logits[id]!
  let sum = 0
  for (let id = 0; id < logits.length; id++) sum += Math.exp(logits[id]! - max)
  return max + Math.log(sum)
}

function withPenalties(logits: Float32Array, counts: Map<number, number>, sampling: Sampling): Float32Array {
  const scores = logits.slice()
  for (const [id, count] of counts) {
    scores[id] = scores[id]! - sampling.presencePenalty - count * sampling.frequencyPenalty
  }
  return scores
}

function likeliest(scores: Float32Array): number {
  let id = 0
  for (let other = 1; other < scores.length; other++) if (scores[other]! > scores[id]!) id = other
  return id
}

/** The smallest set of likeliest tokens whose probabilities reach `topP`, and from it one by `chance`. */
function draw(scores: Float32Array, sampling: Sampling, chance: number): number {
  const max = scores[likeliest(scores)]!
  const ids: number[] = []
  for (let id = 0; id < scores.length; id++) {
    if ((scores[id]! - max) / sampling.temperature > negligible) ids.push(id)
  }
  ids.sort((left, right) => scores[right]! - scores[left]! || left - right)

  const weights = ids.map((id) => Math.exp((scores[id]! - max) / sampling.temperature))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  let nucleus = 0
  let kept = 0
  while (kept < ids.length && (kept === 0 || nucleus < sampling.topP * total)) nucleus += weights[kept++]!

  let left = chance * nucleus
  for (let at = 0; at < kept; at++) {
    left -= weights[at]!
    if (left < 0) return ids[at]!
  }
  return ids[kept - 1]!
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
