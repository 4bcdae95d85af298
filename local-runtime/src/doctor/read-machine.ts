/**
 * The facts of this machine that decide how a model runs on it. They are read from where the kernel tells
 * them; what a system does not tell is null, and said to be unknown instead of guessed.
 */
import { availableParallelism, cpus, totalmem } from 'node:os'
import { mayBeSwapped, quotaCores, type ReadText } from '../machine/control-groups.ts'
import { kibibytes, memoryNow } from '../machine/memory-now.ts'

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
  const quota = quotaCores(read)
  const allowed = availableParallelism()
  const meminfo = read('/proc/meminfo')
  const totalBytes = kibibytes(meminfo, 'MemTotal') ?? totalmem()
  const { availableBytes, limitBytes } = memoryNow(read)
  return {
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    cores: {
      visible: cpus().length,
      allowed,
      quota,
      usable: Math.max(1, Math.min(allowed, Math.floor(quota ?? allowed))),
    },
    memory: {
      totalBytes,
      availableBytes,
      limitBytes: limitBytes < totalBytes ? limitBytes : null,
    },
    swap: readSwap(meminfo, mayBeSwapped(read)),
    coreDumps: readCoreDumps(read),
    tmpfs: readTmpfs(read('/proc/mounts')),
  }
}

function readSwap(meminfo: string | null, allowedHere: boolean): Machine['swap'] {
  const totalBytes = kibibytes(meminfo, 'SwapTotal')
  const free = kibibytes(meminfo, 'SwapFree')
  if (totalBytes === null || free === null) return null
  return { totalBytes, usedBytes: totalBytes - free, allowedHere }
}

function readCoreDumps(read: ReadText): Machine['coreDumps'] {
  const limit = /^Max core file size\s+(\S+)/m.exec(read('/proc/self/limits') ?? '')?.[1]
  const pattern = read('/proc/sys/kernel/core_pattern')?.trim()
  return limit === undefined || pattern === undefined ? null : { limit, pattern }
}

function readTmpfs(mounts: string | null): boolean | null {
  return mounts === null ? null : /^\S+ \/dev\/shm (?:tmpfs|ramfs) /m.test(mounts)
}
