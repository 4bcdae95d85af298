/**
 * Where no meter can be read: the processor time of this process and of those that it started, times what a busy core is said
 * to draw. It is an estimate and says so. Linux tells of each process how long it computed; elsewhere only this process's
 * own time is known, in which no model runs, so there is no estimate there.
 */
import { readdirSync, readFileSync } from 'node:fs'
import type { Meter } from './rapl.ts'

/** The unit of /proc's times: Linux tells user space hundredths of a second on every architecture. */
const ticksPerSecond = 100

export type ProcessorTimeOptions = {
  readonly wattsPerCore: number
  /** @default '/proc' */
  readonly folder?: string
  /** @default this one */
  readonly processId?: number
}

export function processorTimeMeter(options: ProcessorTimeOptions): Meter | null {
  const { wattsPerCore, folder = '/proc', processId = process.pid } = options
  if (secondsOf(folder, processId) === null) return null
  /** Of each process that was seen; what has ended keeps its last figure in the sum. */
  const seen = new Map<number, number>()
  let seconds = 0

  return {
    estimated: true,
    standsOn: `processor time at ${wattsPerCore} W a core`,
    joules() {
      for (const id of [processId, ...childrenOf(folder, processId)]) {
        const now = secondsOf(folder, id)
        if (now === null) continue
        // A smaller figure than before is another process under a used number.
        const before = seen.get(id) ?? 0
        seconds += now >= before ? now - before : now
        seen.set(id, now)
      }
      return seconds * wattsPerCore
    },
  }
}

function childrenOf(folder: string, processId: number): readonly number[] {
  try {
    return readdirSync(`${folder}/${processId}/task`).flatMap((task) =>
      readFileSync(`${folder}/${processId}/task/${task}/children`, 'utf8')
        .split(' ')
        .filter((id) => /^\d+$/.test(id))
        .map(Number),
    )
  } catch {
    return []
  }
}

/** The command's name stands in brackets and may hold spaces and brackets itself; what follows the last one are numbers. */
function secondsOf(folder: string, processId: number): number | null {
  try {
    const stat = readFileSync(`${folder}/${processId}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const ticks = Number(fields[11]) + Number(fields[12])
    return Number.isFinite(ticks) ? ticks / ticksPerSecond : null
  } catch {
    return null
  }
}
