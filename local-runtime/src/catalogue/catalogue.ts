/**
 * The models that can be asked for by a short name. The list is data (`catalogue/models.json`), so that it
 * can be dated, checked and replaced by an operator's own; this file is its reader. What it says of sizes is
 * approximate and only shown: what a pull relies on is told by the hub at that moment.
 */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { NearsideError } from '@nearside/core'
import * as v from 'valibot'

export type ModelFormat = 'onnx' | 'gguf'

export type CatalogueVariant = {
  /** As people write it after the colon: `q4`, `q4_k_m`. Unique within a model, whatever the format. */
  readonly quantisation: string
  readonly format: ModelFormat
  readonly repository: string
  /** The weights' path in the repository. */
  readonly weights: string
  readonly approximateMegabytes: number | null
  /** Where the approximate size was read. */
  readonly sizeFrom: string | null
}

export type CatalogueModel = {
  readonly alias: string
  readonly title: string
  readonly parametersMillions: number
  readonly licence: string
  /** Where its terms can be read. */
  readonly terms: string
  readonly contextTokens: number
  readonly layers: number
  readonly keyValueHeads: number
  readonly headSize: number
  /** The family of its chat template. */
  readonly template: string
  /** `cpu`: pleasant on a few cores. `any`: wants a GPU or patience. */
  readonly device: 'cpu' | 'any'
  /** The quantisation that is meant where none is named. */
  readonly default: string
  readonly note: string | null
  readonly variants: readonly CatalogueVariant[]
}

export type Catalogue = { readonly dated: string; readonly models: readonly CatalogueModel[] }

const catalogueFile: string = fileURLToPath(new URL('../../catalogue/models.json', import.meta.url))

const word = v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, 'a short name in lower case'))
const text = v.pipe(v.string(), v.nonEmpty(), v.maxLength(500))
const count = v.pipe(v.number(), v.integer(), v.minValue(1))
const repository = v.pipe(v.string(), v.regex(/^[\w.-]+\/[\w.-]+$/, 'a repository as owner/name'))

const variantSchema = v.strictObject({
  quantisation: word,
  format: v.picklist(['onnx', 'gguf']),
  repository,
  weights: v.pipe(v.string(), v.regex(/^[\w./-]+\.(?:onnx|gguf)$/, 'the path of an .onnx or a .gguf file')),
  approximateMegabytes: v.nullable(v.pipe(v.number(), v.minValue(1))),
  sizeFrom: v.nullable(text),
})

const modelSchema = v.strictObject({
  alias: word,
  title: text,
  parametersMillions: v.pipe(v.number(), v.minValue(1)),
  licence: text,
  terms: v.pipe(v.string(), v.url()),
  contextTokens: count,
  layers: count,
  keyValueHeads: count,
  headSize: count,
  template: word,
  device: v.picklist(['cpu', 'any']),
  default: word,
  note: v.nullable(text),
  variants: v.pipe(v.array(variantSchema), v.minLength(1)),
})

const catalogueSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.strictObject({
    dated: v.pipe(v.string(), v.isoDate('a date as 2026-11-21')),
    models: v.pipe(v.array(modelSchema), v.minLength(1)),
  }),
)

/** Reads a catalogue; `source` begins each complaint. */
export function readCatalogue(json: string, source: string): Catalogue {
  const result = v.safeParse(catalogueSchema, json)
  if (!result.success) {
    const issue = result.issues[0]
    const path = v.getDotPath(issue)
    throw wrong(source, `${path === null ? '' : `${path}: `}${issue.message}`)
  }
  const seen = new Set<string>()
  for (const model of result.output.models) {
    if (seen.has(model.alias)) throw wrong(source, `${model.alias} is there twice`)
    seen.add(model.alias)
    checkVariants(model, source)
  }
  return result.output
}

function checkVariants(model: CatalogueModel, source: string): void {
  const names = model.variants.map(({ quantisation }) => quantisation)
  if (new Set(names).size < names.length) throw wrong(source, `${model.alias} has a quantisation twice`)
  if (!names.includes(model.default)) {
    throw wrong(source, `${model.alias} has no quantisation ${model.default}, its default`)
  }
  for (const { weights, format, approximateMegabytes, sizeFrom } of model.variants) {
    if (!weights.endsWith(`.${format}`) || weights.split('/').includes('..')) {
      throw wrong(source, `${model.alias}: ${weights} is no ${format} file of a repository`)
    }
    // A size whose origin nobody knows cannot be checked by anybody.
    if ((approximateMegabytes === null) !== (sizeFrom === null)) {
      throw wrong(source, `${model.alias}: a size and where it was read belong together`)
    }
  }
}

export function loadCatalogue(file: string = catalogueFile): Catalogue {
  let json: string
  try {
    json = readFileSync(file, 'utf8')
  } catch (cause) {
    throw new NearsideError('bad-options', `The catalogue ${file} cannot be read.`, { cause })
  }
  return readCatalogue(json, file)
}

function wrong(source: string, what: string): NearsideError {
  return new NearsideError('bad-options', `${source}: ${what}.`)
}
