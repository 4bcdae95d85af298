/**
 * Runs an ONNX model with @huggingface/transformers in a process of its own, and starts that process anew when
 * it dies: what was being answered fails, what comes later is served.
 */
import type { ChildProcess } from 'node:child_process'
import { NearsideError } from '@nearside/core'
import { type Channel, channel } from '../../flow/channel.ts'
import { type ModelFolder, readModel } from '../../model/read-model.ts'
import type { Engine, EngineEvent, EngineModel, EngineStanding } from '../engine.ts'
import type { FromEngine, ProcessSettings, ToEngine } from './messages.ts'
import { startEngineProcess } from './start-process.ts'
import { defaultThreads } from './threads.ts'

export type TransformersOptions = {
  /** A folder in Hugging Face's layout, with `onnx/model….onnx`. */
  readonly folder: string
  /** Longest conversation with its answer; never more than the model was made for. @default 8192 */
  readonly contextTokens?: number
  /** @default what affinity, quota and the model's size suggest */
  readonly threads?: number
  /** Tokens of a prompt that are read between two looks at a cancellation. @default 64 */
  readonly prefillTokens?: number
  /** After this long without a sign of life from a generation its process is given up. @default 120000 */
  readonly stallMs?: number
  /** Starts the process. Tests come in here to see it die. */
  readonly startProcess?: () => ChildProcess
}

type Running = { readonly events: Channel<EngineEvent>; lastSignMs: number }

/** Waits before the first, second, … start after a death. */
const restartDelaysMs = [0, 1_000, 5_000, 30_000]

export function transformersEngine(options: TransformersOptions): Engine {
  const stallMs = options.stallMs ?? 120_000
  const running = new Map<number, Running>()
  let standing: EngineStanding = 'loading'
  let child: ChildProcess | null = null
  let lastId = 0
  let tokensMade = 0
  let deaths = 0
  let restarts = 0
  let disposed = false
  let restartTimer: NodeJS.Timeout | undefined
  let watchdog: NodeJS.Timeout | undefined

  function start(settings: ProcessSettings): Promise<number> {
    const started = (options.startProcess ?? startEngineProcess)()
    child = started
    return new Promise<number>((resolve, reject) => {
      started.on('message', (message: FromEngine) => {
        if (message.type === 'ready') {
          standing = 'ready'
          resolve(message.tokensPerSecond)
        } else if (message.type === 'load-failed') {
          reject(new NearsideError('bad-options', `The model cannot be loaded: ${message.message}`))
          started.kill('SIGKILL')
        } else {
          deliver(message)
        }
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

  function died(settings: ProcessSettings): void {
    child = null
    for (const { events } of running.values()) {
      events.fail(new NearsideError('tier-failed', 'The engine stopped in the middle of the answer.'))
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
      entry.events.push(message.event)
      if (message.event.type === 'token') tokensMade++
      if (message.event.type !== 'generation-end') return
      deaths = 0
      entry.events.end()
    } else {
      const param = message.param === null ? {} : { param: message.param }
      entry.events.fail(new NearsideError(message.code, message.message, param))
    }
    running.delete(message.id)
  }

  function tell(message: ToEngine): void {
    // A message to a process that has just died is lost; its exit fails whatever waits for an answer.
    child?.send(message, () => {})
  }

  /** A process that hangs inside a native call hears nothing: only ending it helps. */
  function endIfStalled(): void {
    const isStalled = [...running.values()].some(({ lastSignMs }) => performance.now() - lastSignMs > stallMs)
    if (isStalled) child?.kill('SIGKILL')
  }

  return {
    standing: () => standing,
    tokensMade: () => tokensMade,
    restarts: () => restarts,

    async load() {
      const model = await readModel(options.folder)
      const settings: ProcessSettings = {
        model,
        contextTokens: Math.min(model.contextTokens, options.contextTokens ?? 8_192),
        threads: options.threads ?? defaultThreads(model.weightBytes),
        prefillTokens: options.prefillTokens ?? 64,
      }
      const tokensPerSecond = await start(settings)
      watchdog = setInterval(endIfStalled, Math.min(stallMs, 1_000))
      watchdog.unref()
      return describe(model, settings.contextTokens, tokensPerSecond)
    },

    async *generate(generation, signal) {
      if (child === null || standing !== 'ready') {
        throw new NearsideError('not-ready', 'The engine is loading the model.', { retryAfterMs: 1_000 })
      }
      const id = ++lastId
      const events = channel<EngineEvent>()
      const cancel = (): void => tell({ type: 'cancel', id })
      running.set(id, { events, lastSignMs: performance.now() })
      tell({ type: 'generate', id, generation })
      signal.addEventListener('abort', cancel)
      if (signal.aborted) cancel()

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

function describe(model: ModelFolder, contextTokens: number, tokensPerSecond: number): EngineModel {
  const { name, version, fingerprint, confidenceCeiling } = model
  return { name, version, fingerprint, contextTokens, confidenceCeiling, tokensPerSecond }
}

/** Reads a channel to its end, however it ends. */
async function drained(events: Channel<EngineEvent>): Promise<void> {
  try {
    while ((await events.next()) !== null);
  } catch {
    // It failed, which is an end too.
  }
}
