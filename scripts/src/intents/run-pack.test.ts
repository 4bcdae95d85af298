import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readIntentPack } from '@nearside/core'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../workerd/temporary-folder.ts'
import { runPack } from './run-pack.ts'

function run(words: readonly string[]): string {
  let printed = ''
  runPack(words, {
    print: (text) => {
      printed += text
    },
    say: () => {},
  })
  return printed
}

it('begins a file and builds it: a pack, its hash and its report, and nothing but JSON where that was asked for', () => {
  const folder = temporaryFolder('packs')
  const file = join(folder, 'own', 'intents.yaml')
  expect(run(['init', file])).toContain('pack build')
  expect(() => run(['init', file])).toThrow(/there already/)

  const told = JSON.parse(run(['build', file, '--out', join(folder, 'out'), '--json'])) as {
    file: string
    sha256: string
    intents: number
  }
  const bytes = readFileSync(join(folder, 'out', 'intents.pack.onnx.bin'))
  expect(told).toMatchObject({
    file: join(folder, 'out', 'intents.pack.onnx.bin'),
    bytes: bytes.length,
    intents: 3,
  })
  expect(told.sha256).toBe(createHash('sha256').update(bytes).digest('hex'))
  expect(readFileSync(`${told.file}.sha256`, 'utf8')).toBe(`${told.sha256}  intents.pack.onnx.bin\n`)
  expect(JSON.parse(readFileSync(join(folder, 'out', 'intents.report.json'), 'utf8'))).toEqual(told)
  expect(readIntentPack(bytes).card.name).toBe('shop')
  expect(run(['build', file])).toMatch(/3 intents of \d+ examples/)
})

it('says what is wrong: no verb, no file, a file that is not there, a flag that is none, a line of the file', () => {
  const file = join(temporaryFolder('packs'), 'a.yaml')
  writeFileSync(file, 'pack: a\nlanguage: en\nintents:\n  b: { examples: [c, d] }\n')
  expect(() => run([])).toThrow(/pack has init and build/)
  expect(() => run(['build'])).toThrow(/takes one FILE/)
  expect(() => run(['build', 'nowhere.yaml'])).toThrow(/nowhere.yaml cannot be read/)
  expect(() => run(['build', file, '--fast'])).toThrow(/--fast/)
  expect(() => run(['build', file])).toThrow(/a.yaml:4: intents.b lacks answer/)
})
