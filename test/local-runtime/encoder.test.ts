/** ONNX models that make vectors and no answers. */
import { AutoTokenizer } from '@huggingface/transformers'
import { serveRuntime } from '@nearside/local-runtime'
import { afterEach, expect, it } from 'vitest'
import { type EncoderDraft, encoderModel, weight, width } from './encoder-model.ts'
import { ask, type Served, serveForTest } from './served-runtime.ts'

let served: Served
let model: ReturnType<typeof encoderModel>
afterEach(async () => {
  await served?.close()
  model.remove()
})

async function serveEncoder(draft: EncoderDraft = {}): Promise<void> {
  model = encoderModel(draft)
  served = await serveForTest({ model: model.folder, embeddings: 'on', threads: 1 })
  await served.ready
}

async function idsOf(text: string): Promise<readonly number[]> {
  const tokenizer = await AutoTokenizer.from_pretrained(model.folder, { local_files_only: true })
  return tokenizer.encode(text)
}

/** The same, by hand. */
function vectorOf(ids: readonly number[]): readonly number[] {
  const sums = Array.from({ length: width }, (_, at) =>
    ids.reduce((sum, id) => sum + Math.tanh(weight(id, at)), 0),
  )
  const length = Math.hypot(...sums)
  return sums.map((sum) => sum / length)
}

async function embeddingsOf(input: string[]): Promise<{ vectors: number[][]; tokens: number }> {
  const { data, usage } = await served.client.embeddings.create({
    model: 'local',
    input,
    encoding_format: 'float',
  })
  return { vectors: data.map(({ embedding }) => embedding), tokens: usage.prompt_tokens }
}

function expectClose(found: readonly number[] | undefined, wanted: readonly number[]): void {
  expect(found).toHaveLength(wanted.length)
  for (const [at, value] of wanted.entries()) expect(found![at]).toBeCloseTo(value, 5)
}

it('are served with the mean of their tokens, of length one, each text by itself', async () => {
  await serveEncoder()
  const texts = ['hello', 'what are you and who made you?']
  const { vectors, tokens } = await embeddingsOf(texts)
  const ids = await Promise.all(texts.map(idsOf))
  for (const [index, each] of ids.entries()) expectClose(vectors[index], vectorOf(each))
  expect(tokens).toBe(ids[0]!.length + ids[1]!.length)
  expect((await embeddingsOf(['hello'])).vectors[0]).toEqual(vectors[0])
})

it("are served with the first token's vector where the model's folder says so", async () => {
  await serveEncoder({ firstToken: true })
  const [first] = await idsOf('hello there')
  expectClose((await embeddingsOf(['hello there'])).vectors[0], vectorOf([first!]))
  expect(JSON.parse((await served.get('/v1/load')).body).engine.standsOn).toContain("first token's")
})

it('refuse to answer, and texts beyond their length, by the field', async () => {
  await serveEncoder()
  await expect(served.client.chat.completions.create(ask)).rejects.toMatchObject({
    status: 400,
    param: 'model',
    message: expect.stringContaining('vectors and no answers'),
  })
  await expect(embeddingsOf(['word '.repeat(500)])).rejects.toMatchObject({ status: 400, param: 'input' })
  expect((await embeddingsOf(['hello'])).vectors).toHaveLength(1)
})

it('do not start where vectors are not switched on, nor where the file gives none', async () => {
  model = encoderModel()
  const off = await serveRuntime({ port: 0, model: model.folder, threads: 1 })
  await expect(off.ready).rejects.toMatchObject({ code: 'bad-options', param: 'embeddings' })
  await off.close()
  model.remove()
  model = encoderModel({ output: 'something_else' })
  const other = await serveRuntime({ port: 0, model: model.folder, threads: 1, embeddings: 'on' })
  await expect(other.ready).rejects.toThrow('no output last_hidden_state')
  await other.close()
})
