/**
 * What the control groups of this process allow, in both versions. A limit can stand at any level above a process: in a container at the
 * root that it sees, for a service of systemd on its own group or a slice above it. All are looked at, and the least counts.
 */
export type ReadText = (path: string) => string | null

/** The process's own group for a controller first, then each above it; version 2 and version 1. */
export function groupFolders(read: ReadText, controller: 'memory' | 'cpu'): readonly string[] {
  const groups = read('/proc/self/cgroup') ?? ''
  const unified = /^0::(\/.*)$/m.exec(groups)?.[1] ?? '/'
  const first = new RegExp(`^\\d+:(?:[\\w,=]*,)?${controller}(?:,[\\w,=]*)?:(/.*)$`, 'm').exec(groups)?.[1]
  return [
    ...upwards(unified).map((path) => `/sys/fs/cgroup${path}`),
    ...upwards(first ?? '/').map((path) => `/sys/fs/cgroup/${controller}${path}`),
  ]
}

/** `/a/b` gives `/a/b`, `/a` and the root, whose path is empty here. */
function upwards(path: string): readonly string[] {
  const parts = path.split('/').filter((part) => part !== '' && part !== '..')
  return parts.map((_, index) => `/${parts.slice(0, parts.length - index).join('/')}`).concat('')
}

/** How many cores' worth of time may be used; null where there is no quota. */
export function quotaCores(read: ReadText): number | null {
  const quotas = groupFolders(read, 'cpu').map((folder) => {
    const text =
      read(`${folder}/cpu.max`) ??
      `${read(`${folder}/cpu.cfs_quota_us`) ?? ''} ${read(`${folder}/cpu.cfs_period_us`) ?? ''}`
    const [quota, period] = text.trim().split(/\s+/).map(Number)
    return quota !== undefined && period !== undefined && quota > 0 && period > 0 ? quota / period : null
  })
  return quotas.reduce(
    (least, quota) => (least === null || (quota !== null && quota < least) ? quota : least),
    null,
  )
}

/** Whether a group forbids this process to be swapped out. */
export function mayBeSwapped(read: ReadText): boolean {
  return !groupFolders(read, 'memory').some((folder) => read(`${folder}/memory.swap.max`)?.trim() === '0')
}
