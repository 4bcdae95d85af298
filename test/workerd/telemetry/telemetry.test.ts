/** The standalone Worker in workerd, a frontier, and a collector that looks at each field of what it is sent. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { type Collector, type Mood, startCollector } from '../../doubles/collector.ts'
import { type Frontier, startFrontier } from '../../doubles/frontier.ts'
import { type RunningWorker, startWorker } from '../../harness/worker.ts'
import { callerKey, digestOf } from '../security/requests.ts'

let frontier: Frontier
let node: Frontier
let collector: Collector
beforeAll(async () => {
  frontier = await startFrontier()
  node = await startFrontier({ answering: () => ({ pieces: ['canaryAnswer'] }) })
})
beforeEach(async () => {
  collector = await startCollector()
  frontier.always({ answer: { pieces: ['canaryAnswer'] } })
  node.always({})
})
afterEach(() => collector.close())
afterAll(() => Promise.all([frontier.close(), node.close()]))

const otlpKey = 'canaryOtlpKey'
const start = (given: Record<string, string> = {}): Promise<RunningWorker> =>
  startWorker({
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
      NEARSIDE_OTLP_URL: collector.url,
      NEARSIDE_OTLP_HEADERS: `x-collector-key=${otlpKey}`,
      NEARSIDE_OTLP_SERVICE: 'gateway-a',
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
      model: 'frontier',
      messages: [{ role: 'user', content: 'canaryPrompt why?' }],
      ...fields,
    }),
  })
  return {
    status: response.status,
    id: response.headers.get('x-request-id') ?? '',
    text: await response.text(),
  }
}
const metricsOf = async (worker: RunningWorker): Promise<string> =>
  (await fetch(`${worker.url}/metrics`, { headers: { authorization } })).text()
const counted = (worker: RunningWorker, line: string) =>
  vi.waitFor(async () => expect(await metricsOf(worker)).toContain(line), { timeout: 60_000 })
const collected = (spans: number) =>
  vi.waitFor(() => expect(collector.spans()).toHaveLength(spans), { timeout: 60_000 })

it.each([false, true])(
  'tells of a request and its attempts in the conventions’ words (streamed: %s)',
  async (stream) => {
    await using worker = await start()
    const trace = { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' }
    const { id } = await ask(worker, { stream }, trace)
    await collected(2)
    expect(collector.faults).toEqual([])
    const [root, attempt] = collector.spans()
    expect(root).toMatchObject({
      traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
      parentSpanId: '00f067aa0ba902b7',
      name: 'nearside chat',
      kind: 2,
      failed: false,
      attributes: {
        'gen_ai.operation.name': 'chat',
        'gen_ai.response.id': id,
        'nearside.tier': 'frontier',
        'nearside.reason': 'pinned-by-caller',
        'nearside.stream': stream,
      },
    })
    expect(attempt).toMatchObject({
      traceId: root!.traceId,
      parentSpanId: root!.spanId,
      name: 'chat gpt-double',
      kind: 3,
      attributes: {
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': 'frontier',
        'gen_ai.request.model': 'gpt-double',
        'gen_ai.usage.input_tokens': 19,
        'gen_ai.usage.output_tokens': 8,
        'server.address': new URL(frontier.url).host,
      },
    })
    expect(collector.requests[0]!.headers['x-collector-key']).toBe(otlpKey)
  },
)

it('TRUST 22: tells of failures too, and never a text or a key, whatever happens', async () => {
  await using worker = await start()
  await ask(worker)
  await ask(worker, { stream: true })
  await ask(worker, { model: 'canaryModel' })
  await ask(worker, { messages: 'canaryPrompt' })
  await ask(worker, {}, { 'x-nearside-tier': 'canaryTier', traceparent: 'canaryTrace' })
  node.always({ fault: 'status', status: 500 })
  await ask(worker, { model: 'local' })
  frontier.always({ fault: 'echoed-secrets', status: 400 })
  await ask(worker)
  await vi.waitFor(() => expect(collector.spans().some(({ failed }) => failed)).toBe(true), {
    timeout: 60_000,
  })
  await counted(worker, 'nearside_telemetry_total{to="otlp",outcome="sent"}')
  expect(collector.faults).toEqual([])
  const told = collector.requests.map(({ body }) => body).join('\n')
  const logs = (await worker.logs()).map(({ message }) => message).join('\n')
  for (const canary of ['canary', callerKey, frontier.key, node.key]) {
    expect(told).not.toContain(canary)
    expect(logs).not.toContain(canary)
  }
  expect(await metricsOf(worker)).not.toContain('canary')
})

it('TRUST 25: a collector elsewhere never hears of what may not leave, and one on the premises does', async () => {
  const level = { 'x-nearside-privacy': 'never-leave' }
  await using far = await start()
  expect((await ask(far, { model: 'local' }, level)).status).toBe(200)
  await counted(far, 'nearside_telemetry_total{to="otlp",outcome="private"} 1\n')
  expect(collector.requests).toEqual([])
  await using near = await start({ NEARSIDE_OTLP_ZONE: 'premises' })
  await ask(near, { model: 'local' }, level)
  await collected(2)
})

it.each<readonly [mood: Mood, outcome: string, spans: number]>([
  ['hangs', 'failed', 2],
  ['fails', 'failed', 2],
  ['breaks-off', 'failed', 2],
  ['rejects-one', 'rejected', 1],
])('a collector that %s costs nobody an answer, and is counted', async (mood, outcome, spans) => {
  collector.mood(mood)
  await using worker = await start()
  expect((await ask(worker)).status).toBe(200)
  expect(
    (
      await ask(
        worker,
        { stream: true },
        { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00' },
      )
    ).status,
  ).toBe(200)
  await counted(worker, `nearside_telemetry_total{to="otlp",outcome="${outcome}"} ${spans}\n`)
  // workerd tells of the broken connection itself, though the fetch that it broke was caught and counted.
  const own = (await worker.faults()).filter((fault) => !fault.includes('Network connection lost'))
  expect(own).toEqual([])
})

it('is silent where no collector is named', async () => {
  await using worker = await start({
    NEARSIDE_OTLP_URL: '',
    NEARSIDE_OTLP_HEADERS: '',
    NEARSIDE_OTLP_SERVICE: '',
  })
  expect((await ask(worker)).status).toBe(200)
  expect(await metricsOf(worker)).not.toContain('nearside_telemetry_total')
  expect(collector.requests).toEqual([])
})
