/**
 * The facts of this machine that decide how a model runs on it. They are read from where the kernel tells
 * them; what a system does not tell is null, and said to be unknown instead of guessed.
 */
import { availableParallelism, cpus, freemem, totalmem } from 'node:os'
import { type CgroupLimits, cgroupLimits, type ReadText } from './cgroup.ts'

export type Machine = {
  readonly node: string
  readonly platform: string
  readonly cores: {
    readonly visible: number
    /** Those that the process's affinity lets it run on. */
    readonly allowed: number
    readonly quota: number | null
    readonly usable: number
  }
  readonly memory: {
    readonly totalBytes: number
    /** What could be taken now without swapping, of the machine and of the container: the less of the two. */
    readonly availableBytes: number
    readonly limitBytes: number | null
  }
  readonly swap: {
    readonly totalBytes: number
    readonly usedBytes: number
    readonly allowedHere: boolean
  } | null
  readonly coreDumps: { readonly limit: string; readonly pattern: string } | null
  /** Whether /dev/shm is memory, where state may be parked. */
  readonly tmpfs: boolean | null
}

export function readMachine(read: ReadText): Machine {
  const limits = cgroupLimits(read)
  const allowed = availableParallelism()
  const meminfo = read('/proc/meminfo')
  const machineAvailable = meminfoBytes(meminfo, 'MemAvailable') ?? freemem()
  return {
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    cores: {
      visible: cpus().length,
      allowed,
      quota: limits.cores,
      usable: Math.max(1, Math.min(allowed, Math.floor(limits.cores ?? allowed))),
    },
    memory: {
      totalBytes: totalmem(),
      availableBytes: Math.min(machineAvailable, leftOf(limits)),
      limitBytes: limits.memoryBytes,
    },
    swap: readSwap(meminfo, limits),
    coreDumps: readCoreDumps(read),
    tmpfs: readTmpfs(read('/proc/mounts')),
  }
}

function leftOf({ memoryBytes, memoryUsedBytes }: CgroupLimits): number {
  return memoryBytes === null ? Number.POSITIVE_INFINITY : Math.max(0, memoryBytes - (memoryUsedBytes ?? 0))
}

export function meminfoBytes(meminfo: string | null, name: string): number | null {
  const kibibytes = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(meminfo ?? '')?.[1]
  return kibibytes === undefined ? null : Number(kibibytes) * 1_024
}

function readSwap(meminfo: string | null, limits: CgroupLimits): Machine['swap'] {
  const totalBytes = meminfoBytes(meminfo, 'SwapTotal')
  const free = meminfoBytes(meminfo, 'SwapFree')
  if (totalBytes === null || free === null) return null
  return { totalBytes, usedBytes: totalBytes - free, allowedHere: limits.swapBytes !== 0 }
}

function readCoreDumps(read: ReadText): Machine['coreDumps'] {
  const limit = /^Max core file size\s+(\S+)/m.exec(read('/proc/self/limits') ?? '')?.[1]
  const pattern = read('/proc/sys/kernel/core_pattern')?.trim()
  return limit === undefined || pattern === undefined ? null : { limit, pattern }
}

function readTmpfs(mounts: string | null): boolean | null {
  return mounts === null ? null : /^\S+ \/dev\/shm (?:tmpfs|ramfs) /m.test(mounts)
}
