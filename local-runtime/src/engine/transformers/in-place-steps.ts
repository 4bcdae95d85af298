/**
 * Steps that write new keys and values behind those that are there. Past and present are one buffer with room to spare, which grows
 * in pieces, so that a step copies nothing: not the model, and not the binding (`silent-session`).
 *
 * It works only for graphs that take the length of the past from the attention mask and not from the shape of what is handed in
 * (those with onnxruntime's grouped-query attention do). No file says which it is, so the model is tried: with rubbish in the
 * room to spare it must give the scores that it gives in the plain way.
 */
import { Tensor } from '@huggingface/transformers'
import { copied, emptied, type Past, roomOf } from './key-values.ts'
import { type OrtTensor, type OrtTensors, onnxruntime } from './onnxruntime.ts'
import type { SilentSession } from './silent-session.ts'
import { inputsFor, lastScores, pastName, type Step, type Steps } from './steps.ts'

/** Room is made for this many tokens at a time; all that is kept is copied whenever it grows. */
const pieceTokens = 256

type Names = readonly { readonly input: string; readonly output: string }[]

/** What a model's inputs and outputs are, as far as steps go. */
type Facts = {
  readonly names: Names
  /** No tokens yet, in the shape in which keys and values lie. */
  readonly empty: Past
  /** `[1, tokens, vocabulary]`; of a model that is told how many it shall score, one token. */
  readonly scores: OrtTensor
}

/** Null where the model is not one that can, or does not give the same scores. */
export async function inPlaceSteps(session: SilentSession, contextTokens: number): Promise<Steps | null> {
  const names = session.outputNames.flatMap((output) => {
    const input = pastName(output)
    return input === null ? [] : [{ input, output }]
  })
  const known = new Set([...Object.keys(inputsFor([0], 0)), ...names.map(({ input }) => input)])
  if (names.length === 0 || !session.inputNames.every((name) => known.has(name))) return null
  const empty = emptyPast(session, names)
  if (empty === null) return null

  const plain = (
    ids: readonly number[],
    past: Past,
    pastTokens: number,
  ): Promise<Step & { all: OrtTensors }> => plainStep(session, names, ids, past, pastTokens)
  const { logits: scores } = (await plain([0], empty, 0)).all
  if (scores === undefined) return null
  const steps = stepsOf(session, { names, empty, scores }, contextTokens)
  return (await givesTheSame(plain, steps, empty)) ? steps : null
}

function stepsOf(session: SilentSession, { names, empty, scores }: Facts, contextTokens: number): Steps {
  const OrtTensorClass = onnxruntime().Tensor
  const roomFor = (tokens: number): number => {
    const pieces = Math.ceil((tokens + 1) / pieceTokens)
    return Math.max(tokens, Math.min(contextTokens, pieces * pieceTokens))
  }
  const vocabulary = scores.dims.at(-1) ?? 0
  const scoresAll = !session.inputNames.includes('num_logits_to_keep')
  // Each conversation's own, because others may take their steps before somebody looks at its scores.
  const logitsOf = new WeakMap<Past, OrtTensor>()

  function logitsFor(past: Past, tokens: number): OrtTensor {
    const rows = scoresAll ? tokens : 1
    const held = logitsOf.get(past)
    if (held?.dims[1] === rows) return held
    const length = rows * vocabulary
    const data = scores.type === 'float16' ? new Uint16Array(length) : new Float32Array(length)
    const logits = new OrtTensorClass(scores.type, data, [1, rows, vocabulary])
    logitsOf.set(past, logits)
    return logits
  }

  return {
    open(kept, tokens, expectedTokens) {
      const room = roomFor(Math.max(tokens, expectedTokens))
      return kept === null ? emptied(empty, room) : copied(kept, tokens, room)
    },

    async run(ids, given, pastTokens) {
      const length = pastTokens + ids.length
      let past = given ?? emptied(empty, roomFor(length))
      if (past !== null && roomOf(past) < length) past = copied(past, pastTokens, roomFor(length))
      if (past === null) throw new TypeError('keys and values are of another shape than the model gives out')

      const feeds = feedsFor(session, ids, pastTokens)
      const into: Record<string, OrtTensor> = { logits: logitsFor(past, ids.length) }
      for (const { input, output } of names) {
        const { type, data, dims } = past[input]!
        const buffer = new OrtTensorClass(type, data, dims)
        feeds[input] = buffer
        into[output] = buffer
      }
      await session.compute(feeds, into)
      return { scores: scoresIn(into.logits!), past }
    },
  }
}

