/**
 * Opens the engine for a model with as much context and as many slots as the memory of this moment bears: it plans before it
 * loads, so that no load is tried that would end another process, or this one. What cannot fit with the least of all is refused
 * with what it would take and what there is.
 */
import { NearsideError } from '@nearside/core'
import { type AutoOptions, autoEngine, chooseEngine, isLlamaInstalled } from '../engine/auto.ts'
import type { Engine } from '../engine/engine.ts'
import type { MemoryNow } from '../machine/memory-now.ts'
import { type MemoryPlan, type ModelShape, planMemory } from '../memory/plan.ts'
import { enoughShare } from '../pressure/judge.ts'
import { ofMemory, type Room } from '../resident/resident.ts'
import { weightsOf } from './weights.ts'

export type Fitting = Extract<MemoryPlan, { readonly fits: true }> & {
  /** For keys and values of past conversations: a part of what the plan leaves over, and no more than is of use. */
  readonly keptBytes: number
}

export type FittedOptions = AutoOptions & {
  readonly memory: () => MemoryNow
  /** Told before a load begins; null where the model does not say what it would take. */
  readonly onFitted: (fitting: Fitting | null) => void
}

export function fittedEngine(options: FittedOptions, room: Room): Engine {
  let inner: Engine | null = null
  let disposed = false

  function opened(): Engine {
    if (inner === null) throw new NearsideError('not-ready', 'The engine has not been loaded.')
    return inner
  }

  return {
    async load() {
      const shape = await weightsOf(chooseEngine(options.model, isLlamaInstalled))
      const fitting = shape === null ? null : fit(shape, options, room)
      if (disposed) throw new NearsideError('not-ready', 'The server is shutting down.')
      inner = autoEngine({ ...options, ...settingsOf(fitting) })
      const model = await inner.load()
      options.onFitted(fitting)
      return model
    },
    standing: () => inner?.standing() ?? 'loading',
    generate: (generation, signal) => opened().generate(generation, signal),
    async embed(texts, signal) {
      const engine = opened()
      if (engine.embed === undefined) throw new NearsideError('bad-request', 'This engine makes no vectors.')
      return engine.embed(texts, signal)
    },
    usage: () => inner?.usage() ?? { keptTokens: 0, residentBytes: 0 },
    forget: async () => inner?.forget(),
    recalibrate: async () => (await inner?.recalibrate?.()) ?? null,
    tokensMade: () => inner?.tokensMade() ?? 0,
    restarts: () => inner?.restarts() ?? 0,
    async dispose() {
      disposed = true
      await inner?.dispose()
    },
  }
}

function settingsOf(fitting: Fitting | null): Partial<AutoOptions> {
  if (fitting === null) return {}
  const { contextTokens, slots, way, keptBytes } = fitting
  return { contextTokens, slots, mmap: way !== 'llama-unmapped', keptBytes }
}

/** Throws where it does not fit; beside another model also where it would only fit shortened. */
function fit(shape: ModelShape, options: FittedOptions, room: Room): Fitting {
  const { availableBytes, limitBytes } = options.memory()
  const { contextTokens, slots } = options
  const keptFreeBytes = Math.ceil(limitBytes * enoughShare)
  const usableBytes = Math.max(0, availableBytes - keptFreeBytes)
  // Vectors take a context of their own.
  const extra = shape.format === 'gguf' && options.embeddings === 'on' ? 1 : 0
  const plan = planMemory(shape, { contextTokens, slots: slots + extra }, usableBytes)
  if (plan.fits && plan.slots > extra && (room === 'alone' || plan.givenUp.length === 0)) {
    const keptBytes = Math.floor(Math.min(mostKeptBytes, (usableBytes - plan.neededBytes) / 2))
    return { ...plan, slots: plan.slots - extra, keptBytes }
  }
  const needs = `The model needs ${gibibytes(plan.neededBytes)} of memory${plan.fits ? '' : ' at least'}`
  const has = `${gibibytes(availableBytes)} of ${gibibytes(limitBytes)} are free, of which ${gibibytes(keptFreeBytes)} are kept so`
  throw new NearsideError(
    'not-ready',
    `${needs}, and ${has}. Free some, raise the limit, or take a smaller model or quantisation.`,
    { param: ofMemory, retryAfterMs: retryMs },
  )
}

const mostKeptBytes = 256 * 2 ** 20

/** Memory comes back when somebody else ends; there is no telling when. */
const retryMs = 10_000

function gibibytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(2)} GiB`
}
