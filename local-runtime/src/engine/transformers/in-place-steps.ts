/**
 * Steps that write new keys and values behind those that are there. Past and present are one buffer with room to spare, which grows
 * in pieces, so that the model itself copies nothing at a step. The binding does: it hands out a copy of each output, one that was
 * written into a buffer of ours too. So the room is kept small, and what was handed out is given back at once.
 *
 * It works only for graphs that take the length of the past from the attention mask and not from the shape of what is handed in
 * (those with onnxruntime's grouped-query attention do). No file says which it is, so the model is tried: with rubbish in the
 * room to spare it must give the scores that it gives in the plain way.
 */
import { type PreTrainedModel, Tensor } from '@huggingface/transformers'
import { copied, emptied, type Past, roomOf } from './key-values.ts'
import { inputsFor, lastScores, pastName, type Steps } from './steps.ts'

type OrtTensor = Tensor['ort_tensor']

type OrtTensorConstructor = new (
  type: OrtTensor['type'],
  data: Tensor['data'],
  dims: readonly number[],
) => OrtTensor

/** What is used of the library's session, which it does not type. */
type Session = {
  readonly inputNames: readonly string[]
  readonly outputNames: readonly string[]
  run(
    feeds: Readonly<Record<string, OrtTensor>>,
    fetches: Readonly<Record<string, OrtTensor | null>>,
  ): Promise<Readonly<Record<string, OrtTensor>>>
}

/** Room is made for this many tokens at a time: all of it is copied at each step, and all that is kept whenever it grows. */
const pieceTokens = 32

/** Null where the model is not one that can, or does not give the same scores. */
export async function inPlaceSteps(
  model: PreTrainedModel,
  plain: Steps,
  contextTokens: number,
): Promise<Steps | null> {
  const session: Session | undefined = model.sessions.model
  if (session === undefined || !Array.isArray(session.inputNames)) return null
  const { past: shapes } = await plain.run([0], null, 0)
  const names = session.outputNames.flatMap((output) => {
    const input = pastName(output)
    return input === null ? [] : [{ input, output }]
  })
  const known = new Set([...Object.keys(inputsFor([0], 0)), ...names.map(({ input }) => input)])
  const isWhole = names.length > 0 && names.every(({ input }) => shapes[input] !== undefined)
  if (!isWhole || !session.inputNames.every((name) => known.has(name))) return null

  const steps = stepsOf(session, names, shapes, contextTokens)
  return (await givesTheSame(plain, steps, shapes).catch(() => false)) ? steps : null
}

function stepsOf(
  session: Session,
  names: readonly { readonly input: string; readonly output: string }[],
  shapes: Past,
  contextTokens: number,
): Steps {
  const roomFor = (tokens: number): number => {
    const pieces = Math.ceil((tokens + 1) / pieceTokens)
    return Math.max(tokens, Math.min(contextTokens, pieces * pieceTokens))
  }
  // The session passes over buffers of another class than its own, and there may be two: the library brings one of its own.
  const OrtTensorClass = Object.values(shapes)[0]!.ort_tensor.constructor as OrtTensorConstructor
  return {
    open(kept, tokens, expectedTokens) {
      const room = roomFor(Math.max(tokens, expectedTokens))
      return kept === null ? emptied(shapes, room) : copied(kept, tokens, room)
    },

    async run(ids, given, pastTokens) {
      const length = pastTokens + ids.length
      let past = given ?? emptied(shapes, roomFor(length))
      if (past !== null && roomOf(past) < length) past = copied(past, pastTokens, roomFor(length))
      if (past === null) throw new TypeError('keys and values are of another shape than the model gives out')

      const feeds: Record<string, OrtTensor> = {}
      for (const [name, tensor] of Object.entries(inputsFor(ids, pastTokens))) {
        if (session.inputNames.includes(name)) feeds[name] = tensor.ort_tensor
      }
      const fetches: Record<string, OrtTensor | null> = { logits: null }
      for (const { input, output } of names) {
        const { type, data, dims } = past[input]!
        const buffer = new OrtTensorClass(type, data, dims)
        feeds[input] = buffer
        fetches[output] = buffer
      }
      const outputs = await session.run(feeds, fetches)
      for (const { output } of names) giveBack(outputs[output], fetches[output])
      const { logits } = outputs
      if (logits === undefined) throw new TypeError('the model has no output named logits')
      return { scores: lastScores(new Tensor(logits.type, logits.data, [...logits.dims])), past }
    },
  }
}

/**
 * Frees the copy of an output without waiting for the collector. It is told of these copies, hundreds of megabytes a second, and
 * would mark the whole heap at every step, a large vocabulary in it: a third of the processor's time went there.
 */
function giveBack(copy: OrtTensor | undefined, ours: OrtTensor | null | undefined): void {
  if (copy === undefined || !ArrayBuffer.isView(copy.data) || !ArrayBuffer.isView(ours?.data)) return
  const buffer: ArrayBufferLike = copy.data.buffer
  if (buffer !== ours.data.buffer && buffer instanceof ArrayBuffer) buffer.transfer(0)
}

/** A few tokens in parts of different length, with rubbish where nothing is yet. */
async function givesTheSame(plain: Steps, inPlace: Steps, shapes: Past): Promise<boolean> {
  const parts = [[0], [1, 2], [3]]
  let plainPast: Past | null = null
  let past = emptied(shapes, 8)
  if (past === null) return false
  for (const { data } of Object.values(past)) if (ArrayBuffer.isView(data)) fillWithRubbish(data)

  let tokens = 0
  for (const ids of parts) {
    const wanted = await plain.run(ids, plainPast, tokens)
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
