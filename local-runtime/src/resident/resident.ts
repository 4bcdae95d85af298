/**
 * Keeps one model in memory, and knows who uses it. Whoever wants an answer holds it; what is held is never unloaded, and
 * whoever holds it goes on with the very engine and version that it began with. Loads are single-flight and counted, and begin
 * only when the memory of the engine before has been given back.
 */
import { isNearsideError, NearsideError } from '@nearside/core'
import type { Engine, EngineModel, EngineUsage, Recalibration } from '../engine/engine.ts'

/** `beside`: another model is in memory and stays there; nothing may be given up to fit. */
export type Room = 'alone' | 'beside'

export type ResidentOptions = {
  readonly open: (room: Room) => Engine
  /** Whether `open` gives a new engine each time; a host's own engine cannot be opened twice. */
  readonly reopens: boolean
  /** After so long without a holder the model is unloaded; zero keeps it. */
  readonly keepAliveMs: number
  /** Told after each load, before the first holder has it. */
  readonly onLoaded: (model: EngineModel) => void
  readonly onUnloaded: (because: UnloadReason) => void
}

export type UnloadReason = 'idle' | 'pressure' | 'replaced'

export type Held = { readonly engine: Engine; readonly model: EngineModel; release(): void }

/** `asleep`: not in memory, and loaded for the next who asks. */
export type ResidentStanding = 'loading' | 'ready' | 'failed' | 'asleep'

export type ResidentCounts = {
  readonly loads: number
  readonly unloads: Readonly<Record<UnloadReason, number>>
  readonly restarts: number
  readonly tokensMade: number
}

export type Resident = {
  /** Loads the model for the first time. */
  start(): Promise<EngineModel>
  /** What was loaded last, whether or not it is in memory. */
  model(): EngineModel | null
  standing(): ResidentStanding
  /** The model for one answer; loads it where it is asleep. */
  hold(): Promise<Held>
  holders(): number
  /** Gives its memory back, unless somebody holds it. */
  unload(because: 'idle' | 'pressure'): Promise<boolean>
  /** Opens it anew from where it lies, and switches when that is ready. */
  replace(): Promise<EngineModel>
  forget(): Promise<void>
  /** Has the engine try its threads anew; null where somebody holds it, or where it has nothing to try. */
  recalibrate(): Promise<Recalibration | null>
  usage(): EngineUsage
  counts(): ResidentCounts
  dispose(): Promise<void>
}

type Loaded = { readonly engine: Engine; model: EngineModel; holders: number; retired: boolean }

const nothingUsed: EngineUsage = { keptTokens: 0, residentBytes: 0 }

