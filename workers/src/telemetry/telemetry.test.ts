/** Records as spans and points, with a collector and a binding in memory. The real shape is held in test/workerd/telemetry. */
import { describe, expect, it, vi } from 'vitest'
import { openMetrics } from '../metrics/metrics.ts'
import type { NearsideOptions } from '../options/options.ts'
import { resolveOptions } from '../options/resolve-options.ts'
import type { RequestRecord } from '../record/record.ts'
import { analyticsEngine } from './analytics.ts'
import { otlp } from './otlp.ts'
import { readTraceparent, spansOf } from './spans-of.ts'
import { openTelemetry } from './telemetry.ts'

const record = (given: Partial<RequestRecord> = {}): RequestRecord => ({
  version: 1,
  id: 'ns_0123456789abcdef0123456789abcdef',
  tenant: 'acme',
  at: 1_760_000_000_123,
  durationMs: 50,
  stream: false,
  wishes: {
    ask: { kind: 'auto' },
    privacy: { level: 'public', providers: [] },
    latencyMs: null,
    quality: null,
    strategy: null,
  },
  signals: null,
  field: null,
  policy: null,
  frontierFrom: null,
  plan: null,
  steps: [],
  served: null,
  degraded: null,
  outcome: 'answered',
  error: null,
  usage: null,
  charge: null,
  joules: null,
  answerConfidence: null,
  overheadMs: 0,
  replayOf: null,
  ...given,
})

function open(
  given: Partial<NearsideOptions>,
  answer: () => Promise<Response> = async () => Response.json({}),
) {
  const sent: { readonly url: string; readonly body: string }[] = []
  let now = 1_760_000_000_000
  const metrics = openMetrics()
  const options = resolveOptions({
    open: 'loopback',
    now: () => now,
    fetch: (input, init) => {
      sent.push({ url: String(input), body: String(init?.body) })
      return answer()
    },
    ...given,
  })
  const telemetry = openTelemetry(options, metrics)
  const behind: Promise<unknown>[] = []
  const tell = (one: RequestRecord, trace?: string) =>
    telemetry?.told(one, { trace, operation: 'chat', waitUntil: (work) => behind.push(work) })
  const spansIn = (body: string) =>
    (JSON.parse(body) as { resourceSpans: { scopeSpans: { spans: unknown[] }[] }[] }).resourceSpans[0]!
      .scopeSpans[0]!.spans
  const pass = (ms: number): void => {
    now += ms
  }
  return { telemetry, tell, sent, behind, metrics, spansIn, pass }
}

const collector = { url: 'http://collector.test', flushMs: 5 }

it('nobody is told where nobody is named', () => {
  expect(open({}).telemetry).toBeNull()
})

