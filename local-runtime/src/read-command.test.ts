import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { helpText, readCommand } from './read-command.ts'
import { settingNames } from './read-options.ts'

function configFile(text: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'runtime-config-')), 'node.json')
  writeFileSync(path, text)
  return path
}

it('reads flags, environment and file, the nearer winning', () => {
  const config = configFile('{ "slots": 2, "maxWaiting": 3, "port": 1 }')
  const env = { NEARSIDE_RUNTIME_MAX_WAITING: '4', NEARSIDE_RUNTIME_PORT: '2', PATH: '/bin' }
  expect(readCommand(['serve', '--config', config, '--port', '3'], env)).toEqual({
    type: 'serve',
    settings: { slots: 2, maxWaiting: 4, port: 3 },
  })
})

it("takes a model's path in a file as seen from that file", () => {
  const config = configFile('{ "model": "models/small" }')
  const command = readCommand(['serve'], { NEARSIDE_RUNTIME_CONFIG: config })
  expect(command).toEqual({ type: 'serve', settings: { model: join(config, '..', 'models/small') } })
})

it('takes the model to serve as a word, and a name in a file for a name', () => {
  expect(readCommand(['serve', 'smollm2-135m'], {})).toEqual({
    type: 'serve',
    settings: { model: 'smollm2-135m' },
  })
  expect(() => readCommand(['serve', 'one', 'two'], {})).toThrow('one model or none')
  const config = configFile('{ "model": "qwen2.5-1.5b:q4_k_m" }')
  expect(readCommand(['serve'], { NEARSIDE_RUNTIME_CONFIG: config })).toEqual({
    type: 'serve',
    settings: { model: 'qwen2.5-1.5b:q4_k_m' },
  })
})

it('TRUST 31: refuses flags, variables and keys it does not know, naming those it does', () => {
  expect(() => readCommand(['serve', '--prot', '1'], {})).toThrow(/no flag --prot\. Flags are .*--port/)
  expect(() => readCommand(['serve'], { NEARSIDE_RUNTIME_PROT: '1' })).toThrow(
    /no variable NEARSIDE_RUNTIME_PROT; there are .*NEARSIDE_RUNTIME_PORT/,
  )
  expect(() => readCommand(['serve', '--config', configFile('{"prot":1}')], {})).toThrow('no setting prot')
  expect(() => readCommand(['serve', '--config', configFile('{')], {})).toThrow('must be a JSON object')
  expect(() => readCommand(['serve', '--config', '/no/such/file'], {})).toThrow('cannot be read')
  expect(() => readCommand(['serve', '--port', 'http'], {})).toThrow('--port must be a whole number')
  expect(() => readCommand(['serve', '--port'], {})).toThrow('--port')
  expect(() => readCommand(['start'], {})).toThrow('There is no command start')
  expect(() => readCommand(['--port', '1'], {})).toThrow('A command is missing')
  expect(() => readCommand(['serve', './a', './b'], {})).toThrow('./b is a word too many')
})

it('takes a secret from the environment, and says so to who puts it on the command line', () => {
  const secret = '0123456789abcdef'
  expect(readCommand(['serve'], { NEARSIDE_RUNTIME_SECRET: secret })).toEqual({
    type: 'serve',
    settings: { secret },
  })
  expect(() => readCommand(['serve', `--secret=${secret}`], {})).toThrow('NEARSIDE_RUNTIME_SECRET')
  expect(() => readCommand(['serve', `--secret=${secret}`], {})).not.toThrow(secret)
})

it('helps with every setting', () => {
  expect(readCommand(['--help'], {})).toEqual({ type: 'help' })
  for (const name of settingNames) expect(helpText()).toContain(name.replace(/[A-Z]/g, '_$&').toUpperCase())
})

it('takes the key of another server from the environment, and never as a flag', () => {
  const { settings } = readCommand(['serve'], { NEARSIDE_RUNTIME_UPSTREAM_SECRET: 'k' }) as {
    settings: { upstreamSecret?: string }
  }
  expect(settings.upstreamSecret).toBe('k')
  expect(() => readCommand(['serve', '--upstream-secret', 'k'], {})).toThrow(/upstream-secret/)
})
