import { expect, it } from 'vitest'
import { entriesOf, publishedManifest, readManifest } from './published-manifest.ts'

const workspace = {
  name: '@nearside/core',
  version: '1.2.3',
  private: true,
  scripts: { build: 'tsc -b' },
  dependencies: { valibot: '^1.5.0' },
  devDependencies: { hono: '4.13.19' },
  bin: { near: './dist/cli.js' },
  exports: {
    '.': { source: './src/index.ts', types: './dist/index.d.ts', default: './dist/index.js' },
    './deep': { node: { source: './src/deep.ts', default: './dist/deep.js' } },
    './model.bin': './model/model.bin',
  },
}

it('publishes no condition that leads to source, however deep, and keeps the order of the others', () => {
  const { exports } = publishedManifest(workspace)
  expect(JSON.stringify(exports)).toBe(
    '{".":{"types":"./dist/index.d.ts","default":"./dist/index.js"},"./deep":{"node":{"default":"./dist/deep.js"}},' +
      '"./model.bin":"./model/model.bin"}',
  )
})

it('publishes what is installed, and nothing that is true in a checkout alone', () => {
  expect(Object.keys(publishedManifest(workspace)).toSorted()).toEqual([
    'bin',
    'dependencies',
    'exports',
    'name',
    'version',
  ])
})

it('leaves a manifest without exports as it is', () => {
  expect(publishedManifest({ name: 'a', version: '1.0.0' })).toEqual({ name: 'a', version: '1.0.0' })
})

it('knows every file that a consumer can reach', () => {
  expect(entriesOf(publishedManifest(workspace))).toEqual([
    'dist/index.d.ts',
    'dist/index.js',
    'dist/deep.js',
    'model/model.bin',
    'dist/cli.js',
  ])
})

it('refuses a manifest without name or version', () => {
  expect(() => readManifest('{"name":"a"}')).toThrow('a name and a version')
  expect(() => readManifest('[]')).toThrow('a name and a version')
})
