/** Gateways that judge together: their verdicts in a real Redis, where they add up to what none of them would find alone. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { QualityVerdict } from '@nearside/core'
import { Hono } from 'hono'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { openMetrics } from '../../workers/src/metrics/metrics.ts'
import { nearside } from '../../workers/src/middleware.ts'
import type { NearsideOptions } from '../../workers/src/options/options.ts'
import { resolveOptions } from '../../workers/src/options/resolve-options.ts'
import { openQualityBook } from '../../workers/src/quality/quality-book.ts'
import { sharedVerdicts } from '../../workers/src/quality/shared-verdicts.ts'
import { redisVerdictStore } from '../../workers/src/verdicts/redis-verdict-store.ts'
import type { MovedThreshold, VerdictStore } from '../../workers/src/verdicts/verdict-store.ts'
import { random } from '../budget/random.ts'
import { type Frontier, startFrontier } from '../doubles/frontier.ts'
import { comparedIn, judging } from '../doubles/judge.ts'
import { type Front, startFront } from './front.ts'
import { type BridgedRedis, startBridgedRedis, token } from './opened-redis-store.ts'
import { type Opened, places } from './standalone.ts'
import { typeCommand } from './start-redis.ts'

const nearText = 'canaryAnswer blue'
const ownText = 'canaryReference scattered light'
const prompt = 'canaryPrompt which colour is the sky?'
const patience = { timeout: 60_000 }

let bridged: BridgedRedis
let judge: Frontier
let node: Frontier
let front: Front
let store: VerdictStore
beforeAll(async () => {
  bridged = await startBridgedRedis()
  const prefers = ({ first }: { first: string }) => (first === nearText ? 'second' : 'first')
  judge = await startFrontier({ answering: judging({ own: ownText, prefers }) })
  node = await startFrontier({ answering: () => ({ pieces: [nearText] }) })
  store = redisVerdictStore({ url: bridged.bridge.url, token, timeoutMs: 60_000 })
})
beforeEach(async () => {
  front = await startFront(bridged.bridge.url)
  await typeCommand(bridged.redis.port, 'FLUSHALL')
  return () => front.close()
})
afterAll(() => Promise.all([bridged.close(), judge.close(), node.close()]))

const day = 86_400_000

async function post(url: string, path: string, model: string, headers: Record<string, string> = {}) {
  const response = await fetch(`${url}/v1/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: prompt }] }),
  })
  expect(response.status).toBe(200)
  return response.text()
}

describe('the standalone gateway in workerd and another one on Node', () => {
  const variables = (hook: string): Record<string, string> => ({
    NEARSIDE_OPEN: 'loopback',
    NEARSIDE_FRONTIER_URL: `${judge.url}/v1`,
    NEARSIDE_FRONTIER_KEY: judge.key,
    NEARSIDE_FRONTIER_MODELS: 'gpt-double',
    NEARSIDE_PRICES: JSON.stringify({
      'gpt-double': { prices: [{ since: '2026-01-01', prompt: 1, output: 4 }] },
    }),
    NEARSIDE_LOCAL_URL: `${node.url}/v1`,
    NEARSIDE_LOCAL_SECRET: node.key,
    NEARSIDE_LOCAL_MODELS: 'small',
    NEARSIDE_LOCAL_ZONE: 'premises',
    NEARSIDE_ON_STORE_ERROR: 'refuse',
    NEARSIDE_JUDGE_SHARE: '1',
    NEARSIDE_JUDGE_DAY_USD: '5',
    NEARSIDE_JUDGE_MOVES: 'true',
    NEARSIDE_ALERT_URL: hook,
    NEARSIDE_STORE_MS: '10000',
    UPSTASH_REDIS_REST_URL: front.url,
    UPSTASH_REDIS_REST_TOKEN: token,
  })
  const metricsOf = async ({ url }: Opened): Promise<string> => (await fetch(`${url}/metrics`)).text()
  const counted = (gateway: Opened, line: RegExp) =>
    vi.waitFor(async () => expect(await metricsOf(gateway)).toMatch(line), patience)
  const frontierFrom = async ({ url }: Opened): Promise<number> =>
    (JSON.parse(await post(url, 'route', 'auto')) as { policy: { frontierFrom: number } }).policy.frontierFrom

  it('TRUST 22: find together that near answers have become worse: one alarm, one move, and no word of a text', async () => {
    const told: string[] = []
    const hook = createServer(async (request, response) => {
      for await (const chunk of request) told.push(String(chunk))
      response.end()
    })
    await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve))
    try {
      const vars = variables(`http://127.0.0.1:${(hook.address() as AddressInfo).port}/`)
      await using one = await places.workerd!(vars)
      await using other = await places.node!(vars)
      const before = await frontierFrom(one)

      await post(one.url, 'chat/completions', 'local')
      await counted(one, /nearside_quality_window_verdicts\{[^}]*\} 1\n/)
      await post(one.url, 'chat/completions', 'local')
      await counted(one, /nearside_quality_window_verdicts\{[^}]*\} 2\n/)
      expect(await metricsOf(one)).toMatch(/nearside_quality_below_level\{[^}]*\} 0\n/)
      expect([await store.moves('nearside-judge'), told]).toEqual([[], []])

      await post(other.url, 'chat/completions', 'local')
      await counted(other, /nearside_quality_threshold_moves_total\{[^}]*because="below-level"\} 1\n/)
      expect(await frontierFrom(other)).toBeCloseTo(before - 0.05, 6)
      expect(await store.moves('nearside-judge')).toMatchObject([
        { from: 0, to: 0.05, because: 'below-level', standing: { verdicts: 3, share: 0 } },
      ])
      await vi.waitFor(() => expect(told).toHaveLength(1), patience)

      // The first hears of it with its next verdict, which was earned under the old threshold and is not counted.
      await post(one.url, 'chat/completions', 'local')
      await counted(one, /nearside_quality_threshold_offset\{[^}]*\} 0\.05\n/)
      await counted(one, /nearside_quality_book_misses_total\{why="moved"\} 1\n/)
      expect(await frontierFrom(one)).toBeCloseTo(before - 0.05, 6)
      expect(await store.read('nearside-judge', day)).toMatchObject([{ epoch: 1, counts: { verdicts: 0 } }])
      expect(told).toHaveLength(1)

      const shown = `${front.bodies.join()}${told.join()}${await metricsOf(one)}${await metricsOf(other)}`
      for (const canary of ['canaryAnswer', 'canaryReference', 'canaryPrompt', judge.key])
        expect(shown).not.toContain(canary)
    } finally {
      hook.close()
    }
  })

  it('TRUST 25: tell a Redis elsewhere nothing of what may not leave', async () => {
    // Judged on the premises, so that there is a verdict at all.
    const vars = { ...variables('http://127.0.0.1:9/'), NEARSIDE_JUDGE_MODEL: 'small' }
    await using gateway = await places.node!(vars)
    node.always({ answer: { pieces: [JSON.stringify(tiedSaying)] } })
    try {
      await post(gateway.url, 'chat/completions', 'local', { 'x-nearside-privacy': 'never-leave' })
      await counted(gateway, /nearside_quality_book_misses_total\{why="privacy"\} 1\n/)
      expect(await store.read('nearside-judge', day)).toEqual([])
    } finally {
      node.always({})
    }
  })
})

const grades = { correct: 4, complete: 4, clear: 4 }
const tiedSaying = { winner: 'tie', first: grades, second: grades }

/** A mounted gateway whose judge costs nothing, so that verdicts alone need the Redis. */
function mounted(url: string): { ask(): Promise<void>; metrics(): Promise<string> } {
  const given: NearsideOptions = {
    account: () => ({ tenant: 'acme' }),
    local: { url: 'http://node.test/v1', models: ['small', 'judge'], zone: 'premises' },
    fetch: async (_, init) => {
      const body: unknown = JSON.parse(String(init?.body))
      const content = comparedIn(body) === null ? 'Hello.' : JSON.stringify(tiedSaying)
      const message = { role: 'assistant', content }
      return Response.json({ choices: [{ index: 0, message, finish_reason: 'stop' }] })
    },
    quality: {
      ...{ share: 1, judge: 'judge', concurrent: 20, thresholds: {} },
      book: sharedVerdicts({ store: redisVerdictStore({ url, token, timeoutMs: 1_000 }), zone: 'gateway' }),
    },
  }
  const app = new Hono()
  app.use('*', nearside(given))
  return {
    async ask() {
      const body = JSON.stringify({ model: 'small', messages: [{ role: 'user', content: prompt }] })
      const headers = { 'content-type': 'application/json' }
      const answer = await app.request('/v1/chat/completions', { method: 'POST', headers, body })
      expect(answer.status).toBe(200)
      await answer.text()
    },
    metrics: async () => (await app.request('/metrics')).text(),
  }
}

