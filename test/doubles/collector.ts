/**
 * An OpenTelemetry collector on loopback: takes spans by OTLP over HTTP in JSON, and writes down what is wrong with them.
 *
 * The shape was taken from OTLP's protobuf definitions and their JSON mapping: ids in hexadecimal, 64-bit numbers as text,
 * kinds and codes as numbers, names in lowerCamelCase and no others.
 */
import type { Performance } from './performance.ts'
import { type RecordedRequest, startRecording } from './recording-server.ts'

export type CollectedSpan = {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId: string | null
  readonly name: string
  readonly kind: number
  readonly startMs: number
  readonly endMs: number
  readonly failed: boolean
  readonly attributes: Readonly<Record<string, string | number | boolean>>
}

export type Mood = 'well' | 'hangs' | 'fails' | 'breaks-off' | 'rejects-one'

export type Collector = {
  /** Origin without a path. */
  readonly url: string
  readonly requests: readonly RecordedRequest[]
  spans(): readonly CollectedSpan[]
  /** What no collector would take: paths and reasons. */
  readonly faults: readonly string[]
  mood(mood: Mood): void
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

type Json = Readonly<Record<string, unknown>>

export async function startCollector(): Promise<Collector> {
  const faults: string[] = []
  const spans: CollectedSpan[] = []
  let mood: Mood = 'well'
  const here = await startRecording((request) => {
    if (request.method !== 'POST' || request.path !== '/v1/traces')
      faults.push(`${request.method} ${request.path}`)
    if (request.headers['content-type'] !== 'application/json') faults.push('content-type')
    const read = readSpans(request.json, faults)
    if (mood === 'well' || mood === 'rejects-one') spans.push(...read)
    return answerIn(mood)
  })
  return {
    url: here.url,
    requests: here.requests,
    spans: () => [...spans],
    faults,
    mood(next) {
      mood = next
    },
    close: here.close,
    [Symbol.asyncDispose]: here.close,
  }
}

function answerIn(mood: Mood): Performance {
  const body = mood === 'rejects-one' ? { partialSuccess: { rejectedSpans: '1', errorMessage: 'one' } } : {}
  return {
    begin: mood === 'hangs' ? 'silence' : mood === 'breaks-off' ? 'reset' : 'headers',
    status: mood === 'fails' ? 500 : 200,
    headers: [['content-type', 'application/json']],
    pieces: [JSON.stringify(body)],
    firstDelayMs: 0,
    delayMs: 0,
    end: mood === 'hangs' ? 'hang' : 'end',
  }
}

function readSpans(body: unknown, faults: string[]): CollectedSpan[] {
  const fail = (path: string): void => void faults.push(path)
  const fields = (value: unknown, path: string, known: readonly string[]): Json => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      fail(path)
      return {}
    }
    for (const name of Object.keys(value)) if (!known.includes(name)) fail(`${path}.${name}`)
    return value as Json
  }
  const list = (value: unknown, path: string): readonly unknown[] => {
    if (Array.isArray(value)) return value
    fail(path)
    return []
  }
  const matching = (value: unknown, path: string, form: RegExp): string => {
    if (typeof value === 'string' && form.test(value)) return value
    fail(path)
    return ''
  }
  const attributes = (value: unknown, path: string): Record<string, string | number | boolean> => {
    const read: Record<string, string | number | boolean> = {}
    for (const [at, one] of list(value, path).entries()) {
      const { key, value: given } = fields(one, `${path}[${at}]`, ['key', 'value'])
      const name = matching(key, `${path}[${at}].key`, /^[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*$/)
      if (name in read) fail(`${path}[${at}].key, twice`)
      const entries = Object.entries(
        fields(given, `${path}[${at}].value`, ['stringValue', 'intValue', 'doubleValue', 'boolValue']),
      )
      const [kind, content] = entries[0] ?? []
      if (entries.length !== 1) fail(`${path}[${at}].value`)
      else if (kind === 'stringValue' && typeof content === 'string') read[name] = content
      else if (kind === 'intValue' && typeof content === 'string' && /^-?\d+$/.test(content))
        read[name] = Number(content)
      else if (kind === 'doubleValue' && typeof content === 'number') read[name] = content
      else if (kind === 'boolValue' && typeof content === 'boolean') read[name] = content
      else fail(`${path}[${at}].value.${kind}`)
    }
    return read
  }
  const readSpan = (one: unknown, path: string): CollectedSpan => {
    const span = fields(one, path, [
      'traceId',
      'spanId',
      'parentSpanId',
      'name',
      'kind',
      'startTimeUnixNano',
      'endTimeUnixNano',
      'attributes',
      'status',
    ])
    const status = fields(span.status ?? {}, `${path}.status`, ['code', 'message'])
    if (status.code !== undefined && ![0, 1, 2].includes(status.code as number)) fail(`${path}.status.code`)
    if (![1, 2, 3, 4, 5].includes(span.kind as number)) fail(`${path}.kind`)
    const notZero = (form: RegExp, value: unknown, at: string): string => {
      const text = matching(value, at, form)
      if (/^0+$/.test(text)) fail(at)
      return text
    }
    const startMs = Number(matching(span.startTimeUnixNano, `${path}.startTimeUnixNano`, /^\d{16,20}$/)) / 1e6
    const endMs = Number(matching(span.endTimeUnixNano, `${path}.endTimeUnixNano`, /^\d{16,20}$/)) / 1e6
    if (endMs < startMs) fail(`${path} ends before it starts`)
    return {
      traceId: notZero(/^[0-9a-f]{32}$/, span.traceId, `${path}.traceId`),
      spanId: notZero(/^[0-9a-f]{16}$/, span.spanId, `${path}.spanId`),
      parentSpanId:
        span.parentSpanId === undefined
          ? null
          : notZero(/^[0-9a-f]{16}$/, span.parentSpanId, `${path}.parentSpanId`),
      name: matching(span.name, `${path}.name`, /./),
      kind: span.kind as number,
      startMs,
      endMs,
      failed: status.code === 2,
      attributes: attributes(span.attributes ?? [], `${path}.attributes`),
    }
  }

  const { resourceSpans } = fields(body, 'body', ['resourceSpans'])
  return list(resourceSpans, 'resourceSpans').flatMap((one, i) => {
    const at = `resourceSpans[${i}]`
    const { resource, scopeSpans } = fields(one, at, ['resource', 'scopeSpans'])
    const of = attributes(
      fields(resource, `${at}.resource`, ['attributes']).attributes,
      `${at}.resource.attributes`,
    )
    if (typeof of['service.name'] !== 'string') fail(`${at} has no service.name`)
    return list(scopeSpans, `${at}.scopeSpans`).flatMap((scoped, j) => {
      const { spans } = fields(scoped, `${at}.scopeSpans[${j}]`, ['scope', 'spans'])
      return list(spans, `${at}.scopeSpans[${j}].spans`).map((span, k) =>
        readSpan(span, `${at}.scopeSpans[${j}].spans[${k}]`),
      )
    })
  })
}
