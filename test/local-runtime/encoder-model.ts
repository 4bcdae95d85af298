/** A folder with an encoder of two layers' worth of arithmetic, whose vectors a test can work out by itself. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeModel } from '@nearside/core'
import { modelFolder } from './model-folders.ts'

export const width = 8
const vocabulary = 1_024

/** What stands in the table for a token. */
export function weight(token: number, at: number): number {
  return Math.fround(Math.sin(token * 7 + at * 3 + 1))
}

export type EncoderDraft = {
  readonly output?: string
  /** As sentence-transformers writes it down. */
  readonly firstToken?: boolean
}

export function encoderModel({ output = 'last_hidden_state', firstToken = false }: EncoderDraft = {}): {
  readonly folder: string
  remove(): void
} {
  const folder = mkdtempSync(join(tmpdir(), 'encoder-'))
  for (const file of ['tokenizer.json', 'tokenizer_config.json']) {
    cpSync(join(modelFolder, file), join(folder, file))
  }
  writeFileSync(
    join(folder, 'config.json'),
    JSON.stringify({
      ...{ architectures: ['BertModel'], model_type: 'bert', vocab_size: vocabulary, hidden_size: width },
      ...{ num_hidden_layers: 1, num_attention_heads: 1, max_position_embeddings: 64 },
    }),
  )
  if (firstToken) {
    mkdirSync(join(folder, '1_Pooling'))
    writeFileSync(join(folder, '1_Pooling', 'config.json'), '{"pooling_mode_cls_token":true}')
  }
  const table = Float32Array.from({ length: vocabulary * width }, (_, index) =>
    weight(Math.floor(index / width), index % width),
  )
  const dims = [1, 'tokens'] as const
  const inputs = ['input_ids', 'attention_mask', 'token_type_ids']
  mkdirSync(join(folder, 'onnx'))
  writeFileSync(
    join(folder, 'onnx', 'model.onnx'),
    writeModel({
      nodes: [
        { op: 'Gather', inputs: ['table', 'input_ids'], outputs: ['looked_up'] },
        { op: 'Tanh', inputs: ['looked_up'], outputs: [output] },
      ],
      initializers: { table: { type: 'float32', dims: [vocabulary, width], data: table } },
      inputs: inputs.map((name) => ({ name, type: 'int64', dims })),
      outputs: [{ name: output, type: 'float32', dims: [...dims, width] }],
    }),
  )
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) }
}
