/**
 * What one server holds between requests: the model with those who use it, the queue in front of it, the watch over memory, and
 * what was measured. It admits calls, starts their answers and tells its load; the pages of HTTP know nothing of it.
 */
import {
  type ChatRequest,
  type Envelope,
  type JsonObject,
  type NodeLoad,
  nodeHeaders,
  writeLoad,
} from '@nearside/core'
import type { Work } from './answer/generation-for.ts'
import { nearsideMember } from './answer/nearside-member.ts'
import { noProgress, type RunningAnswer, runAnswer } from './answer/run-answer.ts'
import { speech } from './answer/say.ts'
import { embeddingUsage } from './answer/write-embeddings.ts'
import { type Call, recordOf } from './call.ts'
import { energyMeter } from './energy/share.ts'
import type { Embedding, EngineModel } from './engine/engine.ts'
import type { ResolvedOptions } from './options.ts'
import { stepsAgainstShortage } from './pressure/steps.ts'
import { watchMemory } from './pressure/watch.ts'
import { type Pace, pace } from './queue/pace.ts'
import { openQueue, type Queue } from './queue/queue.ts'
import { recalibrator } from './recalibration/recalibrator.ts'
import { loadingRetryMs, noSlotFree, notAdmitted, notServing, type Standing, tooLate } from './refusals.ts'
import type { Held, Resident } from './resident/resident.ts'
import { type Metrics, metrics } from './telemetry/metrics.ts'
import { type NodeStanding, nodeStanding } from './telemetry/node-standing.ts'
import { toolDialectOf } from './tools/dialect.ts'
import type { Urgency } from './urgency.ts'

/** A slot together with the model that will answer in it. */
export type Place = Held

export type Runtime = {
  readonly options: ResolvedOptions
  /** Loads the model. Until it has resolved, every call is told to come back. */
  start(): Promise<EngineModel>
  /** Opens the model anew, and switches to it without breaking an answer. */
  reload(): Promise<EngineModel>
  /** The model, where calls can be taken; throws `not-ready` where not. */
  model(): EngineModel
  standing(): Standing
  /** Waits for a place; throws where there will be none, or none in time for a prompt of so many tokens. */
  admit(call: Call, caller: string, promptTokens: number, urgency: Urgency): Promise<Place>
  answer(call: Call, request: ChatRequest, work: Work, place: Place): RunningAnswer
  /** One vector a text; the place is given back with them. */
  embed(call: Call, texts: readonly string[], place: Place): Promise<readonly Embedding[]>
  envelopeFor(call: Call, model: EngineModel): Envelope
  /** What an answer says of itself beyond OpenAI's fields. */
  nearsideFor(call: Call, answer: RunningAnswer, model: EngineModel): JsonObject
  closeCall(call: Call): void
  load(): NodeLoad
  /** The load, and everything else that an operator may want to know. */
  nodeStanding(): NodeStanding
  /** Load and version: they go with every response. */
  headers(): Readonly<Record<string, string>>
  metricsText(): string
  /** Takes no more calls, and waits for those it has until `drainMs` are over; then it gives them up. */
  drain(): Promise<void>
}

