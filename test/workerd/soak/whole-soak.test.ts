/**
 * Everything at once, for a while: three nodes of which one falters, strategies by kind of request, kept answers, and a judge behind
 * the answers. Twenty seconds by default, ten minutes with NEARSIDE_LONG=1. What is looked for is what stays behind, and whether the
 * callers' books come to what the frontier billed for them, the judge's calls apart.
 */
import { parseUsd } from '@nearside/core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type RunningWorker, startWorker } from '../../harness/worker.ts'
import { memoryMib } from '../place/memory.ts'
import { type Conversing, startConversing } from './conversing-upstream.ts'

const long = process.env.NEARSIDE_LONG === '1'
const soakMs = long ? 600_000 : 20_000
/** What workerd keeps levels off after so many requests and no sooner: a slow machine goes on until they were asked. */
const leastAsked = long ? 40_000 : 0
const price = { contextTokens: 128_000, prices: [{ since: '2026-01-01', prompt: 1, output: 4 }] }
const prices = { large: price, judge: price }
const callers = 6
const canary = '@example.org'

let frontier: Conversing
let nodes: readonly Conversing[]
let gateway: RunningWorker
beforeAll(async () => {
  frontier = await startConversing([canary], false)
  nodes = await Promise.all([false, false, true].map((falters) => startConversing([canary], falters)))
  gateway = await startWorker({
    vars: {
      NEARSIDE_OPEN: 'loopback',
      NEARSIDE_FRONTIER_URL: frontier.url,
      NEARSIDE_FRONTIER_KEY: 'sk-soak',
      NEARSIDE_FRONTIER_MODELS: 'large,judge',
      NEARSIDE_LOCAL_URL: nodes.map(({ url }) => url).join(','),
      NEARSIDE_LOCAL_MODELS: 'small',
      NEARSIDE_LOCAL_ZONE: 'premises',
      NEARSIDE_PRICES: JSON.stringify(prices),
      NEARSIDE_BUDGET_MONTH_USD: '1000',
      NEARSIDE_ON_STORE_ERROR: 'refuse',
      NEARSIDE_CACHE: 'cloudflare',
      NEARSIDE_SEAL_SECRET: 'a-seal-secret-of-the-soak-that-is-long-enough',
      NEARSIDE_JUDGE_SHARE: '0.2',
      NEARSIDE_JUDGE_MODEL: 'judge',
      NEARSIDE_JUDGE_DAY_USD: '1000',
      NEARSIDE_DETECT: 'rules',
    },
  })
})
afterAll(async () => {
  await gateway.close()
  await Promise.all([frontier, ...nodes].map((each) => each.close()))
})

const strategies = ['direct', 'cascade', 'consistency'] as const

type Counts = { asked: number; answered: number; kept: number; near: number; far: number }

async function ask(counts: Counts): Promise<void> {
  const index = counts.asked++
  const stream = index % 2 === 0
  // One in four asks what was asked before.
  const number = index % 4 === 3 ? index % 40 : index
  const mail = index % 9 === 0 ? ` Write to ada${number}${canary}.` : ''
  const response = await fetch(`${gateway.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-nearside-strategy': strategies[index % 3]! },
    body: JSON.stringify({
      model: 'auto',
      stream,
      max_tokens: 60,
      messages: [{ role: 'user', content: `Describe the river with the number ${number}.${mail}` }],
    }),
  })
  const text = await response.text()
  if (response.status === 200 && (stream ? text.trimEnd().endsWith('[DONE]') : text.endsWith('}')))
    counts.answered++
  const tier = response.headers.get('x-nearside-tier')
  if (response.headers.get('x-nearside-cache') === 'hit') counts.kept++
  else if (tier === 'local') counts.near++
  else if (tier === 'frontier') counts.far++
}

type Sample = { readonly mib: number; readonly connections: number; readonly atMs: number }

function mean(samples: readonly Sample[], of: (sample: Sample) => number): number {
  return samples.reduce((sum, sample) => sum + of(sample), 0) / samples.length
}

it(`TRUST 30: ${soakMs / 1_000} s with nodes, strategies, kept answers and a judge leave nothing behind, and the books come to the frontier's bill`, async () => {
  const counts: Counts = { asked: 0, answered: 0, kept: 0, near: 0, far: 0 }
  const samples: Sample[] = []
  const endsAt = performance.now() + soakMs
  const sampling = setInterval(() => {
    void memoryMib('workerd').then((mib) =>
      samples.push({ mib, connections: frontier.connections(), atMs: performance.now() }),
    )
  }, 500)
  await Promise.all(
    Array.from({ length: callers }, async () => {
      while (performance.now() < endsAt || counts.asked < leastAsked) {
        await ask(counts)
        // A pause after each: what is looked for is what stays behind, not how a queue grows.
        await new Promise((resolve) => setTimeout(resolve, 15))
      }
    }),
  )
  clearInterval(sampling)

  expect(counts.answered).toBe(counts.asked)
  // Each way was gone.
  for (const way of [counts.kept, counts.near, counts.far]) expect(way).toBeGreaterThan(5)
  for (const node of nodes) expect(node.billed('small').answers).toBeGreaterThan(5)
  await expect.poll(() => frontier.billed('judge').answers, { timeout: 60_000 }).toBeGreaterThan(5)
  // Redacted, where it left at all.
  expect(frontier.saw(canary)).toBe(false)

  const quarter = Math.floor(samples.length / 4)
  const late = samples.slice(-quarter)
  // What comes before is warming up.
  const early = samples.slice(-2 * quarter, -quarter)
  const growth = mean(late, ({ mib }) => mib) - mean(early, ({ mib }) => mib)
  const minutes = (mean(late, ({ atMs }) => atMs) - mean(early, ({ atMs }) => atMs)) / 60_000
  // Only the long run says something of a slope.
  if (long) expect(growth / minutes).toBeLessThan(3)
  else expect(growth).toBeLessThan(250)
  expect(mean(late, ({ connections }) => connections)).toBeLessThan(64)

  const { promptTokens, outputTokens } = frontier.billed('large')
  const settled = promptTokens * 1_000 + outputTokens * 4_000
  await expect.poll(() => books(), { timeout: 60_000 }).toEqual({ settled, reserved: 0, expired: 0 })
  expect(await gateway.faults()).toEqual([])
})

async function books(): Promise<{ settled: number; reserved: number; expired: number }> {
  type Shown = { readonly settled: string; readonly reserved: string; readonly expired: string }
  const shown = (await (await fetch(`${gateway.url}/v1/budget`)).json()) as {
    readonly caps: readonly Shown[]
  }
  const { settled, reserved, expired } = shown.caps[0]!
  return { settled: parseUsd(settled), reserved: parseUsd(reserved), expired: parseUsd(expired) }
}
