/** The whole middleware over a local node and a frontier that judges, both in memory: what is judged, and what is not. */
import type { Privacy } from '@nearside/core'
import { Hono } from 'hono'
import { describe, expect, it, vi } from 'vitest'
import { memoryBudgetStore } from '../budget/memory-store.ts'
import { nearside } from '../middleware.ts'
import type { NearsideOptions } from '../options/options.ts'
import type { Judged, JudgeJob, QualityOptions } from '../options/quality-options.ts'
import { sharedVerdicts } from '../quality/shared-verdicts.ts'
import { memoryVerdictStore } from '../verdicts/memory-verdict-store.ts'
import type { MovedThreshold } from '../verdicts/verdict-store.ts'
import { qualityConsumer } from './quality-consumer.ts'

const usd = 1_000_000_000
const price = { prompt: 0, cachedPrompt: 0, output: usd / 1e6, since: '2026-01-01', longContext: null }
const nearText = 'canaryAnswer the sea is blue'
const ownText = 'canaryReference because of Rayleigh scattering'
const prompt = 'canaryPrompt why is the sky blue'
const canaries = ['canaryAnswer', 'canaryReference', 'canaryPrompt', 'sk-canaryJudgeKey']

/** A judge works behind the answer. */
const patience = { timeout: 30_000 }

type Sent = { readonly host: string; readonly body: Record<string, unknown> }
type Winner = 'near' | 'own' | 'tie' | 'first' | { readonly text: string }
type Given = {
  readonly quality?: Partial<QualityOptions>
  readonly prefers?: Winner
  readonly privacy?: Partial<Privacy>
  readonly hang?: boolean
  readonly options?: Partial<NearsideOptions>
  readonly wire?: string
}

const secret = 'a secret of more than thirty-two characters'

function saying(body: Record<string, unknown>, prefers: Winner): string | null {
  const [system, user] = body.messages as readonly { role: string; content: string }[]
  if (system?.role !== 'system' || user === undefined) return null
  const { first } = JSON.parse(user.content) as { first: string }
  if (typeof prefers === 'object') return prefers.text
  const nearIsFirst = first === nearText
  const winner =
    prefers === 'tie' || prefers === 'first'
      ? prefers
      : nearIsFirst === (prefers === 'near')
        ? 'first'
        : 'second'
  const grades = (grade: number) => ({ correct: grade, complete: grade, clear: grade })
  return JSON.stringify({
    winner,
    first: grades(winner === 'second' ? 2 : 5),
    second: grades(winner === 'first' ? 2 : 5),
  })
}

function open({ quality = {}, prefers = 'tie', privacy = {}, hang = false, options = {}, wire }: Given) {
  const sent: Sent[] = []
  const judged: Judged[] = []
  const moves: MovedThreshold[] = []
  const store = memoryBudgetStore()
  const answer = (text: string, stream: boolean): Response => {
    if (!stream) {
      const message = { role: 'assistant', content: text }
      return Response.json({
        choices: [{ index: 0, message, finish_reason: 'stop' }],
        usage: { prompt_tokens: 5, completion_tokens: 7, total_tokens: 12 },
      })
    }
    const piece = (delta: object, finish: string | null) =>
      `data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`
    const pieces = text.split(' ').map((word, i) => piece({ content: i === 0 ? word : ` ${word}` }, null))
    return new Response(wire ?? `${pieces.join('')}${piece({}, 'stop')}data: [DONE]\n\n`, {
      headers: { 'content-type': 'text/event-stream' },
    })
  }
  const given: NearsideOptions = {
    account: () => ({
      tenant: 'acme',
      ...(privacy.level === undefined ? {} : { privacy: privacy.level }),
      ...(privacy.providers === undefined ? {} : { providers: privacy.providers }),
    }),
    local: { url: 'http://node.test/v1', models: ['small'], zone: 'premises' },
    frontier: {
      url: 'http://judge.test/v1',
      key: 'sk-canaryJudgeKey',
      models: [{ model: 'big', price, contextTokens: 100_000 }],
    },
    budgets: store,
    budgetsZone: 'premises',
    onStoreError: 'refuse',
    fetch: async (input, init) => {
      const { host } = new URL(String(input))
      const body = JSON.parse(String(init?.body)) as Record<string, unknown>
      sent.push({ host, body })
      if (host === 'node.test') return answer(nearText, body.stream === true)
      if (hang)
        return new Promise((_, reject) =>
          init?.signal?.addEventListener('abort', () => reject(new Error('aborted'))),
        )
      return answer(saying(body, prefers) ?? ownText, false)
    },
    quality: {
      share: 1,
      judge: 'big',
      caps: [{ scope: 'account', window: 'day', limit: usd }],
      onJudged: (one) => void judged.push(one),
      onThresholdMove: (move) => void moves.push(move),
      ...quality,
    },
    ...options,
  }
  const app = new Hono()
  app.use('*', nearside(given))
  const ask = async (fields: Record<string, unknown> = {}, headers: Record<string, string> = {}) => {
    const response = await app.request('/v1/chat/completions', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ model: 'local', messages: [{ role: 'user', content: prompt }], ...fields }),
    })
    return { status: response.status, text: await response.text() }
  }
  const metrics = async () => (await app.request('/metrics')).text()
  const counted = async (line: string) =>
    vi.waitFor(async () => expect(await metrics()).toContain(line), patience)
  const toFrontier = () => sent.filter(({ host }) => host === 'judge.test')
  return { ask, app, sent, judged, moves, metrics, counted, toFrontier, given, store }
}

