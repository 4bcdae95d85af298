import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it, vi } from 'vitest'
import { openPolicyFile, type PolicyFile } from './policy-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'nearside-policy-'))
const file = join(folder, 'policy.json')
let open: PolicyFile | null = null
let said: string[] = []
const opened = (): PolicyFile => {
  said = []
  open = openPolicyFile(file, { frontierFrom: 0.21 }, (line) => void said.push(line))
  return open
}

afterEach(() => {
  open?.close()
  open = null
})
afterEach(() => rmSync(file, { force: true }))

it('stands over what the variables say, and tells its hash', () => {
  writeFileSync(file, '{ "qualityFloor": 0.2 }')
  expect(opened().now()).toEqual({ frontierFrom: 0.21, qualityFloor: 0.2 })
  expect(said).toEqual([expect.stringMatching(/^policy [0-9a-f]{12} from /)])
})

it('is read again when it is written, and when another file takes its place', async () => {
  writeFileSync(file, '{}')
  const policy = opened()
  writeFileSync(file, '{ "frontierFrom": 0.3 }')
  await vi.waitFor(() => expect(policy.now()).toEqual({ frontierFrom: 0.3 }), { timeout: 60_000 })
  writeFileSync(`${file}.new`, '{ "frontierFrom": 0.4 }')
  renameSync(`${file}.new`, file)
  await vi.waitFor(() => expect(policy.now()).toEqual({ frontierFrom: 0.4 }), { timeout: 60_000 })
})

it('is read again on SIGHUP', async () => {
  writeFileSync(file, '{}')
  const policy = opened()
  writeFileSync(file, '{ "frontierFrom": 0.5 }')
  process.emit('SIGHUP')
  expect(policy.now()).toEqual({ frontierFrom: 0.5 })
})

it('leaves the policy as it was where the file is wrong or away, says what is wrong, and takes it when it is right again', () => {
  writeFileSync(file, '{ "frontierFrom": 0.3 }')
  const policy = opened()
  for (const [wrong, why] of [
    ['{ "frontierFrom": 3 }', 'policy.json.frontierFrom'],
    ['{ "frontierForm": 0.3 }', 'policy.json.frontierForm'],
    ['{ "frontier', 'is no JSON'],
  ] as const) {
    writeFileSync(file, wrong)
    process.emit('SIGHUP')
    expect(policy.now()).toEqual({ frontierFrom: 0.3 })
    expect(said.at(-1)).toContain('stays as it was')
    expect(said.at(-1)).toContain(why)
  }
  rmSync(file)
  process.emit('SIGHUP')
  expect(said.at(-1)).toContain('cannot be read')
  writeFileSync(file, '{ "frontierFrom": 0.4 }')
  process.emit('SIGHUP')
  expect(policy.now()).toEqual({ frontierFrom: 0.4 })
})

it('must be there and right at the start', () => {
  expect(opened).toThrow(expect.objectContaining({ code: 'bad-options', param: 'policy' }))
  writeFileSync(file, '{ "strategy": "guess" }')
  expect(opened).toThrow(expect.objectContaining({ param: 'policy.json.strategy' }))
})
