/** The standalone Worker in workerd, between a node and a frontier that judges: what goes on behind its answers. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { type Frontier, startFrontier } from '../../doubles/frontier.ts'
import { comparedIn, judging } from '../../doubles/judge.ts'
import { type RunningWorker, startWorker } from '../../harness/worker.ts'
import { callerKey, digestOf } from '../security/requests.ts'

const nearText = 'canaryAnswer blue'
let frontier: Frontier
let node: Frontier
beforeAll(async () => {
  const prefers = ({ first }: { first: string }) => (first === nearText ? 'second' : 'first')
  frontier = await startFrontier({ answering: judging({ own: 'canaryReference', prefers }) })
  node = await startFrontier({ answering: () => ({ pieces: nearText.split(/(?= )/) }) })
})
afterAll(() => Promise.all([frontier.close(), node.close()]))

const start = (given: Record<string, string> = {}, stateFolder?: string): Promise<RunningWorker> =>
  startWorker({
    ...(stateFolder === undefined ? {} : { stateFolder }),
    vars: {
      NEARSIDE_KEYS: `acme=${digestOf(callerKey)}`,
      NEARSIDE_FRONTIER_URL: `${frontier.url}/v1`,
      NEARSIDE_FRONTIER_KEY: frontier.key,
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
      NEARSIDE_JUDGE_DAY_USD: '1',
      ...given,
    },
  })

const authorization = `Bearer ${callerKey}`
const ask = async (
  worker: RunningWorker,
  fields: Record<string, unknown> = {},
  headers: Record<string, string> = {},
) => {
  const response = await fetch(`${worker.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization, ...headers },
    body: JSON.stringify({
      model: 'local',
      messages: [{ role: 'user', content: 'canaryPrompt which colour is the sky?' }],
      ...fields,
    }),
  })
  return { status: response.status, text: await response.text() }
}
const metricsOf = async (worker: RunningWorker): Promise<string> =>
  (await fetch(`${worker.url}/metrics`, { headers: { authorization } })).text()
const counted = (worker: RunningWorker, line: string) =>
  vi.waitFor(async () => expect(await metricsOf(worker)).toContain(line), { timeout: 60_000 })

it.each([false, true])(
  'TRUST 22: a near answer is judged behind it, and nothing shows its text (streamed: %s)',
  async (stream) => {
    await using worker = await start()
    const before = frontier.requests.length
    const { status, text } = await ask(worker, { stream })
    expect(status).toBe(200)
    expect(text).toContain('canaryAnswer')
    await counted(worker, 'outcome="worse"} 1\n')
    const asked = frontier.requests.slice(before).map(({ json }) => comparedIn(json))
    expect(asked.map((compared) => compared?.first ?? null)).toEqual([null, nearText, 'canaryReference'])
    const metrics = await metricsOf(worker)
    expect(metrics).toMatch(/nearside_quality_spent_nano_usd_total [1-9]/)
    const logs = (await worker.logs()).map(({ message }) => message).join('\n')
    for (const canary of ['canaryAnswer', 'canaryPrompt', 'canaryReference', frontier.key, callerKey])
      expect(metrics + logs).not.toContain(canary)
    expect(await worker.faults()).toEqual([])
  },
)

it.each(['never-leave', 'sensitive', 'contractual'])(
  'TRUST 25: what is %s is served on the premises and never shown to the judge',
  async (level) => {
    await using worker = await start()
    const before = frontier.requests.length
    for (const stream of [false, true])
      expect((await ask(worker, { stream }, { 'x-nearside-privacy': level })).status).toBe(200)
    await counted(worker, 'nearside_quality_skipped_total{why="privacy"} 2\n')
    expect(frontier.requests.length).toBe(before)
  },
)

it('a judge that fails or whose budget is spent costs nobody an answer', async () => {
  await using worker = await start()
  frontier.always({ fault: 'status', status: 500 })
  expect((await ask(worker)).status).toBe(200)
  await counted(worker, 'nearside_quality_skipped_total{why="failed"} 1\n')
  frontier.always({})
  await using poor = await start({ NEARSIDE_JUDGE_DAY_USD: '0.000001' })
  const before = frontier.requests.length
  expect((await ask(poor)).status).toBe(200)
  await counted(poor, 'nearside_quality_skipped_total{why="budget"} 1\n')
  expect(frontier.requests.length).toBe(before)
})

it('verdicts outlive the isolate that heard them, and the next one goes on from there', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'nearside-verdicts-'))
  try {
    const standing = (verdicts: number) =>
      new RegExp(`nearside_quality_window_verdicts\\{[^}]*\\} ${verdicts}\\n`)
    const matched = (worker: RunningWorker, line: RegExp) =>
      vi.waitFor(async () => expect(await metricsOf(worker)).toMatch(line), { timeout: 60_000 })
    const moving = { NEARSIDE_JUDGE_MOVES: 'true' }
    {
      await using worker = await start(moving, folder)
      for (const verdicts of [1, 2]) {
        await ask(worker)
        await matched(worker, standing(verdicts))
      }
      expect(await metricsOf(worker)).toMatch(/nearside_quality_below_level\{[^}]*\} 0\n/)
    }
    await using worker = await start(moving, folder)
    expect(await metricsOf(worker)).not.toContain('nearside_quality_window_verdicts{')
    await ask(worker)
    await matched(worker, /nearside_quality_threshold_moves_total\{[^}]*because="below-level"\} 1\n/)
    await matched(worker, /nearside_quality_threshold_offset\{[^}]*\} 0\.05\n/)
    expect(await worker.faults()).toEqual([])
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