const untilJudged = (judged: readonly Judged[], count = 1) =>
  vi.waitFor(() => expect(judged).toHaveLength(count), patience)

describe('a sampled near answer', () => {
  it.each([false, true])(
    'is compared with the judge’s own, each standing first once (streamed: %s)',
    async (stream) => {
      const { ask, judged, toFrontier, counted } = open({ prefers: 'own' })
      const { text } = await ask({ stream })
      expect(text).toContain('canaryAnswer')
      await untilJudged(judged)
      expect(judged[0]).toMatchObject({
        task: 'unknown',
        tier: 'local',
        model: 'small',
        judge: 'big',
        outcome: 'worse',
        swayed: false,
        near: 2,
        reference: 5,
        standing: { verdicts: 1, share: 0 },
      })
      const [own, ...compared] = toFrontier().map(({ body }) => body.messages as { content: string }[])
      expect(own).toEqual([{ role: 'user', content: prompt }])
      expect(compared.map((messages) => JSON.parse(messages[1]!.content))).toEqual([
        { conversation: [{ role: 'user', text: prompt }], first: nearText, second: ownText },
        { conversation: [{ role: 'user', text: prompt }], first: ownText, second: nearText },
      ])
      await counted('nearside_quality_verdicts_total{task="unknown",tier="local",outcome="worse"} 1\n')
      await counted('nearside_quality_spent_nano_usd_total 21000\n')
    },
  )

  it('of the edge is judged too, though never by its caller’s money', async () => {
    const { ask, judged, app } = open({ prefers: 'tie' })
    await ask({ model: 'auto', messages: [{ role: 'user', content: 'what is 17 * 23?' }] })
    await untilJudged(judged)
    expect(judged[0]).toMatchObject({ tier: 'edge', outcome: 'tie' })
    expect(await (await app.request('/v1/budget')).text()).not.toContain('nearside-judge')
  })

  it('is a tie where the judge goes by the place', async () => {
    const { ask, judged, counted } = open({ prefers: 'first' })
    await ask()
    await untilJudged(judged)
    expect(judged[0]).toMatchObject({ outcome: 'tie', swayed: true })
    await counted('nearside_quality_swayed_total{task="unknown"} 1\n')
  })

  it('leaves no word of itself in metrics or callbacks', async () => {
    const { ask, judged, metrics } = open({ prefers: 'near' })
    await ask()
    await untilJudged(judged)
    const told = `${await metrics()}${JSON.stringify(judged)}`
    for (const canary of canaries) expect(told).not.toContain(canary)
  })
})

