/** What happens when memory runs short, when nobody asks for a while, and when a new version of the model is there. */
import { NearsideError } from '@nearside/core'
import { type MemoryNow, scriptedEngine } from '@nearside/local-runtime'
import { afterEach, expect, it } from 'vitest'
import { modelFolder } from './model-folders.ts'
import { stepped, words } from './scripts.ts'
import { ask, eventually, type Served, serveForTest, serveScript } from './served-runtime.ts'

let served: Served
afterEach(() => served?.close())

const plenty: MemoryNow = { availableBytes: 2 ** 33, limitBytes: 2 ** 34, stalledPercent: 0 }
const short: MemoryNow = { ...plenty, availableBytes: 2 ** 28 }
const veryShort: MemoryNow = { ...plenty, availableBytes: 2 ** 20 }

async function metric(name: string): Promise<number> {
  const line = (await served.get('/metrics')).body
    .split('\n')
    .find((text) => text.startsWith(`nearside_runtime_${name} `))
  return Number(line?.split(' ')[1])
}

/** Each opening is another version, as if the files had been exchanged meanwhile. */
function versions(
  script: Parameters<typeof scriptedEngine>[0]['script'],
  loaded?: (version: number) => Promise<void>,
) {
  let opened = 0
  const disposed: number[] = []
  const open = () => {
    const version = ++opened
    const engine = scriptedEngine({
      script,
      model: { version: `${version}`, fingerprint: `fp_${version}` },
      ...(loaded === undefined ? {} : { loaded: () => loaded(version) }),
    })
    return {
      ...engine,
      dispose: () => {
        disposed.push(version)
        return engine.dispose()
      },
    }
  }
  return { open, opened: () => opened, disposed }
}

it('TRUST 33: under pressure forgets, admits nobody, unloads what is idle, and comes back by itself', async () => {
  let memory = plenty
  const { open, disposed } = versions(() => words)
  served = await serveForTest({ engine: open, memory: () => memory, memoryEveryMs: 5 })
  await served.ready
  await served.client.chat.completions.create(ask)

  memory = short
  await eventually(async () => (await metric('memory_steps_total{step="unload"}')) === 1)
  expect(disposed).toEqual([1])
  expect(await metric('memory_steps_total{step="forget"}')).toBe(1)
  expect(await metric('memory_steps_total{step="stop-admitting"}')).toBe(1)
  expect([
    await metric('memory_pressure_level'),
    await metric('model_loaded'),
    await metric('ready'),
  ]).toEqual([3, 0, 0])
  const refused = await served.client.chat.completions.create(ask).catch((error: unknown) => error)
  expect(refused).toMatchObject({
    status: 503,
    code: 'not_ready',
    message: expect.stringContaining('Memory is short'),
  })
  const { headers } = refused as { headers: Headers }
  expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
  expect(headers.get('x-nearside-load')).toMatch(/memory=\.98/)
  expect(JSON.parse((await served.get('/v1/load')).body)).toMatchObject({
    standing: 'squeezed',
    pressure: { level: 3, availableBytes: 2 ** 28 },
    model: { loaded: false, unloads: { pressure: 1 } },
  })

  memory = plenty
  await eventually(async () => (await served.get('/ready')).status === 200)
  // The model comes back with the first who asks.
  const answer = await served.client.chat.completions.create(ask)
  expect(answer.system_fingerprint).toBe('fp_2')
  expect(await metric('model_loads_total')).toBe(2)
})

it('TRUST 33: never takes a busy model away: what runs and what waits is answered, then it is unloaded', async () => {
  let memory = plenty
  const script = stepped()
  const { open, disposed } = versions(script.script)
  served = await serveForTest({ engine: open, memory: () => memory, memoryEveryMs: 5 })
  await served.ready
  const asked = [served.client.chat.completions.create(ask), served.client.chat.completions.create(ask)]
  await script.waiting()
  await eventually(async () => (await metric('queue_waiting')) === 1)

  memory = veryShort
  await eventually(async () => (await metric('memory_pressure_level')) === 3)
  expect((await served.get('/ready')).status).toBe(503)
  expect(disposed).toEqual([])
  script.finish()
  for (const answer of await Promise.all(asked))
    expect(answer.choices[0]?.message.content).toBe(words.join(''))
  await eventually(() => disposed.length === 1)
})

it('an engine that was given ready-made stays, and the other steps are taken', async () => {
  let memory = plenty
  served = await serveScript(undefined, { memory: () => memory, memoryEveryMs: 5 })
  memory = veryShort
  await eventually(async () => (await metric('memory_pressure_level')) === 3)
  expect([await metric('model_loaded'), await metric('memory_steps_total{step="unload"}')]).toEqual([1, 0])
  memory = plenty
  await eventually(async () => (await served.get('/ready')).status === 200)
  await served.client.chat.completions.create(ask)
})

