/**
 * `model.json` as a pull writes it: what `src/model/read-manifest.ts` reads (name, version, hashes), and
 * beside it where the model came from and what shape it has, for `list`, `verify` and the memory plan.
 */
import { open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { NearsideError } from '@nearside/core'
import * as v from 'valibot'

export type ModelRecord = {
  readonly name: string
  readonly version: string
  /** Path inside the folder → SHA-256 in hexadecimal. */
  readonly sha256: Readonly<Record<string, string>>
  readonly quantisation: string
  readonly format: 'onnx' | 'gguf'
  readonly bytes: number
  readonly source: {
    readonly hub: string
    readonly repository: string
    /** The commit, however the revision was named. */
    readonly revision: string
    readonly pulledAt: string
  }
  readonly licence: string | null
  readonly template: string | null
  /** Null where the catalogue does not know the model. */
  readonly shape: {
    readonly layers: number
    readonly keyValueHeads: number
    readonly headSize: number
    readonly contextTokens: number
  } | null
}

const count = v.pipe(v.number(), v.integer(), v.minValue(1))

const recordSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    name: v.string(),
    version: v.string(),
    sha256: v.record(v.string(), v.string()),
    quantisation: v.string(),
    format: v.picklist(['onnx', 'gguf']),
    bytes: v.number(),
    source: v.object({
      hub: v.string(),
      repository: v.string(),
      revision: v.string(),
      pulledAt: v.string(),
    }),
    licence: v.nullable(v.string()),
    template: v.nullable(v.string()),
    shape: v.nullable(
      v.object({ layers: count, keyValueHeads: count, headSize: count, contextTokens: count }),
    ),
  }),
)

/** Null for a folder that no pull wrote: one of somebody's own. */
export async function readRecord(folder: string): Promise<ModelRecord | null> {
  const text = await readFile(join(folder, 'model.json'), 'utf8').catch(() => null)
  const result = text === null ? null : v.safeParse(recordSchema, text)
  return result?.success === true ? result.output : null
}

/** On the disk when it resolves, so that a model which is there after a power cut is whole. */
export async function writeRecord(folder: string, record: ModelRecord): Promise<void> {
  const handle = await open(join(folder, 'model.json'), 'w')
  try {
    await handle.writeFile(`${JSON.stringify(record, null, 1)}\n`)
    await handle.sync()
  } catch (cause) {
    throw new NearsideError('internal', `model.json could not be written in ${folder}.`, { cause })
  } finally {
    await handle.close()
  }
}
