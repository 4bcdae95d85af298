/**
 * Writes a trained model as a folder that the Hugging Face libraries load, with `model.json` to tell what it is and
 * to prove that the files are those that were made.
 */
import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { allAnswers } from '../corpus/answers.ts'
import * as corpus from '../corpus/read-corpus.ts'
import { shape, training } from '../settings.ts'
import type { TrainedModel } from '../training.ts'
import { huggingFaceFiles } from './hugging-face.ts'
import { llamaGraph } from './llama-graph.ts'
import { onnxModel } from './onnx.ts'

export const MODEL_NAME = 'nearside-demo'
export const MODEL_VERSION = '1'

/**
 * The model knows a few sentences and is sure of each, so its own probabilities say nothing of whether it helps.
 * A runtime reports no more confidence than this, whatever they are.
 */
export const CONFIDENCE_CEILING = 0.05

/** The hash of what a person edits: corpus and settings. When it moves, the model is out of date. */
export function madeFrom(): string {
  const { requests, hellos, tongues, things, words, foreignPhrases, systemMessages } = corpus
  const lists = { hellos, tongues, things, words, foreignPhrases, systemMessages }
  return sha256(
    JSON.stringify({ requests: [...requests], ...lists, answers: [...allAnswers()], shape, training }),
  )
}

/** The contents of each file by its name in the folder, `model.json` last. */
export function modelFiles({ network, tokenizer }: TrainedModel): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>()
  for (const [name, text] of huggingFaceFiles(network.shape, tokenizer)) files.set(name, Buffer.from(text))
  files.set('onnx/model.onnx', onnxModel(MODEL_NAME, llamaGraph(network)))

  const manifest = {
    name: MODEL_NAME,
    version: MODEL_VERSION,
    description:
      "Nearside's demonstration model: says what it is, and how to get a real model. Answers nothing.",
    contextTokens: network.shape.contextTokens,
    parameters: network.parameters.all.length,
    confidenceCeiling: CONFIDENCE_CEILING,
    dtype: 'fp32',
    reproduce: 'npm run train:demo',
    madeFrom: madeFrom(),
    sha256: Object.fromEntries(Array.from(files, ([name, bytes]) => [name, sha256(bytes)])),
  }
  return files.set('model.json', Buffer.from(`${JSON.stringify(manifest, null, 1)}\n`))
}

export function writeModel(folder: string, model: TrainedModel): void {
  for (const [name, bytes] of modelFiles(model)) {
    const path = join(folder, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, bytes)
  }
}

function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex')
}
