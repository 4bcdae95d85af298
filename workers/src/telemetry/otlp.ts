/**
 * Sends spans to a collector, by OTLP over HTTP in JSON: gathered for a moment, sent behind the answer, at most once.
 *
 * An isolate has no timers of its own, so the request that begins a batch stays for it; where the platform cut it off,
 * the next request finds the batch old and sends it. What a collector does not take is dropped and counted: telemetry that is
 * kept for later fills the memory that answers need.
 */
import type { Telemetry, TelemetryMeans, TelemetrySink } from '../options/telemetry-options.ts'
import { mayTell } from './may-tell.ts'
import { type Otlp, type OtlpOptions, resolveOtlp } from './otlp-options.ts'
import { readTraceparent, type Span, spansOf } from './spans-of.ts'

const mostSpans = 512
const mostSending = 2
const timeoutMs = 5_000

/**
 * A span for each request and each of its attempts, to an OpenTelemetry collector.
 *
 * @example
 * nearside({ telemetry: [otlp({ url: 'https://collector.example' })], … })
 */
export function otlp(options: OtlpOptions): TelemetrySink {
  const terms = resolveOtlp(options)
  return { open: (means) => openOtlp(terms, means) }
}

function openOtlp(terms: Otlp, { send, now, count: counted }: TelemetryMeans): Telemetry {
  let batch: { readonly spans: Span[]; readonly begunAt: number } | null = null
  let sending = 0
  const count = (outcome: string, spans: number): void => counted({ to: 'otlp', outcome }, spans)
  const newSpanId = (): string =>
    Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, '0')).join(
      '',
    )

  async function flush(spans: readonly Span[]): Promise<void> {
    if (sending >= mostSending) {
      count('dropped', spans.length)
      return
    }
    sending++
    try {
      const response = await send(terms.url, {
        method: 'POST',
        redirect: 'manual',
        headers: terms.headers,
        body: bodyOf(spans, terms.serviceName),
        signal: AbortSignal.timeout(timeoutMs),
      })
      if (!response.ok) {
        await response.body?.cancel()
        count('failed', spans.length)
        return
      }
      const rejected = Math.min(spans.length, rejectedBy(await response.text()))
      if (rejected > 0) count('rejected', rejected)
      count('sent', spans.length - rejected)
    } catch {
      count('failed', spans.length)
    } finally {
      sending--
    }
  }

  function flushNow(): Promise<void> {
    const spans = batch?.spans ?? []
    batch = null
    return spans.length === 0 ? Promise.resolve() : flush(spans)
  }

  return {
    told(record, { trace, operation, waitUntil }) {
      const parent = readTraceparent(trace)
      // Whoever began the trace decided not to keep it.
      if (parent?.sampled === false) return
      if (!mayTell(record, terms.zone)) {
        count('private', 1)
        return
      }
      const spans = spansOf(record, operation, parent, newSpanId)
      if (
        batch !== null &&
        (batch.spans.length + spans.length > mostSpans || now() - batch.begunAt > 2 * terms.flushMs)
      )
        waitUntil(flushNow())
      if (batch !== null) {
        batch.spans.push(...spans)
        return
      }
      const begun = { spans: [...spans], begunAt: now() }
      batch = begun
      waitUntil(
        rest(terms.flushMs).then(() => {
          if (batch === begun) return flushNow()
        }),
      )
    },
  }
}

function bodyOf(spans: readonly Span[], serviceName: string): string {
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: serviceName } }] }
  return JSON.stringify({
    resourceSpans: [{ resource, scopeSpans: [{ scope: { name: 'nearside' }, spans }] }],
  })
}

/** What a collector says that it did not take. A number of 64 bits may be text. */
function rejectedBy(text: string): number {
  try {
    const answer = JSON.parse(text) as { partialSuccess?: { rejectedSpans?: unknown } } | null
    const rejected = Number(answer?.partialSuccess?.rejectedSpans ?? 0)
    return Number.isSafeInteger(rejected) && rejected > 0 ? rejected : 0
  } catch {
    return 0
  }
}

function rest(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
