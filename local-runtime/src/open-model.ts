/**
 * Makes the model of the options one that can be held: fitted to the memory there is before it loads, kept by `resident`, and
 * counted in what the server says of memory.
 */
import { calibratedEngine } from './calibration/calibrated-engine.ts'
import type { Engine } from './engine/engine.ts'
import { fittedEngine } from './fitting/fitted-engine.ts'
import { underCeiling } from './machine/memory-now.ts'
import type { ResolvedOptions } from './options.ts'
import { keepResident, type Resident, type Room } from './resident/resident.ts'

export type OpenedModel = {
  /** With a reading of memory that knows the operator's ceiling. */
  readonly options: ResolvedOptions
  readonly resident: Resident
  readonly slots: () => number
}

export function openModel(given: ResolvedOptions): OpenedModel {
  let slots = given.slots
  const options: ResolvedOptions = {
    ...given,
    memory: () => underCeiling(given.memory(), given.memoryLimitBytes, usedBytes()),
  }

  function usedBytes(): number {
    return process.memoryUsage.rss() + (resident.usage().residentBytes ?? 0)
  }

  function open(room: Room): Engine {
    const engine = opened(room)
    return given.calibration === null ? engine : calibratedEngine(engine, given.calibration)
  }

  function opened(room: Room): Engine {
    if (typeof given.engine === 'function') return given.engine()
    if (given.engine !== null) return given.engine
    const onFitted = (fitting: { readonly slots: number } | null): void => {
      slots = fitting?.slots ?? given.slots
    }
    return fittedEngine({ ...options, onFitted }, room)
  }

  const resident = keepResident({
    open,
    reopens: given.engine === null || typeof given.engine === 'function',
    keepAliveMs: given.keepAliveMs,
    onLoaded: ({ name, version }) => given.onNotice({ event: 'model-loaded', model: name, version }),
    onUnloaded: (because) => given.onNotice({ event: 'model-unloaded', because }),
  })
  return { options, resident, slots: () => slots }
}
