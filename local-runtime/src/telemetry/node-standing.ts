/** Everything that `/v1/load`, `/metrics` and the status page tell of this moment, gathered once. */
import type { NodeLoad } from '@nearside/core'
import type { EnergyMeter } from '../energy/share.ts'
import type { MemoryNow } from '../machine/memory-now.ts'
import type { ParkedUsage } from '../parking/parked-states.ts'
import type { Step, Steps } from '../pressure/steps.ts'
import type { Queue } from '../queue/queue.ts'
import type { Resident, UnloadReason } from '../resident/resident.ts'

export type NodeStanding = NodeLoad & {
  readonly standing: string
  readonly waiting: { readonly interactive: number; readonly batch: number }
  readonly model: {
    readonly name: string
    readonly version: string
    readonly contextTokens: number
    /** Whether it is in memory at this moment. */
    readonly loaded: boolean
    readonly loads: number
    readonly unloads: Readonly<Record<UnloadReason, number>>
  } | null
  readonly engine: {
    readonly standsOn: string | null
    readonly keptTokens: number | null
    readonly residentBytes: number | null
    readonly parked?: ParkedUsage
    readonly tokensMade: number
    readonly restarts: number
    /** Trials of threads since the load, by what came of them. */
    readonly recalibrations: Readonly<Record<string, number>>
  }
  readonly pressure: {
    /** 0 for none; 1 kept keys and values are forgotten, 2 nobody is admitted, 3 what is idle is unloaded. */
    readonly level: number
    readonly steps: Readonly<Record<Step, number>>
  } & MemoryNow
  readonly energy: { readonly joules: number; readonly standsOn: string } | null
}

export type Gathered = {
  readonly standing: string
  readonly load: NodeLoad
  readonly queue: Queue
  readonly resident: Resident
  readonly steps: Steps
  readonly memory: MemoryNow
  readonly energy: EnergyMeter | null
  readonly recalibrations: Readonly<Record<string, number>>
}

export function nodeStanding(from: Gathered): NodeStanding {
  const { queue, resident, steps, energy } = from
  const model = resident.model()
  const { loads, unloads, restarts, tokensMade } = resident.counts()
  return {
    standing: from.standing,
    ...from.load,
    waiting: { interactive: queue.waitingOf('interactive'), batch: queue.waitingOf('batch') },
    model:
      model === null
        ? null
        : {
            name: model.name,
            version: model.version,
            contextTokens: model.contextTokens,
            loaded: resident.standing() !== 'asleep',
            loads,
            unloads,
          },
    engine: {
      standsOn: model?.standsOn ?? null,
      ...resident.usage(),
      ...{ restarts, tokensMade, recalibrations: from.recalibrations },
    },
    pressure: { level: steps.level(), steps: steps.taken(), ...from.memory },
    energy: energy === null ? null : { joules: energy.totalJoules(), standsOn: energy.standsOn },
  }
}
