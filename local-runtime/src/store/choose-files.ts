/**
 * Which of a repository's files make a model: the weights of one quantisation with their parts, and what is
 * needed to speak to it. Repositories hold all quantisations side by side, so taking everything would be
 * several times too much.
 */
import { NearsideError } from '@nearside/core'
import type { RemoteFile } from '../hub/listing.ts'

export type WantedFiles = {
  /** The weights' path, where the catalogue knows it. */
  readonly weights: string | null
  /** Null takes what is best for a machine without a GPU. */
  readonly quantisation: string | null
}

export type ChosenFiles = {
  readonly quantisation: string
  readonly format: 'onnx' | 'gguf'
  readonly files: readonly RemoteFile[]
}

const onnxNames = {
  q4: 'onnx/model_q4.onnx',
  q4f16: 'onnx/model_q4f16.onnx',
  q8: 'onnx/model_quantized.onnx',
  int8: 'onnx/model_int8.onnx',
  uint8: 'onnx/model_uint8.onnx',
  fp16: 'onnx/model_fp16.onnx',
  fp32: 'onnx/model.onnx',
} as const

const ggufOrder = ['q4_k_m', 'q4_0', 'q5_k_m', 'q8_0'] as const

const needed = ['config.json', 'tokenizer.json', 'tokenizer_config.json']
const useful = ['generation_config.json', 'special_tokens_map.json', 'chat_template.jinja']
/** The terms under which it may be used go where it goes. */
const terms = /^(?:licen[cs]e|notice|use_policy|gemma_terms)(?:\.(?:md|txt))?$/i

export function chooseFiles(listed: readonly RemoteFile[], wanted: WantedFiles): ChosenFiles {
  const found = findWeights(listed, wanted)
  if (found === null) throw nothingLikeIt(listed, wanted)
  const { weights, quantisation, format } = found
  const parts = listed.filter(({ path }) => isPartOf(weights, path))
  const around = listed.filter(
    ({ path }) => terms.test(path) || (format === 'onnx' && [...needed, ...useful].includes(path)),
  )
  const lacking = needed.filter((name) => !listed.some(({ path }) => path === name))
  if (format === 'onnx' && lacking.length > 0) {
    throw new NearsideError('bad-model', `The repository has no ${lacking.join(', ')}; it cannot be served.`)
  }
  return { quantisation, format, files: [...parts, ...around] }
}

type Found = { readonly weights: string; readonly quantisation: string; readonly format: 'onnx' | 'gguf' }

function findWeights(listed: readonly RemoteFile[], { weights, quantisation }: WantedFiles): Found | null {
  const paths = listed.map(({ path }) => path)
  if (weights !== null) {
    const path = paths.find((each) => each.toLowerCase() === weights.toLowerCase())
    if (path === undefined) return null
    return {
      weights: path,
      quantisation: quantisation ?? 'q4',
      format: path.endsWith('.onnx') ? 'onnx' : 'gguf',
    }
  }
  for (const [name, path] of Object.entries(onnxNames)) {
    if (paths.includes(path) && (quantisation ?? name) === name)
      return { weights: path, quantisation: name, format: 'onnx' }
  }
  for (const name of quantisation === null ? ggufOrder : [quantisation]) {
    // Between other letters or digits it would be another quantisation: q4_k in q4_k_m.
    const spelt = new RegExp(`(?:^|[^a-z0-9])${name.replaceAll('.', '\\.')}(?:-00001-of-\\d{5})?\\.gguf$`)
    const path = paths.find((each) => spelt.test(each.toLowerCase()) && !isProjector(each))
    if (path !== undefined) return { weights: path, quantisation: name, format: 'gguf' }
  }
  return null
}

/** The weights themselves, the data beside an ONNX graph, and the further files of a GGUF in several. */
function isPartOf(weights: string, path: string): boolean {
  if (path === weights) return true
  if (weights.endsWith('.onnx'))
    return /^_data(?:_\d+)?$/.test(path.slice(weights.length)) && path.startsWith(weights)
  const series = /^(.*)-00001(-of-\d{5}\.gguf)$/.exec(weights)
  return series !== null && path.startsWith(`${series[1]}-`) && path.endsWith(series[2]!)
}

/** The eyes of a model that sees; of no use by itself. */
function isProjector(path: string): boolean {
  return /(?:^|\/)mmproj/i.test(path)
}

function nothingLikeIt(listed: readonly RemoteFile[], wanted: WantedFiles): NearsideError {
  const weights = listed.map(({ path }) => path).filter((path) => /\.(?:onnx|gguf)$/.test(path))
  const there = weights.length === 0 ? 'no .onnx or .gguf file at all' : weights.slice(0, 20).join(', ')
  const what = wanted.weights ?? wanted.quantisation ?? 'known weights'
  return new NearsideError('unknown-model', `The repository has no ${what}; it has ${there}.`, {
    param: 'model',
  })
}