describe('nothing is judged, and it is counted why,', () => {
  const asked = { messages: [{ role: 'user', content: prompt }] }
  it.each<readonly [what: string, why: string, given: Given, fields: Record<string, unknown>]>([
    ['where the judge says nonsense', 'unread', { prefers: { text: 'The first one.' } }, asked],
    ['where the judge says nothing', 'unread', { prefers: { text: '' } }, asked],
    ['where it hangs', 'late', { hang: true, quality: { deadlineMs: 50 } }, asked],
    [
      'where its budget is spent',
      'budget',
      { quality: { caps: [{ scope: 'account', window: 'day', limit: 1 }] } },
      asked,
    ],
    [
      'of what calls tools',
      'not-text',
      {},
      { ...asked, tools: [{ type: 'function', function: { name: 'f' } }] },
    ],
    ['of what is too long', 'too-long', {}, { messages: [{ role: 'user', content: 'long '.repeat(9_700) }] }],
  ])('%s', async (_, why, given, fields) => {
    const node = {
      url: 'http://node.test/v1',
      models: [{ model: 'small', tools: true, contextTokens: 200_000 }],
    }
    const { ask, counted, judged } = open({
      ...given,
      options: { local: { ...node, zone: 'premises' }, policy: { localPromptTokens: 150_000 } },
    })
    expect((await ask(fields)).status).toBe(200)
    await counted(`nearside_quality_skipped_total{why="${why}"} 1\n`)
    expect(judged).toEqual([])
  })

  it('where as many are under way as may be', async () => {
    const { ask, counted } = open({ hang: true, quality: { concurrent: 1, deadlineMs: 100 } })
    await Promise.all([ask(), ask(), ask()])
    await counted('nearside_quality_skipped_total{why="busy"} 2\n')
    await counted('nearside_quality_skipped_total{why="late"} 1\n')
    await ask()
    await counted('nearside_quality_skipped_total{why="late"} 2\n')
  })

  it('of an answer that was cut', async () => {
    const { ask, app, metrics, toFrontier } = open({
      wire: 'data: {"choices":[{"index":0,"delta":{"content":"a"}}]}\n\n',
    })
    await ask({ stream: true }).catch(() => {})
    await app.request('/health')
    expect(toFrontier()).toEqual([])
    expect(await metrics()).toContain('outcome="cut"')
  })

  it('of the frontier, or outside the sample', async () => {
    const frontier = open({})
    await frontier.ask({ model: 'big' })
    expect(frontier.toFrontier()).toHaveLength(1)
    const few = open({ quality: { share: 1e-9 } })
    await few.ask()
    expect(few.toFrontier()).toEqual([])
  })
})

describe('TRUST 25: a judge is never shown what may not leave:', () => {
  it.each<readonly [string, Given['privacy'] & object, boolean]>([
    ['never-leave', { level: 'never-leave' }, false],
    ['sensitive', { level: 'sensitive' }, false],
    ['contractual, elsewhere', { level: 'contractual', providers: ['other.test'] }, false],
    ['contractual, there', { level: 'contractual', providers: ['judge.test'] }, true],
  ])('%s', async (_, privacy, shown) => {
    for (const stream of [false, true]) {
      const { ask, counted, toFrontier, judged } = open({ privacy })
      expect((await ask({ stream })).status).toBe(200)
      if (shown) await untilJudged(judged)
      else await counted('nearside_quality_skipped_total{why="privacy"} 1\n')
      expect(toFrontier().length > 0).toBe(shown)
    }
  })

  it('by the caller’s header, and through a queue', async () => {
    const send = vi.fn(async (_: JudgeJob) => {})
    const { ask, counted } = open({ quality: { queue: { send, secret, zone: 'premises' } } })
    await ask({}, { 'x-nearside-privacy': 'never-leave' })
    await counted('nearside_quality_skipped_total{why="privacy"} 1\n')
    expect(send).not.toHaveBeenCalled()
  })
})

describe('a threshold', () => {
  it('moves with the verdicts, no further than its ceiling, and decisions follow', async () => {
    const { ask, app, judged, moves, metrics } = open({
      prefers: 'own',
      quality: { thresholds: { step: 0.3, ceiling: 0.5 } },
      options: { difficulty: () => 0.2 },
    })
    const wished = async () => {
      const response = await app.request('/v1/route', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'auto', messages: [{ role: 'user', content: prompt }] }),
      })
      return ((await response.json()) as { plan: { wished: string } }).plan.wished
    }
    expect(await wished()).toBe('local')
    for (let i = 1; moves.length < 2; i++) {
      if (i > 100) throw new Error('the threshold did not move')
      await ask()
      await untilJudged(judged, i)
    }
    expect(moves).toMatchObject([
      { task: 'unknown', from: 0, to: 0.3, because: 'below-level' },
      { task: 'unknown', from: 0.3, to: 0.5, because: 'below-level' },
    ])
    expect(await wished()).toBe('frontier')
    expect(await metrics()).toContain('nearside_quality_threshold_offset{task="unknown"} 0.5\n')
    expect(await metrics()).toContain(
      'nearside_quality_threshold_moves_total{task="unknown",because="below-level"} 2\n',
    )
  })

  it('stays where nobody lets it move; the fall is told to the webhook once', async () => {
    const alerts: string[] = []
    const { given, judged } = open({ prefers: 'own' })
    const app = new Hono()
    app.use(
      '*',
      nearside({
        ...given,
        alerts: { url: 'http://hook.test/', zone: 'premises' },
        fetch: (input, init) => {
          if (!String(input).startsWith('http://hook.test')) return given.fetch!(input, init)
          alerts.push(String(init?.body))
          return Promise.resolve(new Response(null))
        },
      }),
    )
    for (let i = 1; i <= 45; i++) {
      await app.request('/v1/chat/completions', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'local', messages: [{ role: 'user', content: prompt }] }),
      })
      await untilJudged(judged, i)
    }
    await vi.waitFor(() => expect(alerts).toHaveLength(1), patience)
    expect(JSON.parse(alerts[0]!)).toMatchObject({
      type: 'quality-drifted',
      task: 'unknown',
      level: 0.8,
      share: 0,
    })
    for (const canary of canaries) expect(alerts.join()).not.toContain(canary)
  })
})

