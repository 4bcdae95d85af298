/**
 * The side of an engine's own process: hears what the server wants, and answers. Native code that computes on the thread
 * which calls it would silence `/health` for seconds if it lived in the server. A thread of the server would do for that,
 * but not for the rest: native code that aborts, or is ended in the middle of a run, takes its whole process with it
 * (ending a thread that computes was tried, and did).
 */
import { writeFileSync } from 'node:fs'
import { isNearsideError } from '@nearside/core'
import type { ParkedUsage } from '../../parking/parked-states.ts'
import type { Embedding, EngineEvent, Generation, Recalibration } from '../engine.ts'
import type { FromEngine, LoadedFacts, ToEngine } from './messages.ts'

export type Watch = {
  /** Also the moment at which whoever cancels is heard. */
  readonly isCancelled: () => Promise<boolean>
  /** The same for who computes on other threads: while they do, messages are heard anyway. */
  readonly wasCancelled: () => boolean
  readonly onPromptPart: () => void
}

/** A model in this process, ready to speak. */
export type LoadedEngine = {
  readonly facts: LoadedFacts
  /** Throws a NearsideError for what the caller can mend; of any other error only the name leaves the process. */
  generate(generation: Generation, watch: Watch): AsyncIterable<EngineEvent>
  embed?(texts: readonly string[], watch: Watch): Promise<readonly Embedding[]>
  keptTokens(): number
  parked?(): ParkedUsage
  forget(): void | Promise<void>
  /** Nobody is answered until it has resolved; `watch` is cancelled where somebody waits for that. */
  recalibrate?(watch: Watch): Promise<Recalibration | null>
}

export function serveEngine<Settings>(load: (settings: Settings) => Promise<LoadedEngine>): void {
  const cancelled = new Set<number>()
  const running = new Set<number>()
  let engine: LoadedEngine | null = null
  /** While threads are tried, nothing else is computed. */
  let trial: Promise<void> = Promise.resolve()

  // Ctrl-C reaches this process too, while the server finishes its answers: the server alone ends it.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})
  process.on('disconnect', () => process.exit(0))
  takeBlameForMemory()

  process.on('message', (message: ToEngine<Settings>) => {
    if (message.type === 'load') void begin(message.settings)
    if (message.type === 'generate' && message.cancelled) cancelled.add(message.id)
    if (message.type === 'generate')
      void afterTrial(message.id, (watch) => answer(message.id, message.generation, watch))
    if (message.type === 'embed')
      void afterTrial(message.id, (watch) => vectors(message.id, message.texts, watch))
    if (message.type === 'recalibrate') trial = work(message.id, (watch) => retrial(message.id, watch))
    if (message.type === 'cancel' && running.has(message.id)) cancelled.add(message.id)
    if (message.type === 'forget') void forget()
  })

  async function begin(settings: Settings): Promise<void> {
    try {
      engine = await load(settings)
      tell({ type: 'ready', facts: engine.facts })
    } catch (error) {
      tell({ type: 'load-failed', message: error instanceof Error ? error.message : nameOf(error) })
    }
  }

  async function work(id: number, job: (watch: Watch) => Promise<void>): Promise<void> {
    running.add(id)
    try {
      await job({
        isCancelled: () => isCancelled(id),
        wasCancelled: () => cancelled.has(id),
        onPromptPart: () => tell({ type: 'progress', id }),
      })
    } catch (error) {
      tell({ type: 'failed', id, ...faultOf(error) })
    } finally {
      running.delete(id)
      cancelled.delete(id)
      tellKept()
    }
  }

  async function afterTrial(id: number, job: (watch: Watch) => Promise<void>): Promise<void> {
    // From here on the trial knows that somebody waits.
    running.add(id)
    await trial
    await work(id, job)
  }

  async function retrial(id: number, { onPromptPart }: Watch): Promise<void> {
    const isCancelled = async (): Promise<boolean> => {
      await new Promise((resolve) => setImmediate(resolve))
      return wasCancelled()
    }
    const wasCancelled = (): boolean => running.size > 1
    const recalibration = (await engine!.recalibrate?.({ isCancelled, wasCancelled, onPromptPart })) ?? null
    tell({ type: 'recalibrated', id, recalibration })
  }

  async function answer(id: number, generation: Generation, watch: Watch): Promise<void> {
    for await (const event of engine!.generate(generation, watch)) tell({ type: 'event', id, event })
  }

  function tellKept(): void {
    if (engine === null) return
    tell({ type: 'kept', tokens: engine.keptTokens(), parked: engine.parked?.() ?? null })
  }

  async function vectors(id: number, texts: readonly string[], watch: Watch): Promise<void> {
    tell({ type: 'embedded', id, embeddings: (await engine!.embed?.(texts, watch)) ?? [] })
  }

  async function forget(): Promise<void> {
    await engine?.forget()
    tellKept()
  }

  /** Goes once around the event loop first, so that a message that has come is heard. */
  async function isCancelled(id: number): Promise<boolean> {
    await new Promise((resolve) => setImmediate(resolve))
    return cancelled.has(id)
  }
}

function faultOf(
  error: unknown,
): Pick<Extract<FromEngine, { type: 'failed' }>, 'code' | 'message' | 'param'> {
  if (isNearsideError(error)) return { code: error.code, message: error.message, param: error.param }
  // Its message may hold parts of the prompt; its name does not.
  const message = `The model failed while it was running (${nameOf(error)}).`
  return { code: 'tier-failed', message, param: null }
}

/** Where memory runs out, the kernel should take the engine, which comes back, and not the server. */
function takeBlameForMemory(): void {
  try {
    writeFileSync('/proc/self/oom_score_adj', '500')
  } catch {
    // Not Linux, or not allowed: then the kernel chooses.
  }
}

function tell(message: FromEngine): void {
  process.send?.(message)
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error
}