describe('a mounted gateway', () => {
  it.each([
    ['hangs', { type: 'hang' }],
    ['is a proxy’s page', { type: 'page', status: 502, text: '<h1>Bad gateway</h1>' }],
    ['talks nonsense', { type: 'page', status: 200, text: '{"result":"unknown counted much"}' }],
  ] as const)('serves as before while its Redis %s, and adds up again afterwards', async (_, deed) => {
    const gateway = mounted(front.url)
    const shows = (line: string) =>
      vi.waitFor(async () => expect(await gateway.metrics()).toContain(line), patience)
    await gateway.ask()
    await shows('nearside_quality_window_verdicts{task="unknown"} 1\n')
    front.does(deed)
    await gateway.ask()
    await gateway.ask()
    await shows('nearside_quality_book_misses_total{why="failed"} 2\n')
    expect(await gateway.metrics()).toContain('nearside_quality_window_verdicts{task="unknown"} 1\n')
    front.does({ type: 'pass' })
    await gateway.ask()
    await shows('nearside_quality_window_verdicts{task="unknown"} 2\n')
    expect(await gateway.metrics()).toContain(
      'nearside_quality_verdicts_total{task="unknown",tier="local",outcome="tie"} 4\n',
    )
  })
})

it.each([1, 2, 3])(
  'isolates that race move a threshold step by step, each told by one of them (seed %i)',
  async (seed) => {
    const chance = random(seed)
    const told: MovedThreshold[] = []
    const thresholds = { step: 0.05, floor: -0.1, ceiling: 0.15 }
    const isolates = Array.from({ length: 6 }, () => {
      const { quality } = resolveOptions({
        account: () => ({ tenant: 'acme' }),
        local: { url: 'http://node.test/v1', models: ['judge'], zone: 'premises' },
        quality: {
          ...{ share: 1, judge: 'judge', thresholds, book: sharedVerdicts({ store, zone: 'gateway' }) },
          onThresholdMove: (move) => void told.push(move),
        },
      })
      return openQualityBook(quality!, Date.now, openMetrics(), null)
    })
    const behind: Promise<unknown>[] = []
    const waitUntil = (work: Promise<unknown>) => void behind.push(work)
    const counts = { given: 0, worse: 0 }
    for (let round = 0; round < 60; round++) {
      // A model that is bad for a while, and then good.
      const bad = round < 25
      for (const book of isolates) {
        const outcome: QualityVerdict['outcome'] = chance.chance(bad ? 0.9 : 0) ? 'worse' : 'tie'
        counts.given++
        if (outcome === 'worse') counts.worse++
        const of = { id: 'ns_1', at: 0, task: 'code', tier: 'local', model: 'small' }
        const privacy = { level: 'public', providers: [] } as const
        book.judged(
          { ...of, privacy, epoch: book.kindOf('code')?.epoch ?? 0 },
          { outcome, swayed: false, near: 3, reference: 4 },
          waitUntil,
        )
      }
      if (chance.chance(0.7)) await Promise.all(behind.splice(0))
    }
    while (behind.length > 0) await Promise.all(behind.splice(0))

    const log = await store.moves('nearside-judge')
    expect(log.length).toBeGreaterThan(3)
    for (const [at, { from, to }] of log.entries()) {
      expect(from).toBe(at === 0 ? 0 : log[at - 1]!.to)
      expect(Math.abs(to - from)).toBeCloseTo(0.05, 6)
      expect(to).toBeGreaterThanOrEqual(-0.1)
      expect(to).toBeLessThanOrEqual(0.15)
    }
    const inOrder = (moves: readonly MovedThreshold[]) => moves.map((move) => JSON.stringify(move)).sort()
    expect(inOrder(told)).toEqual(inOrder(log))
    const [kind] = await store.read('nearside-judge', day)
    expect(kind).toMatchObject({ epoch: log.length, offset: log.at(-1)!.to })
    expect(counts.given).toBe(360)
    expect(counts.worse).toBeGreaterThan(50)
  },
)
