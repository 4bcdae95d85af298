import { expect, it } from 'vitest'
import { reachable } from './reachable.ts'

const files: Readonly<Record<string, string>> = {
  'dist/index.js': "import { a } from './a/a.js'\nconst later = () => import('./later.js')",
  'dist/index.d.ts': "export type { Only } from './only-types.ts'",
  'dist/only-types.d.ts': 'import { b } from "./a/b.js"',
  'dist/a/a.js': "export * from '../shared.js'\nnew URL('./process.js', import.meta.url)",
  'dist/a/b.d.ts': '',
  'dist/a/process.js': "import '../index.js'",
  'dist/shared.js': "console.log('./no-such-file.js', '../../../outside.js')",
  'dist/later.js': '',
  'dist/bench.js': "import './index.js'",
  'model/model.bin': "'./bench.js'",
}
const from = (...entries: string[]) => [...reachable(entries, (path) => files[path] ?? null)].toSorted()

it('follows imports, also later ones, types and URLs, and leaves what nothing leads to', () => {
  expect(from('dist/index.js')).toEqual([
    'dist/a/a.js',
    'dist/a/b.d.ts',
    'dist/a/process.js',
    'dist/index.d.ts',
    'dist/index.js',
    'dist/later.js',
    'dist/only-types.d.ts',
    'dist/shared.js',
  ])
})

it('takes a file that is no module as it is, and reads nothing out of it', () => {
  expect(from('model/model.bin')).toEqual(['model/model.bin'])
})

it('is content with an entry that is not there: what is missing is found by who packs', () => {
  expect(from('dist/none.js')).toEqual([])
})

it('follows a module that a process is started from, whose ending is not named', () => {
  const started: Readonly<Record<string, string>> = {
    'dist/engine.js': "startProcess('./engine-process', import.meta.url)",
    'dist/engine-process.js': "import './loop.js'",
    'dist/loop.js': '',
  }
  const found = reachable(['dist/engine.js'], (path) => started[path] ?? null)
  expect([...found].toSorted()).toEqual(['dist/engine-process.js', 'dist/engine.js', 'dist/loop.js'])
})
