import { expect, it } from 'vitest'
import { measureBandwidth } from './bandwidth.ts'
import type { Examination } from './examine.ts'
import { findings } from './findings.ts'
import { planModel } from './plans.ts'
import { type Machine, readMachine } from './read-machine.ts'
import { showExamination } from './show.ts'

const reader =
  (files: Readonly<Record<string, string>>) =>
  (path: string): string | null =>
    files[path] ?? null

const machine = (changes: Partial<Machine> = {}): Machine => ({
  node: 'v24.0.0',
  platform: 'linux x64',
  cores: { visible: 8, allowed: 8, quota: null, usable: 8 },
  memory: { totalBytes: 16e9, availableBytes: 12e9, limitBytes: null },
  swap: { totalBytes: 0, usedBytes: 0, allowedHere: true },
  coreDumps: { limit: '0', pattern: 'core' },
  tmpfs: true,
  ...changes,
})

const examination = (changes: Partial<Examination> = {}): Examination => ({
  machine: machine(),
  models: { folder: '/models', freeBytes: 50e9 },
  bandwidth: { threads: 8, bytesPerSecond: 24e9 },
  engines: [{ engine: 'transformers', package: '@huggingface/transformers', version: '4.3.1' }],
  devices: [],
  plans: [],
  ...changes,
})

const texts = (changes: Partial<Examination>): string[] =>
  findings(examination(changes)).map(({ text }) => text)

it('finds nothing to say of a machine that is in order', () => {
  expect(findings(examination())).toEqual([])
})

it('tells no limit where no container sets one', () => {
  const meminfo = 'MemTotal: 16000000 kB\nMemAvailable:    8000000 kB\n'
  for (const limit of ['max\n', '9223372036854771712\n']) {
    const files = { '/proc/meminfo': meminfo, '/sys/fs/cgroup/memory.max': limit }
    expect(readMachine(reader(files)).memory).toEqual({
      totalBytes: 16_384_000_000,
      availableBytes: 8_192_000_000,
      limitBytes: null,
    })
  }
})

it('knows the limits of a service, on its own group or one above it', () => {
  const files = {
    '/proc/self/cgroup': '0::/system.slice/nearside.service\n',
    '/proc/meminfo':
      'MemTotal: 16000000 kB\nMemAvailable:    8000000 kB\nSwapTotal: 100 kB\nSwapFree: 40 kB\n',
    '/sys/fs/cgroup/system.slice/memory.max': '3000000000\n',
    '/sys/fs/cgroup/system.slice/memory.current': '1000000000\n',
    '/sys/fs/cgroup/system.slice/cpu.max': '50000 100000\n',
    '/sys/fs/cgroup/system.slice/nearside.service/memory.swap.max': '0\n',
  }
  expect(readMachine(reader(files))).toMatchObject({
    cores: { quota: 0.5, usable: 1 },
    memory: { availableBytes: 2e9, limitBytes: 3e9 },
    swap: { allowedHere: false },
  })
})

it('takes the less of what the machine and the container have left', () => {
  const files = {
    '/proc/meminfo':
      'MemTotal: 16000000 kB\nMemAvailable:    8000000 kB\nSwapTotal: 100 kB\nSwapFree: 40 kB\n',
    '/sys/fs/cgroup/memory.max': '3000000000',
    '/sys/fs/cgroup/memory.current': '1000000000',
    '/proc/self/limits': 'Max core file size        0                    unlimited            bytes\n',
    '/proc/sys/kernel/core_pattern': '|/usr/lib/systemd/systemd-coredump %P\n',
    '/proc/mounts': 'tmpfs /dev/shm tmpfs rw 0 0\n',
  }
  expect(readMachine(reader(files))).toMatchObject({
    memory: { availableBytes: 2e9, limitBytes: 3e9 },
    swap: { totalBytes: 102_400, usedBytes: 61_440, allowedHere: true },
    coreDumps: { limit: '0', pattern: '|/usr/lib/systemd/systemd-coredump %P' },
    tmpfs: true,
  })
})

