/** A real model, fitted to the memory that there is said to be. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { MemoryNow } from '@nearside/local-runtime'
import { afterAll, afterEach, expect, it } from 'vitest'
import { modelFolder } from './model-folders.ts'
import { ask, type Served, serveForTest } from './served-runtime.ts'

const gibibyte = 2 ** 30
const contextTokens = 256

/** The demonstration model, whose configuration claims keys and values of 0.3 GiB for each conversation. */
const heavy = mkdtempSync(join(tmpdir(), 'heavy-model-'))
cpSync(modelFolder, heavy, { recursive: true })
rmSync(join(heavy, 'model.json'), { force: true })
const config = JSON.parse(readFileSync(join(heavy, 'config.json'), 'utf8')) as Record<string, number>
const headsPerToken = 2 * config.num_hidden_layers! * config.num_key_value_heads! * 4
const head_dim = Math.ceil((0.3 * gibibyte) / (headsPerToken * contextTokens))
writeFileSync(join(heavy, 'config.json'), JSON.stringify({ ...config, head_dim }))
afterAll(() => rmSync(heavy, { recursive: true, force: true }))

let served: Served
afterEach(() => served?.close())

const memory = (free: number): (() => MemoryNow) => {
  return () => ({ availableBytes: free * gibibyte, limitBytes: 4 * gibibyte, stalledPercent: null })
}

async function slotsWith(freeGibibytes: number): Promise<number> {
  const limits = { contextTokens, slots: 3, threads: 1 }
  served = await serveForTest({ model: heavy, memory: memory(freeGibibytes), ...limits })
  await served.ready
  return (JSON.parse((await served.get('/v1/load')).body) as { slots: number }).slots
}

it('takes the slots that it is asked for where there is room', async () => {
  expect(await slotsWith(2)).toBe(3)
})

it('takes fewer where there is less, says so, and serves with them', async () => {
  expect(await slotsWith(1.4)).toBe(2)
  const answer = await served.client.chat.completions.create({ ...ask, max_tokens: 3 })
  expect(answer.usage?.completion_tokens).toBeGreaterThan(0)
})

it('refuses where not even one fits', async () => {
  await expect(slotsWith(0.7)).rejects.toMatchObject({ code: 'not-ready', param: 'memory' })
})
