import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { demoGguf } from './demo-gguf.ts'
import { type Served, serveForTest, serveScript } from './served-runtime.ts'

describe('vectors of texts', () => {
  const demo = demoGguf()
  let served: Served
  beforeAll(async () => {
    served = await serveForTest({ model: demo.file, threads: 1, contextTokens: 512, embeddings: 'on' })
    await served.ready
  })
  afterAll(async () => {
    await served.close()
    demo.remove()
  })

  it('are given to OpenAI’s client, the same as bytes and as numbers', async () => {
    const input = ['what are you?', 'write a poem about the sea']
    const bytes = await served.client.embeddings.create({ model: 'local', input })
    const numbers = await served.client.embeddings.create({ model: 'local', input, encoding_format: 'float' })
    expect(bytes.data.map(({ index }) => index)).toEqual([0, 1])
    expect(bytes.usage.prompt_tokens).toBeGreaterThan(5)
    expect(bytes.usage).toEqual(numbers.usage)
    for (const [index, { embedding }] of numbers.data.entries()) {
      expect(embedding.length).toBeGreaterThan(8)
      expect(bytes.data[index]!.embedding.map(Math.fround)).toEqual(embedding.map(Math.fround))
    }
  })

  it('are the same for the same text, and others for another', async () => {
    const vectorOf = async (input: string): Promise<readonly number[]> =>
      (await served.client.embeddings.create({ model: 'local', input, encoding_format: 'float' })).data[0]!
        .embedding
    const once = await vectorOf('hello')
    expect(await vectorOf('hello')).toEqual(once)
    expect(await vectorOf('goodbye')).not.toEqual(once)
  })

  it('are told in the records and counted among the requests', async () => {
    await served.client.embeddings.create({ model: 'local', input: 'hello' })
    expect(served.records.at(-1)).toMatchObject({ status: 200, fault: null, outputTokens: 0, stream: false })
    expect(served.records.at(-1)?.promptTokens).toBeGreaterThan(0)
  })

  it.each<[string, Record<string, unknown>, number, string | null]>([
    ['a text beyond the context', { input: 'word '.repeat(2_000) }, 400, 'input'],
    ['token ids', { input: [1, 2, 3] }, 400, 'input'],
    ['another length', { input: 'a', dimensions: 8 }, 400, 'dimensions'],
    ['nothing', { input: '' }, 400, 'input'],
    ['another model', { model: 'text-embedding-3-small', input: 'a' }, 404, 'model'],
  ])('are refused for %s, by the field', async (_, body, status, param) => {
    const response = await fetch(`${served.url}/v1/embeddings`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'local', ...body }),
    })
    expect(response.status).toBe(status)
    expect(await response.json()).toMatchObject({ error: { param } })
  })

  it('and chat are served by the same model', async () => {
    const answer = await served.client.chat.completions.create({
      model: 'local',
      max_tokens: 5,
      messages: [{ role: 'user', content: 'hello' }],
    })
    expect(answer.choices[0]?.message.content).not.toBe('')
  })
})

it('are refused where the engine makes none', async () => {
  const served = await serveScript()
  await expect(served.client.embeddings.create({ model: 'local', input: 'a' })).rejects.toMatchObject({
    status: 400,
    param: 'model',
  })
  await served.close()
})