/** Past in, and present out as new tensors that are longer. */
async function plainStep(
  session: SilentSession,
  names: Names,
  ids: readonly number[],
  past: Past,
  pastTokens: number,
): Promise<Step & { readonly all: OrtTensors }> {
  const feeds = feedsFor(session, ids, pastTokens)
  for (const { input } of names) feeds[input] = past[input]!.ort_tensor
  const all = await session.run(feeds)
  const present = names.map(({ input, output }) => [input, ours(all[output]!)] as const)
  return { scores: scoresIn(all.logits!), past: Object.fromEntries(present), all }
}

function feedsFor(
  session: SilentSession,
  ids: readonly number[],
  pastTokens: number,
): Record<string, OrtTensor> {
  const feeds: Record<string, OrtTensor> = {}
  for (const [name, tensor] of Object.entries(inputsFor(ids, pastTokens))) {
    if (session.inputNames.includes(name)) feeds[name] = tensor.ort_tensor
  }
  return feeds
}

function ours({ type, data, dims }: OrtTensor): Tensor {
  return new Tensor(type, data, [...dims])
}

function scoresIn(logits: OrtTensor): Float32Array {
  return lastScores(ours(logits))
}

function emptyPast({ inputMetadata }: SilentSession, names: Names): Past | null {
  const past: Record<string, Tensor> = {}
  for (const { input } of names) {
    const { type, shape } = inputMetadata.find(({ name }) => name === input) ?? {}
    const [, heads, , size] = shape ?? []
    if (shape?.length !== 4 || typeof heads !== 'number' || typeof size !== 'number') return null
    if (type !== 'float32' && type !== 'float16') return null
    const data = type === 'float16' ? new Uint16Array(0) : new Float32Array(0)
    past[input] = new Tensor(type, data, [1, heads, 0, size])
  }
  return past
}

/** A few tokens in parts of different length, with rubbish where nothing is yet. */
async function givesTheSame(
  plain: (ids: readonly number[], past: Past, pastTokens: number) => Promise<Step>,
  inPlace: Steps,
  empty: Past,
): Promise<boolean> {
  const parts = [[0], [1, 2], [3]]
  let plainPast = empty
  let past = emptied(empty, 8)
  if (past === null) return false
  for (const { data } of Object.values(past)) if (ArrayBuffer.isView(data)) fillWithRubbish(data)

  let tokens = 0
  for (const ids of parts) {
    const wanted = await plain(ids, plainPast, tokens)
    const found = await inPlace.run(ids, past, tokens)
    if (!isNear(wanted.scores, found.scores)) return false
    plainPast = wanted.past
    past = found.past
    tokens += ids.length
  }
  return true
}

/** Seven, in 32 or 16 bits: large for a key, and no number that would hide itself. */
function fillWithRubbish(data: ArrayBufferView): void {
  if (data instanceof Float32Array) data.fill(7)
  else new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2).fill(0x4700)
}

function isNear(wanted: Float32Array, found: Float32Array): boolean {
  let largest = 0
  let apart = 0
  for (let id = 0; id < wanted.length; id++) {
    largest = Math.max(largest, Math.abs(wanted[id]!))
    apart = Math.max(apart, Math.abs(wanted[id]! - found[id]!))
  }
  return wanted.length === found.length && apart <= largest * 1e-3
}
