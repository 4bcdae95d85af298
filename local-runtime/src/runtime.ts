/**
 * What one server holds between requests: the engine with its model, the queue in front of it, and what was
 * measured. It admits calls, starts their answers and tells its load; the pages of HTTP know nothing of it.
 */
import {
  type ChatRequest,
  type Envelope,
  type JsonObject,
  NearsideError,
  type NodeLoad,
  nodeHeaders,
  writeLoad,
} from '@nearside/core'
import type { Work } from './answer/generation-for.ts'
import { noProgress, type RunningAnswer, runAnswer } from './answer/run-answer.ts'
import { speech } from './answer/say.ts'
import { embeddingUsage } from './answer/write-embeddings.ts'
import { type Call, recordOf } from './call.ts'
import type { Embedding, Engine, EngineModel, EngineUsage } from './engine/engine.ts'
import type { ResolvedOptions } from './options.ts'
import { type Pace, pace } from './queue/pace.ts'
import { type Admission, openQueue, type Queue, type Turn } from './queue/queue.ts'
import { memoryUsed } from './telemetry/memory.ts'
import { type Metrics, metrics } from './telemetry/metrics.ts'
import { toolDialectOf } from './tools/dialect.ts'

export type Runtime = {
  readonly options: ResolvedOptions
  /** Loads the model. Until it has resolved, every call is told to come back. */
  start(): Promise<EngineModel>
  /** The model, where calls can be taken; throws `not-ready` where not. */
  model(): EngineModel
  standing(): 'loading' | 'ready' | 'failed' | 'draining'
  /** Waits for a slot; throws where there will be none. */
  admit(call: Call, caller: string): Promise<Turn>
  answer(call: Call, request: ChatRequest, work: Work, turn: Turn): RunningAnswer
  /** One vector a text; the slot is given back with them. */
  embed(call: Call, texts: readonly string[], turn: Turn): Promise<readonly Embedding[]>
  envelopeFor(call: Call, model: EngineModel): Envelope
  /** What an answer says of itself beyond OpenAI's fields. */
  nearsideFor(answer: RunningAnswer, model: EngineModel): JsonObject
  closeCall(call: Call): void
  load(): NodeLoad
  /** What runs the model, and what it holds. */
  engineStanding(): { readonly standsOn: string | null } & EngineUsage
  /** Load and version: they go with every response. */
  headers(): Readonly<Record<string, string>>
  metricsText(): string
  /** Takes no more calls, and waits for those it has until `drainMs` are over; then it gives them up. */
  drain(): Promise<void>
}

/** How long a caller waits before it asks whether the model is loaded. */
const loadingRetryMs = 2_000

