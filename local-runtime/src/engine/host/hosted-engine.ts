/**
 * An engine whose model runs in a process of its own. The process is started anew when it dies: what was being answered
 * fails, what comes later is served.
 */
import type { ChildProcess } from 'node:child_process'
import { NearsideError } from '@nearside/core'
import { type Channel, channel } from '../../flow/channel.ts'
import type { ParkedUsage } from '../../parking/parked-states.ts'
import type { Embedding, Engine, EngineEvent, EngineModel, EngineStanding, Recalibration } from '../engine.ts'
import type { FromEngine, LoadedFacts, ToEngine } from './messages.ts'
import { residentBytesOf } from './resident-bytes.ts'

export type HostOptions<Settings> = {
  /** Looks at the model's files, and says what the process needs to know. */
  readonly prepare: () => Promise<Prepared<Settings>>
  readonly startProcess: () => ChildProcess
  /** After this long without a sign of life from a generation its process is given up. */
  readonly stallMs: number
}

export type Prepared<Settings> = {
  readonly settings: Settings
  readonly identity: Pick<EngineModel, 'name' | 'version' | 'fingerprint' | 'confidenceCeiling'>
}

type Signed = { lastSignMs: number; fail(error: NearsideError): void }
type Running = Signed &
  (
    | { readonly type: 'generation'; readonly events: Channel<EngineEvent> }
    | { readonly type: 'embedding'; resolve(embeddings: readonly Embedding[]): void }
    | { readonly type: 'recalibration'; resolve(recalibration: Recalibration | null): void }
  )

/** Waits before the first, second, … start after a death. */
const restartDelaysMs = [0, 1_000, 5_000, 30_000]

