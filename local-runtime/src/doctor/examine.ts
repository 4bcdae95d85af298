/** Puts together what `doctor` says: the machine, the disk, the engines, and each model that is here. */
import { readText } from '../machine/memory-now.ts'
import { freeBytes } from '../store/disk.ts'
import { listModels } from '../store/installed.ts'
import { type Bandwidth, measureBandwidth } from './bandwidth.ts'
import { existingFolder, type FoundEngine, findDevices, findEngines } from './engines.ts'
import { type ModelPlan, planModel } from './plans.ts'
import { type Machine, readMachine } from './read-machine.ts'
import { readShape } from './read-shape.ts'

export type Examination = {
  readonly machine: Machine
  readonly models: { readonly folder: string; readonly freeBytes: number | null }
  /** Null where it could not be measured without harm. */
  readonly bandwidth: Bandwidth | null
  readonly engines: readonly FoundEngine[]
  readonly devices: readonly string[]
  readonly plans: readonly ModelPlan[]
}

export async function examine(folder: string): Promise<Examination> {
  const machine = readMachine(readText)
  const bandwidth = await measureBandwidth(machine.cores.usable, machine.memory.availableBytes)
  const plans: ModelPlan[] = []
  for (const model of await listModels(folder)) {
    const shape = await readShape(model)
    const { availableBytes } = machine.memory
    plans.push(planModel(model.id, model.bytes, shape, availableBytes, bandwidth?.bytesPerSecond ?? null))
  }
  return {
    machine,
    models: { folder, freeBytes: await freeBytes(existingFolder(folder)).catch(() => null) },
    bandwidth,
    engines: findEngines(),
    devices: findDevices(),
    plans,
  }
}
