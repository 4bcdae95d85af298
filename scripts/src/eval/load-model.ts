/** The classifier to be evaluated: the shipped one, or another file. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Classifier, classifierOf, NearsideError, readClassifier } from '@nearside/core'

export const shippedModel: string = join(import.meta.dirname, '../../../shared/model/classifier.onnx.bin')

export function loadModel(path: string = shippedModel): Classifier {
  let bytes: Buffer
  try {
    bytes = readFileSync(path)
  } catch (cause) {
    throw new NearsideError('bad-options', `The model ${path} cannot be read.`, { cause })
  }
  return classifierOf(readClassifier(new Uint8Array(bytes)))
}