it('refuses to load what cannot fit, and says what it would take and what there is', async () => {
  served = await serveForTest({ model: modelFolder, memory: () => ({ ...plenty, availableBytes: 2 ** 27 }) })
  await expect(served.ready).rejects.toMatchObject({
    code: 'not-ready',
    message: expect.stringMatching(
      /needs \d+\.\d\d GiB of memory at least, and 0\.13 GiB of 16\.00 GiB are free, of which 1\.28 GiB are kept so/,
    ),
  })
  expect((await served.get('/ready')).status).toBe(503)
  await expect(served.client.chat.completions.create(ask)).rejects.toMatchObject({ status: 503 })
})

it('refuses what an operator allows too little for, however much the machine has', async () => {
  served = await serveForTest({ model: modelFolder, memory: () => plenty, memoryLimitBytes: 2 ** 28 })
  await expect(served.ready).rejects.toThrow('of 0.25 GiB are free')
})

it('unloads the model when nobody asked for a while, and loads it once for however many come then', async () => {
  const { open, opened, disposed } = versions(() => words)
  served = await serveForTest({ engine: open, keepAliveMs: 30, slots: 4 })
  await served.ready
  await eventually(async () => (await metric('model_unloads_total{because="idle"}')) === 1)
  expect(disposed).toEqual([1])
  expect((await served.get('/ready')).status).toBe(200)

  const answers = await Promise.all([1, 2, 3, 4].map(() => served.client.chat.completions.create(ask)))
  expect(new Set(answers.map((answer) => answer.system_fingerprint))).toEqual(new Set(['fp_2']))
  expect(opened()).toBe(2)
  await eventually(() => disposed.length === 2)
})

it('exchanges the model while it serves: answers of the old version finish, new ones have the new version', async () => {
  const script = stepped()
  const { open, disposed } = versions(script.script)
  served = await serveForTest({ engine: open, slots: 2 })
  await served.ready
  const old = served.client.chat.completions.create(ask)
  await script.waiting()
  expect((await served.reload()).version).toBe('2')
  expect(disposed).toEqual([])

  const fresh = served.client.chat.completions.create(ask)
  await eventually(async () => (await metric('slots_busy')) === 2)
  script.finish()
  expect(await old).toMatchObject({
    system_fingerprint: 'fp_1',
    choices: [{ message: { content: words.join('') } }],
  })
  expect(await fresh).toMatchObject({ system_fingerprint: 'fp_2', nearside: { modelVersion: '2' } })
  await eventually(() => disposed.length === 1)
  expect(await metric('model_unloads_total{because="replaced"}')).toBe(1)
  expect(await metric('output_tokens_total')).toBe(2 * words.length)
})

it('goes on with the old version where the new one cannot be loaded', async () => {
  const { open } = versions(
    () => words,
    async (version) => {
      if (version === 2) throw new Error('damaged')
    },
  )
  served = await serveForTest({ engine: open })
  await served.ready
  await expect(served.reload()).rejects.toThrow('damaged')
  expect((await served.client.chat.completions.create(ask)).system_fingerprint).toBe('fp_1')
})

it('waits until the old version is idle where both do not fit, and loses nobody who asks meanwhile', async () => {
  const script = stepped()
  const { open, disposed } = versions(script.script, async (version) => {
    if (version === 2) throw new NearsideError('not-ready', 'No room beside.', { param: 'memory' })
  })
  served = await serveForTest({ engine: open, slots: 2 })
  await served.ready
  const old = served.client.chat.completions.create(ask)
  await script.waiting()
  const reloaded = served.reload()
  await eventually(() => disposed.includes(2))
  const meanwhile = served.client.chat.completions.create(ask)
  await eventually(async () => (await metric('slots_busy')) === 2)
  expect(disposed).not.toContain(1)
  script.finish()
  expect((await old).system_fingerprint).toBe('fp_1')
  expect((await meanwhile).system_fingerprint).toBe('fp_3')
  expect((await reloaded).version).toBe('3')
  expect(disposed).toEqual([2, 1])
})

it('cannot exchange an engine that was given ready-made, and says so', async () => {
  served = await serveScript()
  await expect(served.reload()).rejects.toMatchObject({ code: 'bad-options', param: 'engine' })
})

it('tells the energy of each answer, as an estimate where no meter is read', async () => {
  let joules = 0
  const meter = { joules: () => joules, estimated: true, standsOn: 'a test' }
  function* script() {
    for (const word of words) {
      joules += 0.5
      yield word
    }
  }
  served = await serveScript(script, { meter })
  const answer = await served.client.chat.completions.create(ask)
  expect(answer).toMatchObject({ nearside: { joules: words.length / 2, joulesEstimated: true } })
  await eventually(() => served.records.length === 1)
  expect(served.records[0]).toMatchObject({ joules: words.length / 2, joulesEstimated: true })
  expect(await metric('energy_joules_total')).toBe(words.length / 2)

  let last: unknown
  for await (const chunk of await served.client.chat.completions.create({ ...ask, stream: true }))
    last = chunk
  expect(last).toMatchObject({ nearside: { joules: words.length / 2, joulesEstimated: true } })
})
