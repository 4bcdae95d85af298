/**
 * A record as OpenTelemetry's spans, in OTLP's JSON: one of the gateway's for the request, and below it one for each attempt,
 * with the names of the conventions for generative AI (v1.37 and later: `gen_ai.provider.name` and no `gen_ai.system`).
 * What has no name there stands under `nearside.`. There is no text in a record, so there is none here.
 */
import type { RequestRecord, StepTaken } from '../record/record.ts'

export type Value =
  | { readonly stringValue: string }
  | { readonly intValue: string }
  | { readonly doubleValue: number }
  | { readonly boolValue: boolean }

export type Attribute = { readonly key: string; readonly value: Value }

export type Span = {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  readonly kind: number
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly attributes: readonly Attribute[]
  readonly status: { readonly code?: number }
}

export type Parent = { readonly traceId: string; readonly spanId: string; readonly sampled: boolean }

const kinds = { internal: 1, server: 2, client: 3 } as const
const failed = 2

/** Null where a caller sent none, or something else. */
export function readTraceparent(given: string | undefined): Parent | null {
  const parts = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/.exec(given ?? '')
  if (parts === null) return null
  const [, version, traceId = '', spanId = '', flags = '00'] = parts
  if (version === 'ff' || /^0+$/.test(traceId) || /^0+$/.test(spanId)) return null
  return { traceId, spanId, sampled: (Number.parseInt(flags, 16) & 1) === 1 }
}

export function spansOf(
  record: RequestRecord,
  operation: 'chat' | 'embeddings',
  parent: Parent | null,
  newSpanId: () => string,
): readonly Span[] {
  // A request's own id is random hexadecimal, and finds its trace.
  const traceId = parent?.traceId ?? /[0-9a-f]{32}/.exec(record.id)?.[0] ?? newSpanId() + newSpanId()
  const spanId = newSpanId()
  const root: Span = {
    traceId,
    spanId,
    ...(parent === null ? {} : { parentSpanId: parent.spanId }),
    name: `nearside ${operation}`,
    kind: kinds.server,
    startTimeUnixNano: nanos(record.at),
    endTimeUnixNano: nanos(record.at + record.durationMs),
    attributes: rootAttributes(record, operation),
    status: record.error === null ? {} : { code: failed },
  }
  const asked = record.steps.filter(({ attempt }) => attempt > 0)
  const answered = asked.findLast(({ outcome }) => outcome === 'begun')
  return [
    root,
    ...asked.map((step): Span => {
      const isAnswer = step === answered && record.served !== null
      const from = record.at + step.startedMs
      const until = isAnswer ? record.at + record.durationMs : from + step.durationMs
      return {
        traceId,
        spanId: newSpanId(),
        parentSpanId: spanId,
        name: `${operation} ${step.model}`,
        kind: step.tier === 'edge' ? kinds.internal : kinds.client,
        startTimeUnixNano: nanos(from),
        endTimeUnixNano: nanos(until),
        attributes: stepAttributes(record, step, operation, isAnswer),
        status: step.error === null ? {} : { code: failed },
      }
    }),
  ]
}

function rootAttributes(record: RequestRecord, operation: string): readonly Attribute[] {
  const { plan, served, signals, wishes, charge } = record
  return compact([
    text('gen_ai.operation.name', operation),
    text(
      'gen_ai.request.model',
      wishes?.ask.kind === 'model' ? wishes.ask.model : (wishes?.ask.kind ?? null),
    ),
    text('gen_ai.response.model', served?.model ?? null),
    text('gen_ai.response.id', record.id),
    text('error.type', record.error),
    text('nearside.tenant', record.tenant),
    text('nearside.outcome', record.outcome),
    text('nearside.tier', served?.tier ?? null),
    text('nearside.strategy', plan?.strategy ?? null),
    text('nearside.reason', plan === null ? null : plan.kind === 'serve' ? plan.reason : plan.refusal),
    text('nearside.degraded', record.degraded),
    text('nearside.task', signals?.task ?? null),
    text('nearside.policy', record.policy),
    decimal('nearside.difficulty', signals?.difficulty ?? null),
    decimal('nearside.confidence', plan?.kind === 'serve' ? plan.confidence : null),
    decimal('nearside.answer_confidence', record.answerConfidence),
    decimal('nearside.joules', record.joules),
    whole('nearside.cost_nano_usd', charge?.amount ?? null),
    whole('nearside.overhead_ms', record.overheadMs),
    { key: 'nearside.stream', value: { boolValue: record.stream } },
  ])
}

function stepAttributes(
  { field, usage, served }: RequestRecord,
  step: StepTaken,
  operation: string,
  isAnswer: boolean,
): readonly Attribute[] {
  const zone = field?.find(({ name }) => name === step.target)?.zone ?? null
  const host = zone?.startsWith('provider:') === true ? zone.slice('provider:'.length) : null
  return compact([
    text('gen_ai.operation.name', operation),
    text('gen_ai.provider.name', host === 'api.openai.com' ? 'openai' : step.target),
    text('gen_ai.request.model', step.model),
    text('server.address', host),
    text('error.type', step.error),
    text('nearside.tier', step.tier),
    whole('nearside.attempt', step.attempt),
    ...(isAnswer
      ? [
          whole('gen_ai.usage.input_tokens', usage?.promptTokens ?? null),
          whole('gen_ai.usage.output_tokens', usage?.outputTokens ?? null),
          whole('nearside.first_token_ms', served?.firstTokenMs ?? null),
        ]
      : []),
  ])
}

function compact(attributes: readonly (Attribute | null)[]): readonly Attribute[] {
  return attributes.filter((attribute) => attribute !== null)
}

function text(key: string, value: string | null): Attribute | null {
  return value === null ? null : { key, value: { stringValue: value } }
}

/** 64-bit numbers are text in protobuf's JSON. */
function whole(key: string, value: number | null): Attribute | null {
  return value === null ? null : { key, value: { intValue: String(Math.round(value)) } }
}

function decimal(key: string, value: number | null): Attribute | null {
  return value === null ? null : { key, value: { doubleValue: value } }
}

/** Nanoseconds since the epoch are more than a number holds exactly. */
function nanos(ms: number): string {
  return (BigInt(Math.round(ms * 1_000)) * 1_000n).toString()
}
