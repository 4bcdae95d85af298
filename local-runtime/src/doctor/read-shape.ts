/**
 * The dimensions of a model's attention: from the record of its pull, its GGUF's header, or its
 * `config.json`.
 */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import type { ModelShape } from '../memory/plan.ts'
import type { InstalledModel } from '../store/installed.ts'
import { readGguf } from './read-gguf.ts'

const count = v.pipe(v.number(), v.integer(), v.minValue(1))

const configSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    num_hidden_layers: count,
    num_attention_heads: count,
    num_key_value_heads: v.optional(count),
    head_dim: v.optional(count),
    hidden_size: count,
    max_position_embeddings: v.optional(count, 2_048),
  }),
)

/** Null where nothing here says it. */
export async function readShape(model: InstalledModel): Promise<ModelShape | null> {
  if (model.format === null) return null
  const known = { format: model.format, weightBytes: model.bytes }
  if (model.record?.shape != null) return { ...known, ...model.record.shape }
  if (model.format === 'gguf') {
    const first = (await readdir(model.folder)).sort().find((name) => name.endsWith('.gguf'))
    const shape = first === undefined ? null : await readGguf(join(model.folder, first))
    return shape === null ? null : { ...known, ...shape }
  }
  const text = await readFile(join(model.folder, 'config.json'), 'utf8').catch(() => null)
  const shape = text === null ? null : readConfigShape(text)
  return shape === null ? null : { ...known, ...shape }
}

/** The dimensions in a `config.json`; null where they are not all there. */
export function readConfigShape(text: string): Omit<ModelShape, 'format' | 'weightBytes'> | null {
  const result = v.safeParse(configSchema, text)
  if (!result.success) return null
  const config = result.output
  return {
    layers: config.num_hidden_layers,
    keyValueHeads: config.num_key_value_heads ?? config.num_attention_heads,
    headSize: config.head_dim ?? Math.floor(config.hidden_size / config.num_attention_heads),
    contextTokens: config.max_position_embeddings,
  }
}
