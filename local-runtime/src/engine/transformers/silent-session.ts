/**
 * A session that computes into buffers of ours and hands nothing out.
 *
 * onnxruntime-node hands out each output of a run as a fresh copy, one that was written into a buffer of ours too: at a thousand tokens
 * of a 3B model 229 MB a step, which is half as long again as the step itself. No option spares it, and an output that is not asked
 * for is written elsewhere. So the graph is given one output more, before all others, of a kind that the binding cannot hand out:
 * an empty sequence. Asked for it, onnxruntime computes everything, into the buffers that were brought, and the binding throws at
 * its first output, before the first copy. A run that ends so has ended well.
 *
 * For that no file is taken apart: of two protocol buffers, one behind the other, the lists are joined, and so a few bytes
 * in front of a model are an output in front of its outputs.
 */
import { open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { type OrtSession, type OrtTensor, type OrtTensors, onnxruntime } from './onnxruntime.ts'

export type SilentSession = Omit<OrtSession, 'run'> & {
  /** Every output of the model as a new tensor. */
  run(feeds: OrtTensors): Promise<OrtTensors>
  /** Writes the outputs that `into` has buffers for into these, and nothing else. */
  compute(feeds: OrtTensors, into: OrtTensors): Promise<void>
}

const nothing = 'nearside.nothing'
/** How the binding begins to say that it has no way to hand out a sequence. */
const endsWell = 'Non tensor type'

/**
 * Null where the graph has no attention that could write in place, or its file is larger than `mostBytes`: it is read whole,
 * beside what onnxruntime makes of it.
 */
export async function silentSession(
  file: string,
  options: object,
  mostBytes: number,
): Promise<SilentSession | null> {
  const model = await readBehind(prefix(), file, mostBytes)
  if (model === null || !model.includes('GroupQueryAttention')) return null
  const { extra } = options as { readonly extra?: { readonly session?: object } }
  const session = await onnxruntime().InferenceSession.create(model, {
    ...options,
    extra: {
      ...extra,
      // A model that is read from memory does not know where its other files lie.
      session: { ...extra?.session, model_external_initializers_file_folder_path: dirname(file) },
    },
  })
  // onnxruntime has read it, and the collector may not come by for long.
  ;(model.buffer as ArrayBuffer).transfer(0)
  const outputNames = session.outputNames.filter((name) => name !== nothing)
  const all = Object.fromEntries(outputNames.map((name) => [name, null]))
  return {
    inputNames: session.inputNames,
    inputMetadata: session.inputMetadata,
    outputNames,
    run: (feeds) => session.run(feeds, all),
    release: () => session.release(),
    async compute(feeds, into) {
      const fetches: Record<string, OrtTensor | null> = { [nothing]: null, ...into }
      try {
        await session.run(feeds, fetches)
      } catch (error) {
        if (!(error instanceof Error && error.message.startsWith(endsWell))) throw error
      }
    },
  }
}

async function readBehind(first: Uint8Array, file: string, mostBytes: number): Promise<Buffer | null> {
  const handle = await open(file)
  try {
    const { size } = await handle.stat()
    if (size > mostBytes) return null
    // Memory of its own, and not a piece of what Node shares out: it is given back by itself.
    const bytes = Buffer.from(new ArrayBuffer(first.length + size))
    bytes.set(first)
    let at = first.length
    while (at < bytes.length) {
      const { bytesRead } = await handle.read(bytes, at)
      if (bytesRead === 0) return null
      at += bytesRead
    }
    return bytes
  } finally {
    await handle.close()
  }
}

/** A model with one node and its output, and nothing else. */
function prefix(): Buffer {
  const float = field(1, Buffer.of(1 << 3, 1))
  const sequenceOfFloats = field(4, field(1, float))
  const node = field(1, field(2, nothing), field(4, 'SequenceEmpty'))
  const output = field(12, field(1, nothing), field(2, sequenceOfFloats))
  return field(7, node, output)
}

/** A field of a protocol buffer, of up to 127 bytes. */
function field(number: number, ...contents: readonly (Buffer | string)[]): Buffer {
  const bytes = Buffer.concat(contents.map((part) => Buffer.from(part)))
  return Buffer.concat([Buffer.of((number << 3) | 2, bytes.length), bytes])
}
