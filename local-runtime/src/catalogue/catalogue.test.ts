import { expect, it } from 'vitest'
import { loadCatalogue, readCatalogue } from './catalogue.ts'
import { readReference } from './read-reference.ts'

const catalogue = loadCatalogue()
const changed = (change: (model: Record<string, unknown>) => void): string => {
  const copy = JSON.parse(JSON.stringify(catalogue)) as { models: Record<string, unknown>[] }
  change(copy.models[0]!)
  return JSON.stringify(copy)
}

it('names the small models that people ask for', () => {
  expect(catalogue.models.map(({ alias }) => alias).sort()).toEqual(
    [
      ...['gemma-3-1b', 'gemma-3-270m', 'gemma-3-4b', 'llama-3.2-1b', 'llama-3.2-3b', 'phi-4-mini'],
      ...['qwen2.5-0.5b', 'qwen2.5-1.5b', 'qwen2.5-3b', 'smollm2-1.7b', 'smollm2-135m', 'smollm2-360m'],
    ].sort(),
  )
})

it('has a GGUF for each model, and ONNX for each that our ONNX engine can run', () => {
  for (const { alias, variants } of catalogue.models) {
    const formats = new Set(variants.map(({ format }) => format))
    expect([alias, [...formats].sort()]).toEqual([
      alias,
      alias === 'gemma-3-4b' ? ['gguf'] : ['gguf', 'onnx'],
    ])
  }
})

it('refuses a catalogue that is wrong, and says where', () => {
  expect(() => readCatalogue('{', 'own.json')).toThrow('own.json: ')
  expect(() =>
    readCatalogue(
      changed((model) => (model.contextTokens = 0)),
      'own.json',
    ),
  ).toThrow('models.0.contextTokens')
  expect(() =>
    readCatalogue(
      changed((model) => (model.colour = 'red')),
      'own.json',
    ),
  ).toThrow('colour')
  expect(() =>
    readCatalogue(
      changed((model) => (model.default = 'q2')),
      'own.json',
    ),
  ).toThrow('no quantisation q2, its default')
  expect(() =>
    readCatalogue(
      changed((model) => (model.alias = 'qwen2.5-3b')),
      'own.json',
    ),
  ).toThrow('twice')
  const escaping = changed((model) => {
    ;(model.variants as { weights: string }[])[0]!.weights = '../model_q4.onnx'
  })
  expect(() => readCatalogue(escaping, 'own.json')).toThrow('no onnx file of a repository')
  const unfounded = changed((model) => {
    ;(model.variants as { sizeFrom: null }[])[0]!.sizeFrom = null
  })
  expect(() => readCatalogue(unfounded, 'own.json')).toThrow('belong together')
})

it('reads a short name with or without its quantisation, in any case', () => {
  expect(readReference('smollm2-135m', catalogue)).toMatchObject({
    type: 'catalogue',
    named: false,
    variant: { quantisation: 'q4', format: 'onnx', weights: 'onnx/model_q4.onnx' },
  })
  expect(readReference('Qwen2.5-1.5B:Q4_K_M', catalogue)).toMatchObject({
    model: { alias: 'qwen2.5-1.5b' },
    variant: { quantisation: 'q4_k_m', format: 'gguf' },
  })
})

it('reads repositories with their quantisation and revision, and paths', () => {
  expect(readReference('some-one/Their.Model-GGUF:Q8_0@v1.0', catalogue)).toEqual({
    type: 'repository',
    repository: 'some-one/Their.Model-GGUF',
    quantisation: 'q8_0',
    revision: 'v1.0',
  })
  expect(readReference('a/b', catalogue)).toMatchObject({ quantisation: null, revision: 'main' })
  for (const path of ['./model', '../model', '/srv/model', '~/model', '.', 'C:\\models\\a']) {
    expect(readReference(path, catalogue)).toEqual({ type: 'path', path })
  }
})

it('refuses what names no model, saying what would', () => {
  expect(() => readReference('smollm9', catalogue)).toThrow(
    'There is no model smollm9; there are smollm2-135m',
  )
  expect(() => readReference('smolm2-135m:q4', catalogue)).toThrow(
    'There is no model smolm2-135m; did you mean smollm2-135m?',
  )
  expect(() => readReference('smollm2-135m:q3', catalogue)).toThrow('no quantisation q3; it has q4, ')
  for (const wrong of ['', 'a b', 'a/b/c', 'a/..', 'a/b@../x', 'a/b:', 'https://huggingface.co/a/b']) {
    expect(() => readReference(wrong, catalogue)).toThrow('names no model')
  }
})
