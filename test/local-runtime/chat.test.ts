/** What a caller with the OpenAI SDK sees. */
import OpenAI from 'openai'
import { afterEach, expect, it } from 'vitest'
import { endless, stepped, words } from './scripts.ts'
import { ask, eventually, type Served, serveScript } from './served-runtime.ts'

let served: Served
afterEach(() => served.close())

const sentence = words.join('')

async function chunksOf<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const chunks: T[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return chunks
}

it('answers at once', async () => {
  const idle = { joules: () => 0, estimated: true, standsOn: 'a test' }
  served = await serveScript(undefined, { meter: idle })
  const asked = served.client.chat.completions.create(ask).withResponse()
  const { data, response, request_id } = await asked
  expect(data).toMatchObject({
    object: 'chat.completion',
    model: 'scripted',
    system_fingerprint: 'fp_scripted',
    choices: [{ index: 0, message: { role: 'assistant', content: sentence }, finish_reason: 'stop' }],
    usage: { completion_tokens: words.length },
    nearside: { model: 'scripted', modelVersion: '1.0.0+scripted', joules: null },
  })
  expect(response.headers.get('x-nearside-load')).toMatch(/^queue=0;slots=[01]\/1;kv=/)
  expect(response.headers.get('x-nearside-model-version')).toBe('1.0.0+scripted')
  expect(request_id).toBe(data.id)
})

it('answers as a stream, in the same words', async () => {
  served = await serveScript()
  const stream = await served.client.chat.completions.create({ ...ask, stream: true })
  const chunks = await chunksOf(stream)
  expect(chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('')).toBe(sentence)
  expect(chunks[0]?.choices[0]?.delta.role).toBe('assistant')
  expect(chunks.at(-1)).toMatchObject({
    choices: [{ finish_reason: 'stop' }],
    nearside: { confidence: expect.any(Number), modelVersion: '1.0.0+scripted' },
  })
  expect(chunks.every(({ usage }) => usage === undefined)).toBe(true)
})

it('TRUST 17: sends each token as soon as there is one', async () => {
  const script = stepped()
  served = await serveScript(script.script)
  const asked = served.client.chat.completions.create({ ...ask, stream: true })
  script.step()
  const stream = (await asked)[Symbol.asyncIterator]()
  for (const word of words.slice(0, 3)) {
    const { value } = await stream.next()
    expect(value?.choices[0]?.delta.content).toBe(word)
    script.step()
  }
  script.finish()
  while ((await stream.next()).done !== true);
})

it('tells the usage of a stream in its last chunk when asked', async () => {
  served = await serveScript()
  const stream = await served.client.chat.completions.create({
    ...ask,
    stream: true,
    stream_options: { include_usage: true },
  })
  const last = (await chunksOf(stream)).at(-1)
  expect(last).toMatchObject({
    choices: [],
    usage: { completion_tokens: words.length },
    nearside: { model: 'scripted' },
  })
})

it('gives several answers to one question, each with its own number', async () => {
  let told = 0
  served = await serveScript(() => [`answer ${told++}`])
  const { choices, usage } = await served.client.chat.completions.create({ ...ask, n: 3 })
  expect(choices.map(({ index, message }) => [index, message.content])).toEqual([
    [0, 'answer 0'],
    [1, 'answer 1'],
    [2, 'answer 2'],
  ])
  expect(usage?.completion_tokens).toBe(3)

  const chunks = await chunksOf(await served.client.chat.completions.create({ ...ask, n: 2, stream: true }))
  expect(
    chunks.flatMap(({ choices }) => choices.map(({ finish_reason }) => finish_reason)).filter(Boolean),
  ).toEqual(['stop', 'stop'])
})

it('ends at a stop text and at the limit', async () => {
  served = await serveScript()
  const stopped = await served.client.chat.completions.create({ ...ask, stop: ['four'] })
  expect(stopped.choices[0]).toMatchObject({ message: { content: 'One two three ' }, finish_reason: 'stop' })
  const limited = await served.client.chat.completions.create({ ...ask, max_completion_tokens: 2 })
  expect(limited.choices[0]).toMatchObject({ message: { content: 'One two' }, finish_reason: 'length' })
})

it('tells log-probabilities when asked, streaming or not, and only then', async () => {
  served = await serveScript()
  const asked = { ...ask, logprobs: true, top_logprobs: 1 }
  const whole = await served.client.chat.completions.create(asked)
  const content = whole.choices[0]?.logprobs?.content ?? []
  expect(content.map(({ token }) => token)).toEqual(words)
  expect(content.every(({ logprob, top_logprobs }) => logprob < 0 && top_logprobs.length === 1)).toBe(true)

  const chunks = await chunksOf(await served.client.chat.completions.create({ ...asked, stream: true }))
  const streamed = chunks.flatMap(({ choices }) => choices[0]?.logprobs?.content ?? [])
  expect(streamed.map(({ token }) => token)).toEqual(words)

  const plain = await served.client.chat.completions.create(ask)
  expect(plain.choices[0]?.logprobs).toBeNull()
})

