/**
 * The memory that may still be taken, and whether tasks stall for want of it (PSI). Of all control groups above the process the least
 * room counts.
 *
 * Pages of files count as room, as they do in the kernel's own MemAvailable: a group that has read a model's file is charged for
 * its pages, and gives them back when anything needs them.
 */
import { readFileSync } from 'node:fs'
import { freemem, totalmem } from 'node:os'
import { groupFolders, type ReadText } from './control-groups.ts'

export type MemoryNow = {
  /** What could be taken now without swapping. */
  readonly availableBytes: number
  /** The most that could ever be taken: the machine's memory, or the least limit. */
  readonly limitBytes: number
  /** Percent of the last ten seconds in which some task waited for memory; null where the kernel does not tell. */
  readonly stalledPercent: number | null
}

export function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}

export function memoryNow(read: ReadText): MemoryNow {
  const meminfo = read('/proc/meminfo')
  let limitBytes = kibibytes(meminfo, 'MemTotal') ?? totalmem()
  let availableBytes = kibibytes(meminfo, 'MemAvailable') ?? freemem()
  for (const { most, used } of limitsAbove(read)) {
    limitBytes = Math.min(limitBytes, most)
    availableBytes = Math.min(availableBytes, Math.max(0, most - used))
  }
  return { availableBytes, limitBytes, stalledPercent: stalled(read) }
}

type Limit = { readonly most: number; readonly used: number }

function limitsAbove(read: ReadText): readonly Limit[] {
  const limits: Limit[] = []
  for (const folder of groupFolders(read, 'memory')) {
    const most = bytes(read(`${folder}/memory.max`) ?? read(`${folder}/memory.limit_in_bytes`))
    const charged = bytes(read(`${folder}/memory.current`) ?? read(`${folder}/memory.usage_in_bytes`))
    if (most === null || charged === null) continue
    const statistics = read(`${folder}/memory.stat`)
    const files = counted(statistics, 'inactive_file') + counted(statistics, 'active_file')
    const unwritten = counted(statistics, 'file_dirty') + counted(statistics, 'file_writeback')
    limits.push({ most, used: charged - Math.max(0, files - unwritten) })
  }
  return limits
}

/** Of the process's own group where it tells, else of the machine. */
function stalled(read: ReadText): number | null {
  const own = groupFolders(read, 'memory')
    .map((folder) => read(`${folder}/memory.pressure`))
    .find((text) => text !== null)
  const some = /^some avg10=(\d+(?:\.\d+)?)/m.exec(own ?? read('/proc/pressure/memory') ?? '')?.[1]
  return some === undefined ? null : Number(some)
}

/** `max`, or a number beyond any machine, says that there is no limit. */
function bytes(text: string | null): number | null {
  const value = text === null || !/^\d+\s*$/.test(text) ? Number.NaN : Number(text)
  return value < 2 ** 60 ? value : null
}

function counted(statistics: string | null, name: string): number {
  return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(statistics ?? '')?.[1] ?? 0)
}

export function kibibytes(meminfo: string | null, name: string): number | null {
  const value = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(meminfo ?? '')?.[1]
  return value === undefined ? null : Number(value) * 1_024
}

/** The same with a ceiling of the operator's own, of which `usedBytes` are taken already. */
export function underCeiling(memory: MemoryNow, ceilingBytes: number, usedBytes: number): MemoryNow {
  if (ceilingBytes === 0) return memory
  return {
    ...memory,
    limitBytes: Math.min(memory.limitBytes, ceilingBytes),
    availableBytes: Math.min(memory.availableBytes, Math.max(0, ceilingBytes - usedBytes)),
  }
}
