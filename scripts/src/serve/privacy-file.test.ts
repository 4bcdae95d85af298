import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it, vi } from 'vitest'
import { openPrivacyFile, type PrivacyFile } from './privacy-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'nearside-privacy-'))
const file = join(folder, 'privacy.json')
let open: PrivacyFile | null = null
let said: string[] = []
const opened = (): PrivacyFile => {
  said = []
  open = openPrivacyFile(file, (line) => void said.push(line))
  return open
}
const changed = (text: string): void => {
  writeFileSync(file, text)
  process.emit('SIGHUP')
}

afterEach(() => {
  open?.close()
  open = null
  rmSync(file, { force: true })
})

it('says which rules are in force, and nothing of whose they are', () => {
  writeFileSync(file, '{ "detect": true, "redact": "refuse", "accounts": { "legal": { "detect": false } } }')
  expect(opened().now()).toMatchObject({ detect: true, redact: 'refuse' })
  expect(said).toEqual([
    expect.stringMatching(/^privacy rules \(detect, redact\), and own ones for 1 account, from /),
  ])
  changed('{}')
  expect(said.at(-1)).toContain('privacy rules that look for nothing from ')
})

it('is read again when it is written, and when another file takes its place', async () => {
  writeFileSync(file, '{}')
  const rules = opened()
  writeFileSync(file, '{ "detect": true }')
  await vi.waitFor(() => expect(rules.now()).toEqual({ detect: true }), { timeout: 60_000 })
  writeFileSync(`${file}.new`, '{ "detect": { "email": "never-leave" } }')
  renameSync(`${file}.new`, file)
  await vi.waitFor(() => expect(rules.now()).toEqual({ detect: { email: 'never-leave' } }), {
    timeout: 60_000,
  })
})

it('leaves the rules as they were where the file is wrong, empty or away, says what is wrong, and takes it when it is right again', () => {
  writeFileSync(file, '{ "detect": true }')
  const rules = opened()
  for (const [wrong, why] of [
    ['{ "detect": { "emial": "sensitive" } }', 'privacy.json.detect.emial'],
    ['{ "accounts": { "legal": { "redact": "maybe" } } }', 'privacy.json.accounts.legal.redact'],
    ['{ "detcet": true }', 'privacy.json.detcet'],
    ['{ "detect": true', 'is no JSON'],
    ['', 'is no JSON'],
    ['null', 'privacy.json is an object'],
    ['[]', 'privacy.json is an object'],
  ] as const) {
    changed(wrong)
    expect(rules.now()).toEqual({ detect: true })
    expect(said.at(-1)).toContain('stay as they were')
    expect(said.at(-1)).toContain(why)
  }
  rmSync(file)
  process.emit('SIGHUP')
  expect(rules.now()).toEqual({ detect: true })
  expect(said.at(-1)).toContain('cannot be read')
  changed('{ "detect": false }')
  expect(rules.now()).toEqual({ detect: false })
})

it('must be there and right at the start', () => {
  expect(opened).toThrow(expect.objectContaining({ code: 'bad-options', param: 'privacy' }))
  writeFileSync(file, '{ "redact": 1 }')
  expect(opened).toThrow(expect.objectContaining({ param: 'privacy.json.redact' }))
})