/** `slots` tells how many answers the loaded model can be asked for at the same time. */
export function openRuntime(options: ResolvedOptions, resident: Resident, slots: () => number): Runtime {
  const queue: Queue = openQueue(options)
  const counts: Metrics = metrics()
  const calls = new Set<Call>()
  const energy = options.meter === null ? null : energyMeter(options.meter)
  let speed: Pace = pace({ slots: options.slots, tokensPerSecond: null })
  let paced: EngineModel | null = null
  let pacedLoads = 0
  let draining = false

  const steps = stepsAgainstShortage({
    forget: resident.forget,
    unload: async () => queue.running() === 0 && queue.waiting() === 0 && (await resident.unload('pressure')),
    onStep: (step) =>
      options.onNotice({ event: 'memory', step, availableBytes: options.memory().availableBytes }),
  })
  const threads = recalibrator({
    resident,
    everyMs: options.recalibrateEveryMs,
    isIdle: () => !draining && queue.running() === 0 && queue.waiting() === 0 && steps.admits(),
    now: () => performance.now(),
    onTried: (tried) => options.onNotice({ event: 'recalibrated', ...tried }),
  })
  const watch = watchMemory(options.memory, options.memoryEveryMs, steps)

  function standing(): Standing {
    if (draining) return 'draining'
    const now = resident.standing()
    if (now === 'loading' || now === 'failed') return now
    return steps.admits() ? 'ready' : 'squeezed'
  }

  const comeBackInMs = (): number => speed.comeBackInMs(performance.now())

  function refuseUnlessReady(): void {
    const now = standing()
    if (now === 'ready') return
    if (now === 'squeezed') throw notServing(now, comeBackInMs())
    throw notServing(now, now === 'draining' ? options.drainMs : loadingRetryMs)
  }

  /** Measures anew after each load: another model, or another number of slots, has another speed. */
  function follow(model: EngineModel): void {
    if (model === paced) return
    paced = model
    const { loads } = resident.counts()
    if (loads !== pacedLoads) threads.loaded(model)
    pacedLoads = loads
    queue.setSlots(slots())
    speed = pace({ slots: slots(), tokensPerSecond: model.tokensPerSecond })
  }

  function refuseIfTooLate(promptTokens: number, { priority, latencyMs }: Urgency): void {
    if (latencyMs === null) return
    const expectedMs = speed.firstTokenInMs(promptTokens, queue.ahead(priority))
    if (expectedMs !== null && expectedMs > latencyMs) throw tooLate(expectedMs, latencyMs, comeBackInMs())
  }

  function load(): NodeLoad {
    let tokens = 0
    for (const { progress } of calls) tokens += (progress?.promptTokens ?? 0) + (progress?.outputTokens ?? 0)
    const model = resident.model()
    const { availableBytes, limitBytes } = watch.last()
    return {
      queue: queue.waiting(),
      slotsBusy: Math.min(queue.running(), queue.slots()),
      slots: queue.slots(),
      kv: model === null ? null : Math.min(1, tokens / (model.contextTokens * queue.slots())),
      memory: Math.min(1, Math.max(0, 1 - availableBytes / limitBytes)),
      tokensPerSecond: speed.tokensPerSecond(),
    }
  }

  const told = (): NodeStanding =>
    nodeStanding({
      ...{ standing: standing(), load: load(), memory: watch.last() },
      ...{ queue, resident, steps, energy, recalibrations: threads.counts() },
    })

  return {
    options,
    standing,
    load,
    nodeStanding: told,

    async start() {
      const model = await resident.start()
      // Not before: while a model loads there is nothing yet that could be given up.
      if (!draining) watch.start()
      follow(model)
      return model
    },

    async reload() {
      const model = await resident.replace()
      follow(model)
      return model
    },

    model() {
      refuseUnlessReady()
      const model = resident.model()
      if (model === null) throw notServing('loading', loadingRetryMs)
      return model
    },

    async admit(call, caller, promptTokens, urgency) {
      calls.add(call)
      refuseIfTooLate(promptTokens, urgency)
      const { priority, latencyMs } = urgency
      if (urgency.waitMs === 0 && queue.ahead(priority) !== null) throw noSlotFree()
      const { maxWaitMs } = options
      const waitMs = Math.min(maxWaitMs, latencyMs ?? maxWaitMs, urgency.waitMs ?? maxWaitMs)
      const admission = await queue.enter(caller, call.controller.signal, { priority, waitMs })
      call.waitedMs = performance.now() - call.begunMs
      if (!admission.admitted) {
        if (admission.because === 'draining') throw notServing('draining', options.drainMs)
        const waiting = queue.waiting()
        throw notAdmitted(admission.because, { waiting, waitMs, retryAfterMs: comeBackInMs })
      }
      try {
        const held = await resident.hold()
        follow(held.model)
        return {
          ...held,
          release() {
            held.release()
            admission.turn.release()
          },
        }
      } catch (error) {
        admission.turn.release()
        throw error
      }
    },

    answer(call, request, { asked, generations }, place) {
      const { engine, model } = place
      const begunMs = performance.now()
      const togetherAtFirst = queue.running()
      const dialect = model.chatTemplate === null ? null : toolDialectOf(model.chatTemplate)
      const answer = runAnswer({
        engine,
        generations,
        logprobs: request.sampling.logprobs,
        speech: () => speech({ ...asked, dialect }),
        confidenceCeiling: model.confidenceCeiling,
        confidenceCurve: model.confidenceCurve ?? null,
        now: () => performance.now(),
        signal: call.controller.signal,
      })
      const { progress } = answer
      call.progress = progress
      call.energy =
        energy?.begin(() => progress.promptTokens - progress.cachedPromptTokens + progress.outputTokens) ??
        null
      void answer.finished.then(() => {
        call.energy?.end()
        const togetherAtLast = queue.running()
        place.release()
        const endedMs = performance.now()
        if (call.controller.signal.aborted || progress.firstTokenAtMs === null) return
        speed.slotHeld(endedMs - begunMs)
        speed.promptRead(progress.promptTokens, progress.firstTokenAtMs - begunMs)
        const decoded = [progress.outputTokens - 1, endedMs - progress.firstTokenAtMs] as const
        speed.decoded(...decoded)
        threads.answered(...decoded, Math.max(togetherAtFirst, togetherAtLast))
        void threads.tryIfDue()
      })
      return answer
    },

    async embed(call, texts, place) {
      const progress = noProgress()
      call.progress = progress
      call.energy = energy?.begin(() => progress.promptTokens) ?? null
      try {
        const embeddings = (await place.engine.embed?.(texts, call.controller.signal)) ?? []
        call.controller.signal.throwIfAborted()
        progress.promptTokens = embeddingUsage(embeddings).promptTokens
        return embeddings
      } finally {
        call.energy?.end()
        place.release()
      }
    },

    envelopeFor: (call, model) => ({
      id: call.id,
      createdSeconds: Math.floor(call.at / 1_000),
      model: model.name,
      systemFingerprint: model.fingerprint,
    }),

    nearsideFor: (call, { progress }, model) => nearsideMember(progress, model, call.energy?.soFar() ?? null),

    headers() {
      const model = resident.model()
      return {
        [nodeHeaders.load]: writeLoad(load()),
        ...(model === null ? {} : { [nodeHeaders.modelVersion]: model.version }),
      }
    },

    closeCall(call) {
      calls.delete(call)
      const record = recordOf(call, performance.now())
      counts.add(record)
      options.onRecord(record)
    },

    metricsText: () => counts.text(told()),

    async drain() {
      draining = true
      watch.stop()
      options.meter?.close?.()
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