describe('a queue', () => {
  it('TRUST 22: is given jobs that say nothing, and its consumer judges them', async () => {
    const jobs: JudgeJob[] = []
    const queue = { send: async (job: JudgeJob) => void jobs.push(job), secret }
    const { ask, toFrontier, given, judged } = open({ quality: { queue }, prefers: 'near' })
    await ask({ stream: true })
    await vi.waitFor(() => expect(jobs).toHaveLength(1), patience)
    expect(toFrontier()).toEqual([])
    for (const canary of canaries) expect(JSON.stringify(jobs)).not.toContain(canary)
    const consume = qualityConsumer(given)
    await consume(jobs[0]!)
    expect(judged).toMatchObject([{ id: jobs[0]!.id, outcome: 'better' }])
    await expect(consume({ ...jobs[0]!, id: 'ns_other' })).rejects.toMatchObject({ code: 'store-failed' })
  })

  it('tells the gateways of its verdicts by the book that it shares with them', async () => {
    const jobs: JudgeJob[] = []
    const queue = { send: async (job: JudgeJob) => void jobs.push(job), secret }
    const store = memoryVerdictStore()
    const quality: Partial<QualityOptions> = {
      ...{
        queue,
        concurrent: 6,
        thresholds: { step: 0.3 },
        book: sharedVerdicts({ store, zone: 'premises' }),
      },
    }
    const { ask, given, moves, metrics } = open({ quality, prefers: 'own' })
    for (let i = 0; i < 6; i++) await ask()
    await vi.waitFor(() => expect(jobs).toHaveLength(6), patience)
    const consume = qualityConsumer(given)
    for (const job of jobs) await consume(job)
    expect(moves).toMatchObject([{ task: 'unknown', from: 0, to: 0.2 }])
    // Three are beyond doubt. The rest were answered before the move, so they move nothing more.
    expect(await store.read('nearside-judge', 60_000)).toMatchObject([
      { kind: 'unknown', epoch: 1, offset: 0.2, counts: { verdicts: 0 } },
    ])
    const late = open({ quality, prefers: 'own' })
    await late.ask()
    await late.counted('nearside_quality_threshold_offset{task="unknown"} 0.2\n')
    expect(await metrics()).not.toContain('nearside_quality_threshold_offset{task="unknown"} 0.2')
  })

  it('that fails is counted, and the answer is none the worse', async () => {
    const queue = { send: () => Promise.reject(new Error('down')), secret }
    const { ask, counted } = open({ quality: { queue } })
    expect((await ask()).status).toBe(200)
    await counted('nearside_quality_skipped_total{why="queue-failed"} 1\n')
  })
})

it.each<readonly [param: string, quality: Record<string, unknown>]>([
  ['quality.share', { share: 0 }],
  ['quality.share', { share: 1.5 }],
  ['quality.share', { share: 'all' }],
  ['quality.judge', { judge: 'nobody' }],
  ['quality.caps', { caps: [] }],
  ['quality.deadlineMs', { deadlineMs: 60_000 }],
  ['quality.sample', { sample: 1 }],
  ['quality.level', { level: 2 }],
  ['quality.tenant', { tenant: 'a b' }],
  ['quality.thresholds.step', { thresholds: { step: 0 } }],
  ['quality.thresholds.floor', { thresholds: { floor: 0.1 } }],
  ['quality.thresholds.stride', { thresholds: { stride: 1 } }],
  ['quality.queue.send', { queue: { secret } }],
  ['quality.queue.secret', { queue: { send: async () => {} } }],
  ['quality.queue.zone', { queue: { send: async () => {}, secret, zone: 'home' } }],
  ['quality.onJudged', { onJudged: 'log' }],
])('%s is refused with its path: %j', (param, quality) => {
  expect(() => open({ quality: quality as Partial<QualityOptions> })).toThrow(
    expect.objectContaining({ code: 'bad-options', param }),
  )
})