it('says unknown where a system tells nothing', () => {
  expect(readMachine(() => null)).toMatchObject({ swap: null, coreDumps: null, tmpfs: null })
  expect(showExamination(examination({ machine: readMachine(() => null) }))).toContain('unknown')
})

it('warns where prompts could reach a disk: swap, and core dumps by limit or by program', () => {
  const swap = { totalBytes: 1e9, usedBytes: 0, allowedHere: true }
  expect(texts({ machine: machine({ swap }) })[0]).toContain('Swap is on')
  expect(texts({ machine: machine({ swap: { ...swap, allowedHere: false } }) })).toEqual([])
  const dumps = (limit: string, pattern: string): string[] =>
    texts({ machine: machine({ coreDumps: { limit, pattern } }) })
  expect(dumps('unlimited', 'core')[0]).toContain('LimitCORE=0')
  expect(dumps('0', '|/usr/share/apport/apport %p')[0]).toContain('/usr/share/apport/apport')
  expect(dumps('0', 'core')).toEqual([])
})

it('says in words what becomes of core dumps, and that nothing is to mend where that is so', () => {
  const shown = (limit: string, pattern: string): string =>
    showExamination(examination({ machine: machine({ coreDumps: { limit, pattern } }) }))
  expect(shown('0', 'core')).toMatch(/core dumps +none\n/)
  expect(shown('0', 'core')).toContain('Nothing to mend.')
  expect(shown('unlimited', 'core')).toMatch(/core dumps +limit unlimited, to files named core\n/)
  expect(shown('unlimited', 'core')).not.toContain('Nothing to mend.')
  expect(shown('0', '|/usr/share/apport/apport %p')).toMatch(
    /core dumps +to the program \/usr\/share\/apport\/apport\n/,
  )
})

it('plans each model, warns of one that does not fit, and predicts its speed', () => {
  const shape = {
    format: 'gguf' as const,
    weightBytes: 1.9e9,
    layers: 28,
    keyValueHeads: 8,
    headSize: 128,
    contextTokens: 131_072,
  }
  const plan = planModel('llama-3.2-3b@q4_k_m', 1.9e9, shape, 12e9, 24e9)
  expect(plan).toMatchObject({ plan: { fits: true, contextTokens: 8_192 }, sessions: { at4k: 17, at32k: 2 } })
  expect(showExamination(examination({ plans: [plan] }))).toContain(
    'conversations at once: 17 of 4k tokens, 2 of 32k; about 6.',
  )

  const tight = planModel('llama-3.2-3b@q4_k_m', 1.9e9, shape, 1e9, null)
  expect(tight).toMatchObject({
    plan: { fits: false },
    sessions: { at4k: 0, at32k: 0 },
    tokensPerSecond: null,
  })
  expect(texts({ plans: [tight] })[0]).toContain('llama-3.2-3b@q4_k_m does not fit')
  expect(planModel('own@linked', 5, null, 1e9, null)).toMatchObject({ plan: null })
})

it('measures how fast memory is read, and leaves a machine alone that has little', async () => {
  const measured = await measureBandwidth(1)
  expect(measured?.bytesPerSecond).toBeGreaterThan(1e8)
  expect(measured?.bytesPerSecond).toBeLessThan(1e13)
  expect(await measureBandwidth(4, 1e8)).toBeNull()
})

it('says that operators that fall back to the CPU cannot be known beforehand, where there is a device to fall back from', () => {
  expect(texts({ devices: ['cuda'] })).toEqual([
    expect.stringContaining('on cuda cannot be known beforehand'),
  ])
  expect(
    texts({ devices: ['cuda'], engines: [{ engine: 'llama', package: 'x', version: '1.0.0' }] }),
  ).toEqual([])
})
