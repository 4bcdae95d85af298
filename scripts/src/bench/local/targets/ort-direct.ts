/**
 * onnxruntime-node in a bare loop, with keys and values in one buffer for past and present that grows in pieces, and nothing handed
 * out, as our engine handles them: a sequence before all other outputs ends a run before the binding copies any of them.
 */
import { readFileSync } from 'node:fs'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { dimensions } from '../weights/dimensions.ts'
import { message } from '../weights/protobuf.ts'
import { promptIds } from '../weights/vocabulary.ts'
import { serveTarget } from './serve-target.ts'
import { type Prompt, speedAfterFirst } from './target.ts'

type Conversation = { buffers: Readonly<Record<string, Tensor>>; ids: number[] }

const pieceTokens = 256
const silence = 'silence'

serveTarget(async ({ folder, vocabulary, threads, contextTokens }) => {
  const model = Buffer.concat([silentOutput(), readFileSync(`${folder}/onnx/model_q4.onnx`)])
  const session = await InferenceSession.create(model, {
    executionProviders: ['cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    extra: {
      session: {
        intra_op: { allow_spinning: '0' },
        model_external_initializers_file_folder_path: `${folder}/onnx`,
      },
    },
    logSeverityLevel: 4,
  })
  const scores = new Float32Array(vocabulary)
  const logits = new Tensor('float32', scores, [1, 1, vocabulary])
  const size = Object.values(dimensions).find((each) => each.vocabulary === vocabulary)!
  const names = session.inputNames.filter((name) => name.startsWith('past_key_values.'))
  const { keyValueHeads: heads, headSize } = size

  /** With room for `length` tokens, and what was there. */
  function grown(given: Conversation['buffers'], length: number): Conversation['buffers'] {
    const held = given[names[0]!]?.dims[2] ?? 0
    if (held >= length) return given
    const room = Math.min(contextTokens, Math.ceil((length + 1) / pieceTokens) * pieceTokens)
    const buffers: Record<string, Tensor> = {}
    for (const name of names) {
      const data = new Float32Array(heads * room * headSize)
      const before = given[name]?.data as Float32Array | undefined
      for (let head = 0; before !== undefined && head < heads; head++) {
        data.set(
          before.subarray(head * held * headSize, (head + 1) * held * headSize),
          head * room * headSize,
        )
      }
      buffers[name] = new Tensor('float32', data, [1, heads, room, headSize])
    }
    return buffers
  }
  // Whatever was said before lies in the one for its length.
  const conversation = (): Conversation => ({ buffers: {}, ids: [] })
  const [short, long] = [conversation(), conversation()]

  async function step(given: Conversation, ids: readonly number[]): Promise<number> {
    const length = given.ids.length + ids.length
    given.buffers = grown(given.buffers, length)
    const integers = (values: BigInt64Array, dims: readonly number[]): Tensor =>
      new Tensor('int64', values, dims)
    const feeds: Record<string, Tensor> = {
      ...given.buffers,
      input_ids: integers(BigInt64Array.from(ids, BigInt), [1, ids.length]),
      attention_mask: integers(new BigInt64Array(length).fill(1n), [1, length]),
      position_ids: integers(
        BigInt64Array.from(ids, (_, at) => BigInt(given.ids.length + at)),
        [1, ids.length],
      ),
      num_logits_to_keep: integers(BigInt64Array.of(1n), []),
    }
    const fetches: Record<string, Tensor | null> = { [silence]: null, logits }
    for (const [name, buffer] of Object.entries(given.buffers)) {
      fetches[name.replace('past_key_values', 'present')] = buffer
    }
    await session.run(feeds, fetches).catch((error: Error) => {
      if (!error.message.startsWith('Non tensor type')) throw error
    })
    given.ids.push(...ids)
    let best = 0
    for (let id = 1; id < scores.length; id++) if (scores[id]! > scores[best]!) best = id
    return best
  }

  async function times(prompt: Prompt, count: number): Promise<number[]> {
    const given = prompt.tokens < 100 ? short : long
    const ids = promptIds(prompt.tokens, prompt.salt, vocabulary)
    let shared = 0
    while (shared < ids.length - 1 && ids[shared] === given.ids[shared]) shared++
    given.ids.length = shared
    const found: number[] = []
    let next = await step(given, ids.slice(shared))
    while (found.push(performance.now()) < count) next = await step(given, [next])
    return found
  }

  return {
    async firstToken(prompt) {
      const begunAt = performance.now()
      const [first] = await times(prompt, 1)
      return first! - begunAt
    },
    decode: async (prompt, count) => speedAfterFirst(await times(prompt, count + 1)),
    together: () => Promise.reject(new Error('one conversation at a time')),
  }
})

/** A model of one node, which the file behind it is joined to. */
function silentOutput(): Uint8Array {
  const sequenceOfFloats = message([[4, message([[1, message([[1, message([[1, 1]])]])]])]])
  const node = message([
    [2, silence],
    [4, 'SequenceEmpty'],
  ])
  const output = message([
    [1, silence],
    [2, sequenceOfFloats],
  ])
  return message([
    [
      7,
      message([
        [1, node],
        [12, output],
      ]),
    ],
  ])
}