export function openRuntime(options: ResolvedOptions, engine: Engine): Runtime {
  const queue: Queue = openQueue(options)
  const counts: Metrics = metrics()
  const calls = new Set<Call>()
  let speed: Pace = pace({ slots: options.slots, tokensPerSecond: null })
  let model: EngineModel | null = null
  let draining = false

  function standing(): 'loading' | 'ready' | 'failed' | 'draining' {
    return draining ? 'draining' : engine.standing()
  }

  function refusal(because: Extract<Admission, { readonly admitted: false }>['because']): NearsideError {
    if (because === 'draining') return notServing('draining', options.drainMs)
    if (because === 'client-gone') return new NearsideError('client-gone', 'The client left while it waited.')
    const retryAfterMs = speed.comeBackInMs(performance.now())
    const message =
      because === 'queue-full'
        ? `All slots are busy and ${queue.waiting()} requests wait already.`
        : `No slot came free within ${options.maxWaitMs} ms.`
    return new NearsideError('queue-full', message, { retryAfterMs })
  }

  function load(): NodeLoad {
    let tokens = 0
    for (const { progress } of calls) tokens += (progress?.promptTokens ?? 0) + (progress?.outputTokens ?? 0)
    return {
      queue: queue.waiting(),
      slotsBusy: queue.running(),
      slots: options.slots,
      kv: model === null ? null : Math.min(1, tokens / (model.contextTokens * options.slots)),
      memory: memoryUsed(),
      tokensPerSecond: speed.tokensPerSecond(),
    }
  }

  return {
    options,
    standing,
    load,
    engineStanding: () => ({ standsOn: model?.standsOn ?? null, ...engine.usage() }),

    async start() {
      model = await engine.load()
      speed = pace({ slots: options.slots, tokensPerSecond: model.tokensPerSecond })
      return model
    },

    model() {
      const now = standing()
      if (now === 'ready' && model !== null) return model
      throw notServing(now, now === 'draining' ? options.drainMs : loadingRetryMs)
    },

    async admit(call, caller) {
      calls.add(call)
      const admission = await queue.enter(caller, call.controller.signal)
      call.waitedMs = performance.now() - call.begunMs
      if (admission.admitted) return admission.turn
      throw refusal(admission.because)
    },

    answer(call, request, { asked, generations }, turn) {
      const begunMs = performance.now()
      const dialect = model?.chatTemplate == null ? null : toolDialectOf(model.chatTemplate)
      const answer = runAnswer({
        engine,
        generations,
        logprobs: request.sampling.logprobs,
        speech: () => speech({ ...asked, dialect }),
        confidenceCeiling: model?.confidenceCeiling ?? 1,
        now: () => performance.now(),
        signal: call.controller.signal,
      })
      call.progress = answer.progress
      void answer.finished.then(() => {
        turn.release()
        const { firstTokenAtMs, outputTokens } = answer.progress
        const endedMs = performance.now()
        if (call.controller.signal.aborted || firstTokenAtMs === null) return
        speed.slotHeld(endedMs - begunMs)
        speed.decoded(outputTokens - 1, endedMs - firstTokenAtMs)
      })
      return answer
    },

    async embed(call, texts, turn) {
      call.progress = noProgress()
      try {
        const embeddings = (await engine.embed?.(texts, call.controller.signal)) ?? []
        call.controller.signal.throwIfAborted()
        call.progress.promptTokens = embeddingUsage(embeddings).promptTokens
        return embeddings
      } finally {
        turn.release()
      }
    },

    envelopeFor: (call, model) => ({
      id: call.id,
      createdSeconds: Math.floor(call.at / 1_000),
      model: model.name,
      systemFingerprint: model.fingerprint,
    }),

    nearsideFor: ({ progress }, model) => ({
      confidence: progress.confidence,
      ...(progress.formFits === null ? {} : { formFits: progress.formFits }),
      model: model.name,
      modelVersion: model.version,
      // Nothing here measures energy, and a guess would be taken for a measurement.
      joules: null,
    }),

    headers: () => ({
      [nodeHeaders.load]: writeLoad(load()),
      ...(model === null ? {} : { [nodeHeaders.modelVersion]: model.version }),
    }),

    closeCall(call) {
      calls.delete(call)
      const record = recordOf(call, performance.now())
      counts.add(record)
      options.onRecord(record)
    },

    metricsText: () =>
      counts.text({
        ready: standing() === 'ready',
        load: load(),
        tokensMade: engine.tokensMade(),
        engineRestarts: engine.restarts(),
      }),

    async drain() {
      draining = true
      queue.close()
      let timer: NodeJS.Timeout | undefined
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, options.drainMs)
      })
      await Promise.race([queue.idle(), late])
      clearTimeout(timer)
      for (const { controller } of calls) {
        if (queue.running() > 0) controller.abort(notServing('draining', loadingRetryMs))
      }
    },
  }
}

function notServing(
  standing: 'loading' | 'ready' | 'failed' | 'draining',
  retryAfterMs: number,
): NearsideError {
  const why = {
    loading: 'The model is being loaded.',
    ready: 'The model is being loaded.',
    failed: 'The engine could not be started; it is tried again.',
    draining: 'The server is shutting down.',
  }[standing]
  return new NearsideError('not-ready', why, { retryAfterMs })
}
