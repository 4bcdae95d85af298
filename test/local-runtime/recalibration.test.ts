/** Threads that were right at the load, tried again when answers have become slow. */
import { type EngineModel, type RuntimeNotice, scriptedEngine } from '@nearside/local-runtime'
import { afterEach, expect, it } from 'vitest'
import { loadLlama } from '../../local-runtime/src/engine/llama/load-llama.ts'
import { openSlots } from '../../local-runtime/src/engine/llama/slots.ts'
import { demoGguf } from './demo-gguf.ts'
import { words } from './scripts.ts'
import { ask, eventually, type Served, serveForTest } from './served-runtime.ts'

let served: Served
afterEach(() => served?.close())

type Found = NonNullable<Awaited<ReturnType<NonNullable<ReturnType<typeof scriptedEngine>['recalibrate']>>>>

const changed: Found = {
  outcome: 'changed',
  threads: 1,
  isAsAtLoad: false,
  why: 'tried anew (tokens a second with 1: 9, 2: 2)',
  standsOn: 'a script with 1 thread',
}

/** Ten words in about a hundred milliseconds, of an engine that was measured at a hundred times that. */
async function serveSlow(
  found: () => Promise<Found>,
  { recalibrateEveryMs = 1, measured = 10_000 } = {},
): Promise<{ readonly notices: RuntimeNotice[]; readonly tried: () => number }> {
  const notices: RuntimeNotice[] = []
  const model: Partial<EngineModel> = { tokensPerSecond: measured }
  let tried = 0
  async function* slow(): AsyncGenerator<string> {
    for (const word of words) {
      await new Promise((resolve) => setTimeout(resolve, 5))
      yield word
    }
  }
  served = await serveForTest({
    engine: () => ({
      ...scriptedEngine({ script: slow, model }),
      recalibrate() {
        tried++
        return found()
      },
    }),
    recalibrateEveryMs,
    onNotice: (notice) => void notices.push(notice),
  })
  await served.ready
  return { notices, tried: () => tried }
}

async function answers(count: number): Promise<void> {
  for (let index = 0; index < count; index++) await served.client.chat.completions.create(ask)
}

const counted = async (outcome: string, count: number): Promise<boolean> =>
  (await served.get('/metrics')).body.includes(`recalibrations_total{outcome="${outcome}"} ${count}\n`)

it('has threads tried anew after several slow answers, says so, and shows what it stands on now', async () => {
  const { notices, tried } = await serveSlow(async () => changed)
  await answers(3)
  expect(tried()).toBe(0)
  await answers(1)
  await eventually(() => counted('changed', 1))
  expect(notices).toContainEqual({
    event: 'recalibrated',
    outcome: 'changed',
    threads: 1,
    why: changed.why,
  })
  const load = JSON.parse((await served.get('/v1/load')).body)
  expect(load.engine).toMatchObject({ standsOn: 'a script with 1 thread' })
  // Nothing was loaded for it.
  expect(load.model).toMatchObject({ loads: 1 })
})

it('tries once in the time that is set, and not at all where that is zero', async () => {
  const once = await serveSlow(async () => ({ ...changed, outcome: 'kept' }), { recalibrateEveryMs: 300_000 })
  await answers(8)
  expect(once.tried()).toBe(0)
  await served.close()
  const never = await serveSlow(async () => changed, { recalibrateEveryMs: 0 })
  await answers(8)
  expect(never.tried()).toBe(0)
})

it('tries nothing where answers are as fast as at the load', async () => {
  const { tried } = await serveSlow(async () => changed, { measured: 1 })
  await answers(8)
  expect(tried()).toBe(0)
})

it('loads the model anew where its threads are fixed with the weights', async () => {
  const { notices } = await serveSlow(async () => ({ ...changed, outcome: 'reload' }))
  await answers(4)
  await eventually(() => counted('reloaded', 1))
  expect(notices).toContainEqual(expect.objectContaining({ event: 'recalibrated', outcome: 'reloaded' }))
  expect(JSON.parse((await served.get('/v1/load')).body).model).toMatchObject({ loads: 2 })
  await answers(1)
})

it('serves on where a trial breaks', async () => {
  await serveSlow(() => Promise.reject(new Error('no trial today')))
  await answers(4)
  await eventually(() => counted('failed', 1))
  await answers(1)
})

it('goes on with a new context of llama.cpp with other threads, and says the same there', async () => {
  const demo = demoGguf()
  const loaded = await loadLlama({
    ...{ file: demo.file, contextTokens: 256, slots: 2, threads: 0, mostThreads: 2, device: 'cpu' },
    ...{ mmap: true, prefillTokens: 64, embeddings: false, parking: null },
  })
  const said = async (context: typeof loaded.context): Promise<readonly number[]> => {
    const slot = await openSlots(context).take(loaded.model.tokenize('hello'), async () => false)
    const tokens: number[] = []
    for await (const token of slot!.sequence.evaluate(loaded.model.tokenize('hello'), { temperature: 0 })) {
      if (tokens.push(token) === 5) break
    }
    return tokens
  }
  const before = await said(loaded.context)
  await loaded.context.dispose()
  const threads = 3 - loaded.calibration.threads
  const other = await loaded.openContext(threads)
  expect(other.idealThreads).toBe(threads)
  expect(await said(other)).toEqual(before)
  expect(loaded.standsOnWith({ threads: 2, why: 'tried anew' })).toContain('with 2 threads, tried anew')
  await other.dispose()
  demo.remove()
})
