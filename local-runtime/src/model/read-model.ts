/**
 * Looks at a model folder (the layout of Hugging Face) before anything is loaded: which weights there are, what
 * they hash to, and how long a conversation the model takes. All weights are hashed on each start, so what runs
 * is what its version says.
 */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { NearsideError } from '@nearside/core'
import * as v from 'valibot'
import { type Manifest, readManifest } from './read-manifest.ts'

/** The weights to take where a folder has several: the smallest that loses little comes first. */
const weightFiles = [
  { file: 'model_q4.onnx', dtype: 'q4' },
  { file: 'model_q4f16.onnx', dtype: 'q4f16' },
  { file: 'model_quantized.onnx', dtype: 'q8' },
  { file: 'model_int8.onnx', dtype: 'int8' },
  { file: 'model_uint8.onnx', dtype: 'uint8' },
  { file: 'model_fp16.onnx', dtype: 'fp16' },
  { file: 'model.onnx', dtype: 'fp32' },
] as const

export type ModelFolder = {
  readonly folder: string
  readonly name: string
  readonly version: string
  readonly fingerprint: string
  /** The graph's file, in the folder `onnx`. */
  readonly graphFile: string
  readonly dtype: (typeof weightFiles)[number]['dtype']
  /** Whether it writes texts or makes vectors of them. */
  readonly kind: 'writer' | 'encoder'
  /** Of whose vectors an encoder's is made. */
  readonly pooling: 'mean' | 'first'
  readonly weightBytes: number
  readonly contextTokens: number
  readonly endTokens: readonly number[]
  readonly confidenceCeiling: number
}

const count = v.pipe(v.number(), v.integer(), v.minValue(1))
const tokenIds = v.nullish(v.union([v.number(), v.array(v.number())]))
const configSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    max_position_embeddings: v.optional(count, 2_048),
    eos_token_id: tokenIds,
    architectures: v.optional(v.array(v.string()), []),
  }),
)
const generationSchema = v.pipe(v.string(), v.parseJson(), v.object({ eos_token_id: tokenIds }))

// As sentence-transformers writes it down; the mean is its default.
const poolingSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ pooling_mode_cls_token: v.optional(v.boolean(), false) }),
)

export async function readModel(given: string): Promise<ModelFolder> {
  const folder = resolve(given)
  const onnx = await readdir(join(folder, 'onnx')).catch(() => null)
  const weights = weightsAmong(onnx ?? [])
  if (onnx === null || weights === undefined) {
    throw new NearsideError(
      'bad-options',
      `${folder} holds no model: in its folder onnx there must be one of ${weightFiles.map(({ file }) => file).join(', ')}.`,
    )
  }

  const manifest = await readManifest(folder, basename(folder))
  const parts = onnx.filter((file) => file === weights.file || file.startsWith(`${weights.file}_data`)).sort()
  const files = [...parts.map((file) => `onnx/${file}`), 'tokenizer.json']
  const hashes = await hashedFiles(folder, files, manifest)
  const fingerprint = createHash('sha256').update(hashes.join('\n')).digest('hex')

  const config = await readJson(folder, 'config.json', configSchema)
  const generation = await readJson(folder, 'generation_config.json', generationSchema).catch(() => null)
  const pooling = await readJson(folder, '1_Pooling/config.json', poolingSchema).catch(() => null)
  let weightBytes = 0
  for (const file of parts) weightBytes += (await stat(join(folder, 'onnx', file))).size
  return {
    folder,
    name: manifest.name,
    version: `${manifest.version ?? 'unversioned'}+${fingerprint.slice(0, 8)}`,
    fingerprint: `fp_${fingerprint.slice(0, 16)}`,
    graphFile: weights.file,
    dtype: weights.dtype,
    // `BertModel` and its like end before the layer that would choose a token; `GPT2LMHeadModel` does not.
    kind: /(?<!LMHead)Model$/.test(config.architectures[0] ?? '') ? 'encoder' : 'writer',
    pooling: pooling?.pooling_mode_cls_token === true ? 'first' : 'mean',
    weightBytes,
    contextTokens: config.max_position_embeddings,
    endTokens: [generation?.eos_token_id ?? config.eos_token_id ?? []].flat(),
    confidenceCeiling: manifest.confidenceCeiling,
  }
}

/** Which of the files of a folder `onnx` is loaded. */
export function weightsAmong(names: readonly string[]): (typeof weightFiles)[number] | undefined {
  return weightFiles.find(({ file }) => names.includes(file))
}

async function hashedFiles(folder: string, files: readonly string[], manifest: Manifest): Promise<string[]> {
  const hashes: string[] = []
  for (const file of new Set([...files, ...Object.keys(manifest.sha256)])) {
    const hash = await sha256(join(folder, file)).catch((cause: unknown) => {
      throw new NearsideError('bad-options', `The model folder has no readable ${file}.`, { cause })
    })
    const wanted = manifest.sha256[file]
    if (wanted !== undefined && wanted !== hash) {
      throw new NearsideError(
        'bad-options',
        `${file} is not the file that model.json names: its SHA-256 is ${hash}, not ${wanted}. Fetch it anew.`,
      )
    }
    if (files.includes(file)) hashes.push(hash)
  }
  return hashes
}

export async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk)
  return hash.digest('hex')
}

async function readJson<Output>(
  folder: string,
  file: string,
  schema: v.GenericSchema<unknown, Output>,
): Promise<Output> {
  const text = await readFile(join(folder, file), 'utf8').catch((cause: unknown) => {
    throw new NearsideError('bad-options', `The model folder has no readable ${file}.`, { cause })
  })
  const result = v.safeParse(schema, text)
  if (result.success) return result.output
  throw new NearsideError('bad-options', `${file}: ${result.issues[0].message}`)
}
