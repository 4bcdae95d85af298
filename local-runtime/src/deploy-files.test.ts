/** The files that deploy a node say what the node understands. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { isCommand } from './commands/all-commands.ts'
import { defaultSettings } from './options.ts'
import { readCommand } from './read-command.ts'

const folder = fileURLToPath(new URL('../deploy/', import.meta.url))
const repository = fileURLToPath(new URL('../../', import.meta.url))
const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
  /\.\w+$|file$/.test(name),
)
const text = (name: string): string => readFileSync(`${folder}${name}`, 'utf8')

it('sets no variable that the server would refuse', () => {
  const variables = new Set(names.flatMap((name) => text(name).match(/NEARSIDE_RUNTIME_[A-Z_]+/g) ?? []))
  expect(variables.size).toBeGreaterThan(5)
  for (const variable of variables) {
    const value = variable.endsWith('SECRET')
      ? '0123456789abcdef'
      : variable.endsWith('HOST')
        ? '0.0.0.0'
        : '1000'
    const slots = variable.endsWith('SLOTS') ? '1' : value
    expect(() => readCommand(['serve'], { [variable]: slots })).not.toThrow()
  }
})

it('calls only commands that there are', () => {
  const calls = names.flatMap((name) => [...text(name).matchAll(/nearside-runtime ([a-z]+) [a-z]+[\d.-]/g)])
  expect(calls.length).toBeGreaterThan(2)
  for (const [, command] of calls)
    expect([command, command === 'serve' || isCommand(command)]).toEqual([command, true])
})

it('gives a node longer to end than its answers have to finish', () => {
  const unit = text('nearside-runtime.service')
  const [drainMs, stopSeconds] = [/DRAIN_MS=(\d+)/, /TimeoutStopSec=(\d+)/].map((form) =>
    Number(form.exec(unit)?.[1]),
  )
  expect(stopSeconds! * 1_000).toBeGreaterThan(drainMs!)
  const stopTimeout = Number(/--stop-timeout (\d+)/.exec(text('Dockerfile'))?.[1])
  expect(stopTimeout * 1_000).toBeGreaterThan(defaultSettings.drainMs)
  expect(text('helm/templates/nodes.yaml')).toMatch(/terminationGracePeriodSeconds: .*drainMs.* 15 }}/)
})

it('keeps prompts off the disk: no swap, no dumps, temporary files in memory', () => {
  expect(text('nearside-runtime.service')).toMatch(/^MemorySwapMax=0\nLimitCORE=0$/m)
  expect(text('Dockerfile')).toMatch(/--memory (\S+) --memory-swap \1 --ulimit core=0/)
  expect(text('helm/templates/nodes.yaml')).toContain('emptyDir: { medium: Memory')
})

it('asks for a secret wherever it listens beyond this machine', () => {
  expect(text('helm/templates/nodes.yaml')).toMatch(/required ".*" \.Values\.secretName/)
  expect(text('Dockerfile')).toContain('NEARSIDE_RUNTIME_HOST=0.0.0.0')
  expect(text('Dockerfile')).toContain('-e NEARSIDE_RUNTIME_SECRET=')
  expect(text('nearside-runtime.service')).not.toContain('NEARSIDE_RUNTIME_HOST')
})

it('uses in its templates the values that there are, and has no value that nothing uses', () => {
  const templates = text('helm/templates/nodes.yaml')
  const used = new Set(
    [...templates.matchAll(/\.Values\.([A-Za-z.]+)/g)].map(([, path]) => path!.split('.')[0]!),
  )
  const given = [...text('helm/values.yaml').matchAll(/^([A-Za-z]+):/gm)].map(([, name]) => name!)
  expect([...used].sort()).toEqual(given.sort())
})

it('builds its image from packages of this repository', () => {
  const packed = [...text('Dockerfile').matchAll(/--workspace (\S+)/g)].map(([, name]) => name!)
  expect(packed).toEqual(['shared', 'local-runtime'])
  for (const name of packed) expect(existsSync(`${repository}${name}/package.json`)).toBe(true)
})
