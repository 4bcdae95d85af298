import { expect, it } from 'vitest'
import { mayBeSwapped, quotaCores } from './control-groups.ts'

const reader =
  (files: Readonly<Record<string, string>>) =>
  (path: string): string | null =>
    files[path] ?? null

it('reads the quota of both versions, and knows when there is none', () => {
  expect(quotaCores(reader({ '/sys/fs/cgroup/cpu.max': '150000 100000\n' }))).toBe(1.5)
  expect(quotaCores(reader({ '/sys/fs/cgroup/cpu.max': 'max 100000\n' }))).toBeNull()
  const first = (quota: string) => ({
    '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': quota,
    '/sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n',
  })
  expect(quotaCores(reader(first('50000\n')))).toBe(0.5)
  expect(quotaCores(reader(first('-1\n')))).toBeNull()
  expect(quotaCores(() => null)).toBeNull()
})

it('takes the least quota of all groups above the process', () => {
  const files = {
    '/proc/self/cgroup': '0::/system.slice/nearside.service\n',
    '/sys/fs/cgroup/system.slice/nearside.service/cpu.max': '300000 100000\n',
    '/sys/fs/cgroup/system.slice/cpu.max': '200000 100000\n',
    '/sys/fs/cgroup/cpu.max': 'max 100000\n',
  }
  expect(quotaCores(reader(files))).toBe(2)
})

it('finds the group of version 1 by its controller', () => {
  const files = {
    '/proc/self/cgroup': '5:cpu,cpuacct:/docker/ab\n3:memory:/docker/ab\n',
    '/sys/fs/cgroup/cpu/docker/ab/cpu.cfs_quota_us': '250000\n',
    '/sys/fs/cgroup/cpu/docker/ab/cpu.cfs_period_us': '100000\n',
  }
  expect(quotaCores(reader(files))).toBe(2.5)
})

it('knows from any group above the process that it may not be swapped out', () => {
  expect(mayBeSwapped(() => null)).toBe(true)
  expect(mayBeSwapped(reader({ '/sys/fs/cgroup/memory.swap.max': 'max\n' }))).toBe(true)
  const files = {
    '/proc/self/cgroup': '0::/system.slice/nearside.service\n',
    '/sys/fs/cgroup/system.slice/memory.swap.max': '0\n',
  }
  expect(mayBeSwapped(reader(files))).toBe(false)
})
