/**
 * Load for a while, at seven tenths of what the machine can do just now: half streams, half whole answers, a few from the edge,
 * and an upstream that fails now and then. Twenty seconds by default, ten minutes with NEARSIDE_LONG=1.
 */
import { readdirSync } from 'node:fs'
import { parseUsd } from '@nearside/core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type RunningWorker, startWorker } from '../../harness/worker.ts'
import { memoryMib, workerdPid } from '../place/memory.ts'
import { type CountingUpstream, startCountingUpstream } from './counting-upstream.ts'

const long = process.env.NEARSIDE_LONG === '1'
const soakMs = long ? 600_000 : 20_000
/** What workerd keeps levels off after so many requests and no sooner: a slow machine goes on until they were asked. */
const leastAsked = long ? 40_000 : 0
/** Nano-dollars a token: one dollar, and four, a million. */
const promptPrice = 1_000
const outputPrice = 4_000
const at = '2026-01-01'
const prices = { soak: { contextTokens: 128_000, prices: [{ since: at, prompt: 1, output: 4 }] } }

let upstream: CountingUpstream
let gateway: RunningWorker
beforeAll(async () => {
  upstream = await startCountingUpstream()
  gateway = await startWorker({
    vars: {
      NEARSIDE_OPEN: 'loopback',
      NEARSIDE_FRONTIER_URL: upstream.url,
      NEARSIDE_FRONTIER_KEY: 'sk-soak',
      NEARSIDE_FRONTIER_MODELS: 'soak',
      NEARSIDE_PRICES: JSON.stringify(prices),
      NEARSIDE_BUDGET_MONTH_USD: '1000',
      NEARSIDE_ON_STORE_ERROR: 'refuse',
    },
  })
})
afterAll(async () => {
  await gateway.close()
  await upstream.close()
})

type Counts = { asked: number; answered: number; refused: number }

async function ask(index: number, counts: Counts): Promise<void> {
  const isEasy = index % 10 === 9
  counts.asked++
  const response = await fetch(`${gateway.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      model: isEasy ? 'auto' : 'soak',
      stream: index % 2 === 0,
      max_tokens: 100,
      user: String(counts.asked),
      messages: [{ role: 'user', content: isEasy ? `what is ${index} + 4?` : 'How are things?' }],
    }),
  })
  const text = await response.text()
  if (response.status !== 200) counts.refused++
  else if (index % 2 === 0 ? text.trimEnd().endsWith('[DONE]') : text.endsWith('}')) counts.answered++
}

/** How many a second are answered when eight callers never wait. */
async function capacity(counts: Counts): Promise<number> {
  const begunMs = performance.now()
  const before = counts.asked
  await Promise.all(
    Array.from({ length: 8 }, async (_, caller) => {
      for (let index = caller; performance.now() - begunMs < 2_000; index += 8) await ask(index, counts)
    }),
  )
  return ((counts.asked - before) / (performance.now() - begunMs)) * 1_000
}

/** A machine that is suddenly slower is asked less: what is looked for is what stays behind, not how a queue grows. */
const mostOpen = 16

/** Requests at a steady rate, as long as no more than a few are open. */
async function load(perSecond: number, ms: number, counts: Counts, each: () => Promise<void>): Promise<void> {
  const open = new Set<Promise<void>>()
  const begunMs = performance.now()
  let sent = 0
  const spentMs = (): number => performance.now() - begunMs
  for (let second = 0; spentMs() < ms || counts.asked < leastAsked; second++) {
    const due = Math.floor(((performance.now() - begunMs) / 1_000) * perSecond)
    for (; sent < due && open.size < mostOpen; sent++) {
      const one = ask(sent, counts).finally(() => open.delete(one))
      open.add(one)
    }
    if (second % 50 === 0) await each()
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  await Promise.all(open)
}

function openFiles(): number {
  return readdirSync(`/proc/${workerdPid()}/fd`).length
}

type Sample = {
  readonly mib: number
  readonly files: number
  readonly connections: number
  readonly atMs: number
}

function mean(samples: readonly Sample[], of: (sample: Sample) => number): number {
  return samples.reduce((sum, sample) => sum + of(sample), 0) / samples.length
}

it(`TRUST 30: ${soakMs / 1_000} s of load leave nothing behind, and the books agree with the upstream's to the nano-dollar`, async () => {
  const counts: Counts = { asked: 0, answered: 0, refused: 0 }
  const most = await capacity(counts)
  const samples: Sample[] = []
  await load(most * 0.7, soakMs, counts, async () => {
    const mib = await memoryMib('workerd')
    samples.push({ mib, files: openFiles(), connections: upstream.connections(), atMs: performance.now() })
  })

  // Each that was asked had its answer: an upstream that fails once is asked again.
  expect(counts).toEqual({ asked: counts.asked, answered: counts.asked, refused: 0 })

  const quarter = Math.floor(samples.length / 4)
  // What comes before is warming up.
  const early = samples.slice(-2 * quarter, -quarter)
  const late = samples.slice(-quarter)
  const growth = mean(late, ({ mib }) => mib) - mean(early, ({ mib }) => mib)
  const minutes = (mean(late, ({ atMs }) => atMs) - mean(early, ({ atMs }) => atMs)) / 60_000
  // Only the long run comes so far that a slope says anything.
  if (long) expect(growth / minutes).toBeLessThan(3)
  else expect(growth).toBeLessThan(250)
  expect(mean(late, ({ files }) => files) - mean(early, ({ files }) => files)).toBeLessThan(2 * mostOpen)
  expect(mean(late, ({ connections }) => connections)).toBeLessThan(64)

  const { promptTokens, outputTokens, answers } = upstream.billed()
  expect(answers).toBeGreaterThan(100)
  const owed = promptTokens * promptPrice + outputTokens * outputPrice
  await expect.poll(() => books(), { timeout: 60_000 }).toEqual({ settled: owed, reserved: 0, expired: 0 })
  await expect.poll(() => upstream.connections(), { timeout: 30_000 }).toBeLessThan(16)
  expect(await gateway.faults()).toEqual([])
})

async function books(): Promise<{ settled: number; reserved: number; expired: number }> {
  const shown = (await (await fetch(`${gateway.url}/v1/budget`)).json()) as {
    readonly caps: readonly {
      readonly settled: string
      readonly reserved: string
      readonly expired: string
    }[]
  }
  const [cap] = shown.caps
  return {
    settled: parseUsd(cap!.settled),
    reserved: parseUsd(cap!.reserved),
    expired: parseUsd(cap!.expired),
  }
}