export function keepResident(options: ResidentOptions): Resident {
  const unloads = { idle: 0, pressure: 0, replaced: 0 }
  let current: Loaded | null = null
  let last: EngineModel | null = null
  let loading: Promise<Loaded> | null = null
  let replacing: Promise<EngineModel> | null = null
  /** While one model leaves for another that does not fit beside it, nobody gets hold of either. */
  let gate: Promise<void> = Promise.resolve()
  let emptied: (() => void) | null = null
  /** Engines on their way out, those with holders among them. */
  const leaving = new Set<Engine>()
  let left: Promise<unknown> = Promise.resolve()
  let failed = false
  /** Why the last load went wrong, and until when nobody needs to try again. */
  let broken: { readonly error: unknown; readonly untilMs: number } | null = null
  let loads = 0
  let past = { restarts: 0, tokensMade: 0 }
  let idleTimer: NodeJS.Timeout | undefined

  async function loadInto(room: Room): Promise<Loaded> {
    const engine = options.open(room)
    leaving.add(engine)
    try {
      const model = await engine.load()
      loads++
      failed = false
      last = model
      options.onLoaded(model)
      leaving.delete(engine)
      return { engine, model, holders: 0, retired: false }
    } catch (error) {
      await leave(engine)
      throw error
    }
  }

  function load(): Promise<Loaded> {
    // Weights that are damaged are damaged for the next caller too: reading gigabytes for each would help nobody.
    if (broken !== null && performance.now() < broken.untilMs) return Promise.reject(broken.error)
    broken = null
    loading ??= left
      .then(() => loadInto('alone'))
      .then((loaded) => {
        current = loaded
        sleepWhenIdle(loaded)
        return loaded
      })
      .catch((error: unknown) => {
        failed = true
        if (!isOfMemory(error)) broken = { error, untilMs: performance.now() + brokenMs }
        throw error
      })
      .finally(() => {
        loading = null
      })
    return loading
  }

  /** A host's engine may fail to close. Nobody who waits could do better, and why a load failed must still be told. */
  function leave(engine: Engine): Promise<void> {
    leaving.add(engine)
    const ended = (): void => {
      past = {
        restarts: past.restarts + engine.restarts(),
        tokensMade: past.tokensMade + engine.tokensMade(),
      }
      leaving.delete(engine)
    }
    const gone = engine.dispose().then(ended, ended)
    left = Promise.all([left, gone])
    return gone
  }

  function sleepWhenIdle(loaded: Loaded): void {
    clearTimeout(idleTimer)
    if (options.keepAliveMs === 0 || !options.reopens || loaded !== current) return
    idleTimer = setTimeout(() => void unload('idle'), options.keepAliveMs)
    idleTimer.unref()
  }

  async function unload(because: UnloadReason): Promise<boolean> {
    const loaded = current
    if (loaded === null || loaded.holders > 0 || !options.reopens) return false
    if (replacing !== null && because !== 'replaced') return false
    // From here on nobody can get hold of it: whoever asks waits until it is gone, and loads it anew.
    current = null
    clearTimeout(idleTimer)
    unloads[because]++
    await leave(loaded.engine)
    options.onUnloaded(because)
    return true
  }

  function take(loaded: Loaded): Held {
    loaded.holders++
    clearTimeout(idleTimer)
    let released = false
    return {
      engine: loaded.engine,
      model: loaded.model,
      release() {
        if (released) return
        released = true
        if (--loaded.holders > 0) return
        if (loaded.retired) void leave(loaded.engine).then(() => options.onUnloaded('replaced'))
        else if (emptied !== null) emptied()
        else sleepWhenIdle(loaded)
      },
    }
  }

  async function exchange(): Promise<EngineModel> {
    // What is loading may have been read before there was anything new.
    await loading?.catch(() => {})
    broken = null
    const old = current
    if (old === null) return (await load()).model
    try {
      const fresh = await loadInto('beside')
      retire(old)
      current = fresh
      sleepWhenIdle(fresh)
      return fresh.model
    } catch (error) {
      if (!isOfMemory(error)) throw error
    }
    let open = (): void => {}
    gate = new Promise((resolve) => {
      open = resolve
    })
    try {
      if (old.holders > 0) await new Promise<void>((resolve) => (emptied = resolve))
      emptied = null
      await unload('replaced')
      return (await load()).model
    } finally {
      open()
    }
  }

  function retire(old: Loaded): void {
    old.retired = true
    unloads.replaced++
    if (old.holders === 0) void leave(old.engine).then(() => options.onUnloaded('replaced'))
  }

  return {
    start: async () => (await load()).model,
    model: () => last,
    standing() {
      if (current !== null) return current.engine.standing()
      // What has worked is tried again for each who asks; a first load that failed is for the operator.
      if (last !== null) return 'asleep'
      return failed && loading === null ? 'failed' : 'loading'
    },
    async hold() {
      await gate
      return take(current ?? (await load().catch(notAgain)))
    },
    holders: () => current?.holders ?? 0,
    unload,
    replace() {
      if (!options.reopens) {
        const why =
          'This engine was given ready-made and cannot be opened again; give a function that opens it.'
        return Promise.reject(new NearsideError('bad-options', why, { param: 'engine' }))
      }
      replacing ??= exchange().finally(() => {
        replacing = null
      })
      return replacing
    },
    forget: async () => current?.engine.forget(),
    async recalibrate() {
      const loaded = current
      if (loaded === null || loaded.holders > 0 || replacing !== null) return null
      const held = take(loaded)
      try {
        const found = (await loaded.engine.recalibrate?.()) ?? null
        if (found?.outcome === 'changed') {
          loaded.model = { ...loaded.model, standsOn: found.standsOn }
          if (loaded === current) last = loaded.model
        }
        return found
      } finally {
        held.release()
      }
    },
    usage: () => current?.engine.usage() ?? nothingUsed,
    counts() {
      const engines = new Set(leaving)
      if (current !== null) engines.add(current.engine)
      let { restarts, tokensMade } = past
      for (const engine of engines) {
        restarts += engine.restarts()
        tokensMade += engine.tokensMade()
      }
      return { loads, unloads: { ...unloads }, restarts, tokensMade }
    },
    async dispose() {
      clearTimeout(idleTimer)
      const engines = new Set(leaving)
      if (current !== null) engines.add(current.engine)
      await Promise.all([...engines].map((engine) => engine.dispose()))
    },
  }
}

const brokenMs = 5_000

/** An operator's fault by now, and no caller's: to callers this node is one that failed. */
function notAgain(cause: unknown): never {
  if (isNearsideError(cause) && cause.code === 'not-ready') throw cause
  throw new NearsideError('tier-failed', 'The model could not be loaded again.', { cause })
}

/** How a refusal for want of memory is known from other reasons to come back later. */
export const ofMemory = 'memory'

function isOfMemory(error: unknown): boolean {
  return isNearsideError(error) && error.code === 'not-ready' && error.param === ofMemory
}
