import { expect, it } from 'vitest'
import { memoryNow, underCeiling } from './memory-now.ts'

const gibibyte = 2 ** 30
const machine = { '/proc/meminfo': 'MemTotal:       16777216 kB\nMemAvailable:    8388608 kB\n' }
const read = (files: Record<string, string>) => (path: string) => files[path] ?? null

it('is what the machine has left where nothing limits it', () => {
  expect(memoryNow(read(machine))).toEqual({
    availableBytes: 8 * gibibyte,
    limitBytes: 16 * gibibyte,
    stalledPercent: null,
  })
})

it('TRUST 33: is what the container has left, and pages of files count as left', () => {
  const files = {
    ...machine,
    '/proc/self/cgroup': '0::/\n',
    '/sys/fs/cgroup/memory.max': `${4 * gibibyte}\n`,
    '/sys/fs/cgroup/memory.current': `${3 * gibibyte}\n`,
    '/sys/fs/cgroup/memory.stat': `anon ${gibibyte}\ninactive_file ${gibibyte}\nactive_file ${gibibyte / 2}\nfile_dirty 0\n`,
    '/sys/fs/cgroup/memory.pressure':
      'some avg10=12.50 avg60=1.00 avg300=0.10 total=5\nfull avg10=3.00 avg60=0.00 avg300=0.00 total=1\n',
  }
  expect(memoryNow(read(files))).toEqual({
    availableBytes: 2.5 * gibibyte,
    limitBytes: 4 * gibibyte,
    stalledPercent: 12.5,
  })
})

it('finds the limit of a service, and a narrower one of the slice above it', () => {
  const service = '/sys/fs/cgroup/system.slice/nearside.service'
  const files = {
    ...machine,
    '/proc/self/cgroup': '0::/system.slice/nearside.service\n',
    [`${service}/memory.max`]: `${8 * gibibyte}`,
    [`${service}/memory.current`]: `${gibibyte}`,
    '/sys/fs/cgroup/system.slice/memory.max': `${2 * gibibyte}`,
    '/sys/fs/cgroup/system.slice/memory.current': `${gibibyte}`,
  }
  expect(memoryNow(read(files))).toMatchObject({ availableBytes: gibibyte, limitBytes: 2 * gibibyte })
})

it('reads the first version of cgroups, in which no limit is a number beyond any machine', () => {
  const group = '/sys/fs/cgroup/memory/docker/abc'
  const files = {
    ...machine,
    '/proc/self/cgroup': '4:memory:/docker/abc\n0::/\n',
    [`${group}/memory.limit_in_bytes`]: `${3 * gibibyte}`,
    [`${group}/memory.usage_in_bytes`]: `${gibibyte}`,
    '/sys/fs/cgroup/memory/memory.limit_in_bytes': '9223372036854771712',
    '/sys/fs/cgroup/memory/memory.usage_in_bytes': `${gibibyte}`,
    '/proc/pressure/memory': 'some avg10=0.00 avg60=0.00 avg300=0.00 total=0\n',
  }
  expect(memoryNow(read(files))).toEqual({
    availableBytes: 2 * gibibyte,
    limitBytes: 3 * gibibyte,
    stalledPercent: 0,
  })
})

it('has nothing left where a group is over its limit, and survives files that make no sense', () => {
  const files = {
    ...machine,
    '/proc/self/cgroup': 'nonsense',
    '/sys/fs/cgroup/memory.max': '100',
    '/sys/fs/cgroup/memory.current': '200',
    '/sys/fs/cgroup/memory.pressure': 'nonsense',
  }
  expect(memoryNow(read(files))).toEqual({ availableBytes: 0, limitBytes: 100, stalledPercent: null })
})

it('keeps under a ceiling of the operator, of which a part is taken', () => {
  const memory = { availableBytes: 500, limitBytes: 1_000, stalledPercent: null }
  expect(underCeiling(memory, 0, 400)).toBe(memory)
  expect(underCeiling(memory, 600, 400)).toMatchObject({ availableBytes: 200, limitBytes: 600 })
  expect(underCeiling(memory, 600, 700)).toMatchObject({ availableBytes: 0 })
})
