import { expect, it } from 'vitest'
import { memoryBudgetStore } from '../budget/memory-store.ts'
import { openMetrics } from '../metrics/metrics.ts'
import { memoryVerdictStore } from '../verdicts/memory-verdict-store.ts'
import { readEnvironment } from './read-environment.ts'

const judge = {
  NEARSIDE_OPEN: 'loopback',
  OPENAI_API_KEY: 'sk-test',
  NEARSIDE_JUDGE_SHARE: '0.1',
  NEARSIDE_JUDGE_DAY_USD: '1',
  NEARSIDE_ON_STORE_ERROR: 'refuse',
}
const redis = { UPSTASH_REDIS_REST_URL: 'https://db.upstash.test', UPSTASH_REDIS_REST_TOKEN: 'token' }
const host = { store: memoryBudgetStore(), zone: 'provider:cloudflare' } as const

/** What becomes of a verdict that may go to Cloudflare alone. */
async function told(env: Record<string, string>): Promise<readonly [kept: number, metrics: string]> {
  const store = memoryVerdictStore()
  const { quality } = readEnvironment(env, { ...host, verdicts: { store, zone: host.zone } })
  const { registry } = openMetrics()
  const terms = { tenant: 'j', window: 10, level: 0.8, thresholds: null }
  const keeper = quality!.book!.open(terms, Date.now, { registry })
  const privacy = { level: 'contractual', providers: ['cloudflare'] } as const
  await keeper.take({ task: 'code', privacy, epoch: 0 }, { verdicts: 1, good: 1, near: 18, reference: 18 })
  return [(await store.read('j', 60_000)).length, registry.text()]
}

it('verdicts are kept where the host keeps them, and in a Redis where one is named, which is somebody else’s ground', async () => {
  expect((await told(judge))[0]).toBe(1)
  const [kept, metrics] = await told({ ...judge, ...redis })
  expect(kept).toBe(0)
  expect(metrics).toContain('nearside_quality_book_misses_total{why="privacy"} 1\n')
})

it('where neither is, each isolate keeps its own', () => {
  expect(readEnvironment(judge, host).quality?.book).toBeUndefined()
})
