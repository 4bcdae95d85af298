/** The classifier to be evaluated: the shipped one, or another file. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { type Classifier, classifierOf, NearsideError, readClassifier } from '@nearside/core'

export const shippedModel: string = createRequire(import.meta.url).resolve(
  '@nearside/core/classifier.onnx.bin',
)

export function loadModel(path: string = shippedModel): Classifier {
  let bytes: Buffer
  try {
    bytes = readFileSync(path)
  } catch (cause) {
    throw new NearsideError('bad-options', `The model ${path} cannot be read.`, { cause })
  }
  return classifierOf(readClassifier(new Uint8Array(bytes)))
}
