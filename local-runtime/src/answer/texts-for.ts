/** The texts that a request for embeddings names, where this model makes vectors of them; else a refusal by name. */
import { type EmbeddingRequest, NearsideError } from '@nearside/core'
import type { EngineModel } from '../engine/engine.ts'
import { refuseUnknownModel } from './refuse-unknown-model.ts'
import type { EmbeddingEncoding } from './write-embeddings.ts'

export type EmbeddingWork = { readonly texts: readonly string[]; readonly encoding: EmbeddingEncoding }

export function textsFor(
  { model: asked, inputs, body }: EmbeddingRequest,
  model: EngineModel,
): EmbeddingWork {
  refuseUnknownModel(asked, model)
  if (!model.capabilities.embeddings) {
    throw refused(
      'model',
      'This server makes no embeddings; start it with --embeddings on and a GGUF model or an ONNX encoder.',
    )
  }
  if (body.dimensions != null)
    throw refused('dimensions', "The vectors have the model's own length; leave dimensions out.")
  const texts = inputs.filter((input) => typeof input === 'string')
  if (texts.length < inputs.length) throw refused('input', 'This server takes texts and no token ids.')
  return { texts, encoding: body.encoding_format === 'base64' ? 'base64' : 'float' }
}

function refused(param: string, message: string): NearsideError {
  return new NearsideError('bad-request', message, { param })
}