describe('spans', () => {
  it('of several requests go together, behind the first of them', async () => {
    const { tell, sent, behind, spansIn, metrics } = open({ telemetry: [otlp(collector)] })
    for (let i = 0; i < 3; i++) tell(record())
    expect(sent).toEqual([])
    await Promise.all(behind)
    expect(behind).toHaveLength(1)
    expect(sent.map(({ url }) => url)).toEqual(['http://collector.test/v1/traces'])
    expect(spansIn(sent[0]!.body)).toHaveLength(3)
    expect(metrics.registry.text()).toContain('nearside_telemetry_total{to="otlp",outcome="sent"} 3\n')
  })

  it('whose request was put away before they were sent go with the next', async () => {
    const { tell, sent, behind, pass } = open({ telemetry: [otlp({ ...collector, flushMs: 10_000 })] })
    tell(record())
    pass(30_000)
    tell(record())
    await behind[1]
    expect(sent).toHaveLength(1)
  })

  it('are bounded while a collector hangs, and what is too much is dropped and counted', async () => {
    const { tell, sent, behind, metrics } = open(
      { telemetry: [otlp({ ...collector, flushMs: 10_000 })] },
      () => new Promise(() => {}),
    )
    for (let i = 0; i < 2_100; i++) tell(record())
    await behind.at(-2)
    expect(sent).toHaveLength(2)
    expect(metrics.registry.text()).toContain('nearside_telemetry_total{to="otlp",outcome="dropped"} 1024\n')
  })

  it.each<readonly [outcome: string, answer: () => Promise<Response>]>([
    ['failed', async () => new Response('', { status: 500 })],
    [
      'failed',
      async () => new Response(null, { status: 302, headers: { location: 'http://elsewhere.test' } }),
    ],
    ['failed', () => Promise.reject(new Error('down'))],
    ['rejected', async () => Response.json({ partialSuccess: { rejectedSpans: '1' } })],
    ['sent', async () => new Response('not json')],
  ])('that are %s are counted', async (outcome, answer) => {
    const { tell, behind, metrics } = open({ telemetry: [otlp(collector)] }, answer)
    tell(record())
    await Promise.all(behind)
    expect(metrics.registry.text()).toContain(`nearside_telemetry_total{to="otlp",outcome="${outcome}"} 1\n`)
  })

  it('TRUST 25: of what may not leave go only where that is declared to be near', async () => {
    const privacy = { level: 'never-leave', providers: [] } as const
    const kept = record({ wishes: { ...record().wishes!, privacy } })
    const far = open({ telemetry: [otlp(collector)] })
    far.tell(kept)
    far.tell(record({ wishes: null }))
    await Promise.all(far.behind)
    expect(far.sent).toEqual([])
    expect(far.metrics.registry.text()).toContain('nearside_telemetry_total{to="otlp",outcome="private"} 2\n')
    const near = open({ telemetry: [otlp({ ...collector, zone: 'premises' })] })
    near.tell(kept)
    await Promise.all(near.behind)
    expect(near.sent).toHaveLength(1)
  })

  it('belong to the caller’s trace, and are not made where the caller keeps none', async () => {
    const { tell, sent, behind, spansIn } = open({ telemetry: [otlp(collector)] })
    tell(record(), '00-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-bbbbbbbbbbbbbbbb-00')
    expect(behind).toEqual([])
    tell(record(), '00-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-bbbbbbbbbbbbbbbb-01')
    await Promise.all(behind)
    expect(spansIn(sent[0]!.body)).toMatchObject([
      { traceId: 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', parentSpanId: 'bbbbbbbbbbbbbbbb' },
    ])
  })
})

it('a trace without a parent is found by the request’s id, and its times are exact to the millisecond', () => {
  const [root] = spansOf(record(), 'chat', null, () => 'cccccccccccccccc')
  expect(root).toMatchObject({
    traceId: '0123456789abcdef0123456789abcdef',
    startTimeUnixNano: '1760000000123000000',
    endTimeUnixNano: '1760000000173000000',
  })
})

it.each([
  undefined,
  '',
  'canary',
  'ff-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-bbbbbbbbbbbbbbbb-01',
  '00-00000000000000000000000000000000-bbbbbbbbbbbbbbbb-01',
  '00-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-0000000000000000-01',
  '00-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA-bbbbbbbbbbbbbbbb-01',
  '00-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-bbbbbbbbbbbbbbbb-01-x',
])('%s is no parent of a trace', (given) => {
  expect(readTraceparent(given)).toBeNull()
})

describe('a data point', () => {
  it('keeps to the limits of Analytics Engine, whatever the names', () => {
    const writeDataPoint = vi.fn()
    const { tell } = open({ telemetry: [analyticsEngine({ writeDataPoint })] })
    const long = 'ä'.repeat(5_000)
    tell(
      record({
        tenant: long,
        served: { target: long, tier: 'local', model: long, attempts: 1, firstTokenMs: 7 },
      }),
    )
    const [point] = writeDataPoint.mock.calls[0] as [
      { indexes: string[]; blobs: string[]; doubles: number[] },
    ]
    const bytes = (text: string) => new TextEncoder().encode(text).length
    expect(point.indexes.map(bytes)).toEqual([96])
    expect(point.blobs.length).toBeLessThanOrEqual(20)
    expect(point.blobs.map(bytes).reduce((sum, size) => sum + size)).toBeLessThan(5_120)
    expect(point.doubles.length).toBeLessThanOrEqual(20)
    expect(point.doubles.every(Number.isFinite)).toBe(true)
    expect(point.doubles.slice(0, 2)).toEqual([50, 7])
  })

  it('that cannot be written harms nothing', () => {
    const failing = {
      writeDataPoint: () => {
        throw new Error('too many')
      },
    }
    const { tell, metrics } = open({ telemetry: [analyticsEngine(failing)] })
    tell(record())
    expect(metrics.registry.text()).toContain('nearside_telemetry_total{to="analytics",outcome="failed"} 1\n')
  })

  it('TRUST 25: of what may not leave is not written', () => {
    const writeDataPoint = vi.fn()
    const { tell } = open({ telemetry: [analyticsEngine({ writeDataPoint })] })
    const privacy = { level: 'never-leave', providers: [] } as const
    tell(record({ wishes: { ...record().wishes!, privacy } }))
    expect(writeDataPoint).not.toHaveBeenCalled()
  })
})

it.each<readonly [param: string, made: () => object]>([
  ['otlp.url', () => otlp({} as never)],
  ['otlp.url', () => otlp({ url: 'collector' })],
  ['otlp.zone', () => otlp({ url: 'http://c.test', zone: 'home' as never })],
  ['otlp.flushMs', () => otlp({ url: 'http://c.test', flushMs: 60_000 })],
  ['otlp.headers', () => otlp({ url: 'http://c.test', headers: { 'a b': 'c' } })],
  ['otlp.serviceName', () => otlp({ url: 'http://c.test', serviceName: '' })],
  ['otlp.endpoint', () => otlp({ url: 'http://c.test', endpoint: 'x' } as never)],
  ['analytics', () => analyticsEngine({} as never)],
  ['telemetry', () => open({ telemetry: otlp(collector) as never })],
  ['telemetry[1]', () => open({ telemetry: [otlp(collector), collector as never] })],
])('%s is refused with its path', (param, made) => {
  expect(made).toThrow(expect.objectContaining({ code: 'bad-options', param }))
})
