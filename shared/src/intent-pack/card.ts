/**
 * What a pack says and when: the names of its intents, their answers, and by how much an answer must be certain. It stands
 * as one line of JSON in the metadata of the pack's ONNX file, beside the weights, so that the two cannot be parted.
 */

/** The key of the JSON among the model's metadata. */
export const packCardKey = 'nearside-pack'

/** Another number is another meaning of the file; a reader takes its own alone. */
export const packFormat = 1

export type PackCard = {
  readonly format: number
  readonly pieceVersion: number
  readonly name: string
  /** In the order of the model's columns. */
  readonly intents: readonly PackIntent[]
  /** Whether one more column stands for what is out of scope. */
  readonly outside: boolean
  /** System prompts under which the pack speaks, beside those that say nothing, by their stated form. */
  readonly systemPrompts: readonly string[]
  readonly certainty: Certainty
}

export type PackIntent = {
  readonly name: string
  /** A BCP 47 tag: the language of its examples and of its answer. */
  readonly language: string
  /** With `{{slot}}` where a value of the question goes. */
  readonly answer: string
  readonly slots: readonly PackSlot[]
  /** In force from this moment, and until just before that one, in milliseconds since the epoch; null is always. */
  readonly fromMs: number | null
  readonly untilMs: number | null
  readonly followUps: readonly PackFollowUp[]
}

/** A value that the question has to name, out of those that are known. */
export type PackSlot = {
  readonly name: string
  /** What a question says, by its stated form, and what the answer then writes. */
  readonly values: readonly (readonly [said: string, written: string])[]
}

/** A question that means something only after the intent's answer, and only in these words. */
export type PackFollowUp = {
  /** Stated forms. */
  readonly asked: readonly string[]
  readonly answer: string
}

/** How the build tells what is certain enough, learned from questions that it kept back; its report shows what came of it. */
export type Certainty = {
  /** What each sign weighs: their sum and the offset are the log-odds that the answer is right. */
  readonly weights: readonly number[]
  readonly offset: number
  /** The least log-odds at which a question is answered. */
  readonly threshold: number
}
