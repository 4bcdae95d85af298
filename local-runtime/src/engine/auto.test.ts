import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { chooseEngine } from './auto.ts'

function folderWith(...files: readonly string[]): { readonly folder: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'auto-engine-'))
  for (const file of files) {
    if (file.endsWith('/')) mkdirSync(join(folder, file))
    else writeFileSync(join(folder, file), '')
  }
  return { folder, remove: () => rmSync(folder, { recursive: true }) }
}

const there = (): boolean => true
const missing = (): boolean => false

it('takes an address for another server, and a GGUF file for llama.cpp', () => {
  expect(chooseEngine('http://127.0.0.1:11434/v1', there)).toMatchObject({
    engine: 'openai-compatible',
    url: 'http://127.0.0.1:11434/v1',
  })
  expect(chooseEngine('/models/a.gguf', missing)).toMatchObject({ engine: 'llama', file: '/models/a.gguf' })
})

it('goes by what a folder holds, and of both formats by what is installed', () => {
  const onnx = folderWith('onnx/')
  const gguf = folderWith('a-00001-of-00002.gguf', 'a-00002-of-00002.gguf')
  const both = folderWith('onnx/', 'a.gguf')
  expect(chooseEngine(onnx.folder, there)).toMatchObject({ engine: 'transformers', folder: onnx.folder })
  expect(chooseEngine(gguf.folder, missing)).toMatchObject({
    engine: 'llama',
    file: join(gguf.folder, 'a-00001-of-00002.gguf'),
  })
  expect(chooseEngine(both.folder, there)).toMatchObject({
    engine: 'llama',
    why: expect.stringContaining('faster'),
  })
  expect(chooseEngine(both.folder, missing)).toMatchObject({
    engine: 'transformers',
    why: expect.stringContaining('not installed'),
  })
  for (const each of [onnx, gguf, both]) each.remove()
})

it('does not guess among several models in one folder', () => {
  const several = folderWith('a.gguf', 'b.gguf')
  expect(() => chooseEngine(several.folder, there)).toThrow('name one of a.gguf, b.gguf')
  several.remove()
})