it('claims no more confidence than its model may', async () => {
  served = await serveScript(undefined, { scripted: { model: { confidenceCeiling: 0.05 } } })
  const answer = await served.client.chat.completions.create(ask)
  expect(answer).toMatchObject({ nearside: { confidence: 0.05 } })
})

it('TRUST 13: stops the engine when the client hangs up, before the next token', async () => {
  const script = stepped()
  served = await serveScript(script.script)
  const controller = new AbortController()
  const asked = served.client.chat.completions.create({ ...ask, stream: true }, { signal: controller.signal })
  script.step()
  const stream = (await asked)[Symbol.asyncIterator]()
  await stream.next()
  await script.waiting()
  controller.abort()
  await eventually(() => served.records.length === 1)

  script.finish()
  const metrics = await served.get('/metrics')
  expect(metrics.body).toContain('nearside_runtime_output_tokens_total 1\n')
  expect(metrics.body).toContain('nearside_runtime_slots_busy 0\n')
  expect(served.records[0]).toMatchObject({ fault: 'client-gone', status: 499, outputTokens: 1 })
})

it('TRUST 13: stops the engine when a client that waits for a whole answer hangs up', async () => {
  served = await serveScript(endless)
  const controller = new AbortController()
  const asked = served.client.chat.completions.create(ask, { signal: controller.signal })
  await eventually(async () => /slots_busy 1\n/.test((await served.get('/metrics')).body))
  controller.abort()
  await expect(asked).rejects.toThrow(OpenAI.APIUserAbortError)
  await eventually(async () => /slots_busy 0\n/.test((await served.get('/metrics')).body))
})

it('TRUST 13: keeps nothing of clients that hang up, however many', async () => {
  served = await serveScript(endless, { slots: 4, maxWaiting: 100 })
  for (let round = 0; round < 10; round++) {
    const controllers = Array.from({ length: 20 }, () => new AbortController())
    const asked = controllers.map(({ signal }) =>
      served.client.chat.completions.create({ ...ask, stream: true }, { signal }),
    )
    await Promise.all(asked.slice(0, 4))
    for (const controller of controllers) controller.abort()
    await Promise.allSettled(asked)
  }
  await eventually(async () => {
    const load = JSON.parse((await served.get('/v1/load')).body) as { queue: number; slotsBusy: number }
    return load.queue === 0 && load.slotsBusy === 0
  })
  expect(served.records.every(({ fault }) => fault === 'client-gone')).toBe(true)
})

it('TRUST 12: tells a stream that the engine broke, and cuts it', async () => {
  served = await serveScript(function* () {
    yield 'One'
    throw new Error('what it was saying')
  })
  const stream = await served.client.chat.completions.create({ ...ask, stream: true })
  const reading = chunksOf(stream)
  await expect(reading).rejects.toThrow('Something failed inside this server.')
  await expect(reading).rejects.not.toThrow('what it was saying')
  await eventually(() => served.records.length === 1)
  expect(served.records[0]).toMatchObject({ fault: 'internal' })
})

it('gives an engine that breaks before its first token a status of its own', async () => {
  served = await serveScript(() => {
    throw new Error('what it was about to say')
  })
  for (const stream of [true, false]) {
    await expect(served.client.chat.completions.create({ ...ask, stream })).rejects.toMatchObject({
      status: 500,
      code: 'internal_error',
    })
  }
})

it('refuses what it cannot do in words that the SDK understands', async () => {
  served = await serveScript()
  const create = (body: object) => served.client.chat.completions.create({ ...ask, ...body } as typeof ask)
  const seen = [
    { role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AA' } }] },
  ]
  await expect(create({ messages: seen })).rejects.toMatchObject({
    status: 400,
    param: 'messages[0].content',
  })
  await expect(create({ model: 'gpt-4o' })).rejects.toMatchObject({ status: 404, code: 'model_not_found' })
  const long = [{ role: 'user', content: 'word '.repeat(5_000) }]
  await expect(create({ messages: long })).rejects.toMatchObject({
    status: 400,
    code: 'context_length_exceeded',
  })
  await expect(create({ messages: long, stream: true })).rejects.toMatchObject({ status: 400 })
})

it('lists its model', async () => {
  served = await serveScript()
  const { data } = await served.client.models.list()
  expect(data.map(({ id }) => id)).toEqual(['scripted'])
})