export function hostedEngine<Settings>(options: HostOptions<Settings>): Engine {
  const running = new Map<number, Running>()
  let standing: EngineStanding = 'loading'
  let child: ChildProcess | null = null
  let lastId = 0
  let tokensMade = 0
  let keptTokens = 0
  let parked: ParkedUsage | null = null
  let deaths = 0
  let restarts = 0
  let disposed = false
  let restartTimer: NodeJS.Timeout | undefined
  let watchdog: NodeJS.Timeout | undefined

  function start(settings: Settings): Promise<LoadedFacts> {
    const started = options.startProcess()
    child = started
    return new Promise((resolve, reject) => {
      started.on('message', (message: FromEngine) => {
        if (message.type === 'ready') {
          standing = 'ready'
          resolve(message.facts)
        } else if (message.type === 'load-failed') {
          reject(new NearsideError('bad-options', `The model cannot be loaded: ${message.message}`))
          started.kill('SIGKILL')
        } else if (message.type === 'kept') {
          keptTokens = message.tokens
          parked = message.parked
        } else deliver(message)
      })
      // A process that could not be started emits no exit; one that cannot be told anything is about to.
      started.on('error', () => started.pid === undefined && over())
      started.once('exit', over)

      function over(): void {
        reject(new NearsideError('tier-failed', 'The engine ended while it was loading the model.'))
        if (child === started) died(settings)
      }
      tell({ type: 'load', settings })
    })
  }

  function died(settings: Settings): void {
    child = null
    keptTokens = 0
    parked = null
    for (const { fail } of running.values()) {
      fail(new NearsideError('tier-failed', 'The engine stopped in the middle of the answer.'))
    }
    running.clear()
    const hasWorked = standing === 'ready' || restarts > 0
    standing = standing === 'ready' ? 'loading' : 'failed'
    // What a first load that fails means is for the caller to say; only what has worked is brought back.
    if (disposed || !hasWorked) return
    const delayMs = restartDelaysMs[Math.min(deaths++, restartDelaysMs.length - 1)]!
    restartTimer = setTimeout(() => {
      restarts++
      // A start that fails ends in another death, which asks for the next.
      start(settings).catch(() => {})
    }, delayMs)
  }

  function deliver(message: Extract<FromEngine, { readonly id: number }>): void {
    const entry = running.get(message.id)
    if (entry === undefined) return
    entry.lastSignMs = performance.now()
    if (message.type === 'progress') return
    if (message.type === 'event') {
      if (entry.type !== 'generation') return
      entry.events.push(message.event)
      if (message.event.type === 'token') tokensMade++
      if (message.event.type !== 'generation-end') return
      deaths = 0
      entry.events.end()
    } else if (message.type === 'embedded') {
      if (entry.type === 'embedding') entry.resolve(message.embeddings)
    } else if (message.type === 'recalibrated') {
      if (entry.type === 'recalibration') entry.resolve(message.recalibration)
    } else {
      const param = message.param === null ? {} : { param: message.param }
      entry.fail(new NearsideError(message.code, message.message, param))
    }
    running.delete(message.id)
  }

  function tell(message: ToEngine<Settings>): void {
    // A message to a process that has just died is lost; its exit fails whatever waits for an answer.
    child?.send(message, () => {})
  }

  function refuseUnlessReady(): void {
    if (child !== null && standing === 'ready') return
    throw new NearsideError('not-ready', 'The engine is loading the model.', { retryAfterMs: 1_000 })
  }

  /** A process that hangs inside a native call hears nothing: only ending it helps. */
  function endIfStalled(): void {
    const since = performance.now() - options.stallMs
    if ([...running.values()].some(({ lastSignMs }) => lastSignMs < since)) child?.kill('SIGKILL')
  }

  return {
    standing: () => standing,
    tokensMade: () => tokensMade,
    restarts: () => restarts,
    usage: () => ({
      keptTokens,
      residentBytes: child?.pid === undefined ? null : residentBytesOf(child.pid),
      ...(parked === null ? {} : { parked }),
    }),

    async load() {
      const { settings, identity } = await options.prepare()
      // Whoever closed it meanwhile has nobody left who would end the process.
      if (disposed) throw new NearsideError('not-ready', 'The engine was closed before its model was loaded.')
      const facts = await start(settings)
      watchdog = setInterval(endIfStalled, Math.min(options.stallMs, 1_000))
      watchdog.unref()
      return { ...identity, ...facts }
    },

    async forget() {
      tell({ type: 'forget' })
    },

    async *generate(generation, signal) {
      refuseUnlessReady()
      const id = ++lastId
      const events = channel<EngineEvent>()
      const cancel = (): void => tell({ type: 'cancel', id })
      running.set(id, { type: 'generation', events, fail: events.fail, lastSignMs: performance.now() })
      tell({ type: 'generate', id, generation, cancelled: signal.aborted })
      signal.addEventListener('abort', cancel)

      try {
        for (let event = await events.next(); event !== null; event = await events.next()) yield event
      } finally {
        signal.removeEventListener('abort', cancel)
        // Whoever leaves early still waits until the engine has really stopped: the slot is taken until then.
        if (running.has(id)) {
          cancel()
          await drained(events)
        }
      }
    },

    async embed(texts, signal) {
      refuseUnlessReady()
      const id = ++lastId
      const cancel = (): void => tell({ type: 'cancel', id })
      signal.addEventListener('abort', cancel)
      try {
        return await new Promise<readonly Embedding[]>((resolve, fail) => {
          running.set(id, { type: 'embedding', resolve, fail, lastSignMs: performance.now() })
          tell({ type: 'embed', id, texts })
          if (signal.aborted) cancel()
        })
      } finally {
        signal.removeEventListener('abort', cancel)
      }
    },

    recalibrate() {
      refuseUnlessReady()
      const id = ++lastId
      return new Promise<Recalibration | null>((resolve, fail) => {
        running.set(id, { type: 'recalibration', resolve, fail, lastSignMs: performance.now() })
        tell({ type: 'recalibrate', id })
      })
    },

    async dispose() {
      disposed = true
      clearTimeout(restartTimer)
      clearInterval(watchdog)
      const ending = child
      if (ending === null) return
      const ended = new Promise((resolve) => ending.once('exit', resolve))
      ending.kill('SIGKILL')
      await ended
    },
  }
}

/** Reads a channel to its end, however it ends. */
async function drained(events: Channel<EngineEvent>): Promise<void> {
  try {
    while ((await events.next()) !== null);
  } catch {
    // It failed, which is an end too.
  }
}
