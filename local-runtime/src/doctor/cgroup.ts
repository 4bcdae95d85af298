/**
 * What the container allows, which is often less than the machine shows: memory and cores, in cgroup v2 and
 * v1.
 */
import { readFileSync } from 'node:fs'

export type CgroupLimits = {
  /** Null where there is none. */
  readonly memoryBytes: number | null
  readonly memoryUsedBytes: number | null
  readonly swapBytes: number | null
  readonly cores: number | null
}

export type ReadText = (path: string) => string | null

export function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}

export function cgroupLimits(read: ReadText): CgroupLimits {
  const v1 = '/sys/fs/cgroup/memory'
  return {
    memoryBytes: limit(read('/sys/fs/cgroup/memory.max') ?? read(`${v1}/memory.limit_in_bytes`)),
    memoryUsedBytes: limit(read('/sys/fs/cgroup/memory.current') ?? read(`${v1}/memory.usage_in_bytes`)),
    swapBytes: limit(read('/sys/fs/cgroup/memory.swap.max')),
    cores: quota(read),
  }
}

function quota(read: ReadText): number | null {
  const [used, period] =
    read('/sys/fs/cgroup/cpu.max')?.trim().split(' ') ??
    ['cpu.cfs_quota_us', 'cpu.cfs_period_us'].map((name) => read(`/sys/fs/cgroup/cpu/${name}`)?.trim())
  const cores = Number(used) / Number(period)
  return Number.isFinite(cores) && cores > 0 ? cores : null
}

/** `max`, or a number beyond any machine, says that there is no limit. */
function limit(text: string | null): number | null {
  const value = text === null ? Number.NaN : Number(text.trim())
  return Number.isFinite(value) && value < 2 ** 60 ? value : null
}
