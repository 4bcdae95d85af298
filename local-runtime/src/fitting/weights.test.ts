import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { weightsOf } from './weights.ts'

const folder = mkdtempSync(join(tmpdir(), 'weights-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const config = { num_hidden_layers: 2, num_attention_heads: 4, hidden_size: 64, max_position_embeddings: 512 }

it('counts the weights that will be loaded and their parts, and no other quantisation beside them', async () => {
  mkdirSync(join(folder, 'onnx'))
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config))
  for (const [name, bytes] of [
    ['model.onnx', 900],
    ['model_q4.onnx', 100],
    ['model_q4.onnx_data', 40],
    ['model_q4.onnx_data_1', 5],
    ['model_q4f16.onnx', 70],
  ] as const) {
    writeFileSync(join(folder, 'onnx', name), Buffer.alloc(bytes))
  }
  expect(await weightsOf({ engine: 'transformers', folder, why: '' })).toEqual({
    format: 'onnx',
    weightBytes: 145,
    ...{ layers: 2, keyValueHeads: 4, headSize: 16, contextTokens: 512 },
  })
})

it('plans nothing for what does not say its shape, and leaves the refusal to the engine', async () => {
  const file = join(folder, 'broken.gguf')
  writeFileSync(file, 'GGUF')
  expect(await weightsOf({ engine: 'llama', file, why: '' })).toBeNull()
  expect(await weightsOf({ engine: 'transformers', folder: join(folder, 'missing'), why: '' })).toBeNull()
  writeFileSync(join(folder, 'config.json'), '{"num_hidden_layers":"two"}')
  expect(await weightsOf({ engine: 'transformers', folder, why: '' })).toBeNull()
})

it("plans nothing for another server's model: its memory is not ours", async () => {
  const choice = { engine: 'openai-compatible', url: 'http://127.0.0.1:1/v1', why: '' } as const
  expect(await weightsOf(choice)).toBeNull()
})
