/** The models that are here: those that were pulled, and those that lie elsewhere and were linked. */
import { lstat, readdir, readlink, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { NearsideError } from '@nearside/core'
import type { Catalogue } from '../catalogue/catalogue.ts'
import { isModelId } from './places.ts'
import { type ModelRecord, readRecord } from './record.ts'

export type InstalledModel = {
  /** `smollm2-135m@q4`. */
  readonly id: string
  readonly name: string
  readonly quantisation: string
  readonly folder: string
  readonly format: 'onnx' | 'gguf' | null
  readonly bytes: number
  /** Where it really lies; null for one that was pulled. */
  readonly linkedTo: string | null
  /** Null for one that was not pulled. */
  readonly record: ModelRecord | null
}

export async function listModels(folder: string): Promise<readonly InstalledModel[]> {
  const entries = await readdir(folder).catch(() => [])
  const models = await Promise.all(
    entries
      .filter(isModelId)
      .sort()
      .map((id) => readInstalled(folder, id)),
  )
  return models.filter((model) => model !== null)
}

async function readInstalled(folder: string, id: string): Promise<InstalledModel | null> {
  const path = join(folder, id)
  const status = await lstat(path).catch(() => null)
  if (status === null || !(status.isDirectory() || status.isSymbolicLink())) return null
  const record = await readRecord(path)
  const at = id.lastIndexOf('@')
  const weights = await readWeights(path)
  return {
    id,
    name: record?.name ?? id.slice(0, at),
    quantisation: id.slice(at + 1),
    folder: path,
    format: record?.format ?? weights?.format ?? null,
    bytes: record?.bytes ?? weights?.bytes ?? 0,
    linkedTo: status.isSymbolicLink() ? await readlink(path) : (weights?.linkedTo ?? null),
    record,
  }
}

export type Weights = {
  readonly format: 'onnx' | 'gguf'
  readonly bytes: number
  readonly linkedTo: string | null
}

/** What a folder has to load; null where it has nothing of the kind. */
export async function readWeights(folder: string): Promise<Weights | null> {
  const gguf = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.gguf'))
  const onnx = (await readdir(join(folder, 'onnx')).catch(() => []))
    .filter((name) => /\.onnx(?:_data\w*)?$/.test(name))
    .map((name) => join('onnx', name))
  const names = onnx.length > 0 ? onnx : gguf
  if (names.length === 0) return null
  let bytes = 0
  for (const name of names) bytes += (await stat(join(folder, name)).catch(() => null))?.size ?? 0
  const linkedTo = await readlink(join(folder, names[0]!)).catch(() => null)
  return { format: onnx.length > 0 ? 'onnx' : 'gguf', bytes, linkedTo }
}

/**
 * The model that is meant by `smollm2-135m`, `smollm2-135m:q4`, `owner/name` or the id that `list` shows;
 * null where none is.
 */
export function findModel(
  models: readonly InstalledModel[],
  given: string,
  catalogue: Catalogue,
): InstalledModel | null {
  const exact = models.find(({ id }) => id === given)
  if (exact !== undefined) return exact
  const [, name = '', quantisation] = /^([^:@]+)(?::([\w.-]+))?(?:@[\w./-]+)?$/.exec(given) ?? []
  const wanted = name.replaceAll('/', '--').toLowerCase()
  const named = models.filter(({ id }) => id.slice(0, id.lastIndexOf('@')).toLowerCase() === wanted)
  if (quantisation !== undefined) {
    return named.find((model) => model.quantisation === quantisation.toLowerCase()) ?? null
  }
  const [only, ...others] = named
  if (only === undefined || others.length === 0) return only ?? null
  const usual = catalogue.models.find(({ alias }) => alias === wanted)?.default
  const byDefault = named.find((model) => model.quantisation === usual)
  if (byDefault !== undefined) return byDefault
  const choices = named.map((model) => `${given}:${model.quantisation}`).join(', ')
  throw new NearsideError('bad-options', `${given} is here more than once; say ${choices}.`, {
    param: 'model',
  })
}
