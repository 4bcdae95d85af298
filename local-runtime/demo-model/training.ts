/**
 * Trains the model from nothing, always the same way.
 *
 * One thread, one seed, arithmetic that IEEE 754 fixes to the last bit: who runs this gets the bytes that are
 * committed.
 */
import { allAnswers } from './corpus/answers.ts'
import { sampleExample } from './corpus/conversation.ts'
import { encodeExample } from './corpus/encode-example.ts'
import * as corpus from './corpus/read-corpus.ts'
import { adam } from './network/adam.ts'
import { lossOf } from './network/loss.ts'
import { backward, forward, type Network } from './network/network.ts'
import { initialParameters, type Shape, zeroParameters } from './network/parameters.ts'
import { between, chance, type Random, seededRandom } from './network/random.ts'
import { rotaryTable } from './network/rotary.ts'
import type { Training } from './settings.ts'
import { learnMerges } from './tokenizer/learn-merges.ts'
import { type Tokenizer, tokenizerOf } from './tokenizer/tokenizer.ts'

export type TrainedModel = { readonly network: Network; readonly tokenizer: Tokenizer }

export type Progress = {
  readonly step: number
  readonly steps: number
  /** Nats for each token of the answers, mean since the last report. */
  readonly loss: number
}

const REPORT_EVERY = 100

export function train(
  size: Omit<Shape, 'vocabulary'>,
  { seed, merges, steps, examplesPerStep, learningRate, warmUpSteps, sharpness }: Training,
  onProgress: (progress: Progress) => void,
): TrainedModel {
  const random = seededRandom(seed)
  const tokenizer = learnTokenizer({ merges })
  const shape: Shape = { ...size, vocabulary: tokenizer.vocabulary.length }
  const parameters = initialParameters(shape, random)
  const gradient = zeroParameters(shape)
  const network: Network = { shape, parameters, rotary: rotaryTable(shape) }
  const optimise = adam(parameters.all, gradient.all)

  let nats = 0
  let tokens = 0
  for (let step = 1; step <= steps; step++) {
    for (let count = 0; count < examplesPerStep; count++) {
      const example = sampleExample(random, noiseWords(random, step / steps))
      const { sequence, wanted } = encodeExample(example, tokenizer, random, shape.contextTokens)
      if (sequence.tokens.length > shape.contextTokens) continue
      const pass = forward(network, sequence)
      const loss = lossOf(pass, wanted)
      const share = 1 / (wanted.length * examplesPerStep)
      for (let index = 0; index < loss.logitsGradient.length; index++) {
        loss.logitsGradient[index] = loss.logitsGradient[index]! * share
      }
      backward(network, pass, loss.logitsGradient, gradient)
      nats += loss.nats
      tokens += loss.tokens
    }
    optimise(learningRate * Math.min(step / warmUpSteps, 1.01 - step / steps))
    if (step % REPORT_EVERY === 0 || step === steps) {
      onProgress({ step, steps, loss: nats / tokens })
      nats = 0
      tokens = 0
    }
  }
  const gain = parameters.finalNorm
  for (let index = 0; index < gain.length; index++) gain[index] = gain[index]! * sharpness
  return { network, tokenizer }
}

/** Bare requests teach fastest; once they are told apart, noise and pages of it teach to find the request in them. */
function noiseWords(random: Random, progress: number): number {
  if (progress < 0.3) return between(random, 1, 4)
  if (chance(random, 0.01)) return between(random, 150, 500)
  if (chance(random, 0.07)) return between(random, 40, 120)
  return between(random, 1, 16)
}

/** The tokenizer alone, which needs a second instead of minutes. */
export function learnTokenizer({ merges }: Pick<Training, 'merges'>): Tokenizer {
  return tokenizerOf(learnMerges(tokenizerTexts(), merges))
}

/** What the tokenizer learns from. The answers weigh most: each of their words becomes a single token. */
function tokenizerTexts(): Map<string, number> {
  const texts = new Map<string, number>()
  for (const answer of allAnswers()) texts.set(answer, 50)
  for (const request of [...corpus.requests.values()].flat()) {
    texts.set(` ${request.replace(/[{}|]/g, ' ').toLowerCase()}`, 2)
  }
  const lists = [corpus.hellos, corpus.tongues, corpus.things, corpus.words, corpus.systemMessages]
  for (const text of lists.flat()) texts.set(` ${text.toLowerCase()}`, 1)
  return texts
}
