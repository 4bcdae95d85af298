import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { isCommand, runCommand } from './all-commands.ts'
import { table } from './list.ts'
import type { Output } from './output.ts'
import { progressBar, progressView } from './progress.ts'
import { visible } from './run.ts'
import { type Grammar, readWords, wholeNumber } from './words.ts'

const grammar: Grammar = {
  command: 'pull',
  usage: 'MODEL',
  positionals: [1, 1],
  values: ['hub'],
  switches: [],
}

it('knows its commands by name', () => {
  for (const name of ['pull', 'list', 'rm', 'verify', 'run', 'bench', 'doctor'])
    expect(isCommand(name)).toBe(true)
  for (const name of [undefined, 'serve', 'start', '']) expect(isCommand(name)).toBe(false)
})

it('refuses words it does not know, naming those it does', () => {
  expect(readWords(['a', '--hub', 'b', '--json'], grammar)).toMatchObject({
    positionals: ['a'],
    flags: { hub: 'b', json: true },
  })
  expect(() => readWords(['a', '--hob', 'b'], grammar)).toThrow(
    /--hob.*takes MODEL, and --models, --hub, --json/,
  )
  expect(() => readWords([], grammar)).toThrow('A model is missing')
  expect(() => readWords(['a', 'b'], grammar)).toThrow('a word too many: b')
  expect(() => readWords(['a', '--hub'], grammar)).toThrow('--hub')
  expect(() => wholeNumber({ positionals: [], flags: { threads: '0' } }, 'threads', 1)).toThrow('--threads')
})

it('says that there is nothing to verify rather than nothing', async () => {
  const written: string[] = []
  const output: Output = { out: (text) => written.push(text), err: () => {}, isTerminal: false, columns: 80 }
  const env = { NEARSIDE_MODELS: join(tmpdir(), 'a folder that nobody made') }
  expect(await runCommand(['verify'], env, output, new AbortController().signal)).toBe(0)
  expect(written.join('')).toMatch(
    /^No models in .*a folder that nobody made, so there is nothing to verify\.\n$/,
  )
})

it('draws a bar that fits the terminal, and says how long it will take', () => {
  const half = { doneBytes: 400e6, totalBytes: 800e6, file: 'a' }
  expect(progressBar(half, 10e6, 80)).toBe(
    '[###############---------------]  50 %  400 MB of 800 MB  10.0 MB/s  0:40',
  )
  for (const columns of [10, 40, 60, 200]) {
    expect(progressBar(half, 10e6, columns).length).toBeLessThan(Math.max(columns, 10))
  }
  expect(progressBar({ ...half, doneBytes: 800e6 }, 10e6, 80)).not.toContain('0:00')
  expect(progressBar({ ...half, totalBytes: 0, doneBytes: 0 }, 0, 80)).toContain('100 %')
})

it('writes a log a line at each tenth, and a terminal no more often than it can be seen', () => {
  const written: string[] = []
  const output = { out: () => {}, err: (text: string) => void written.push(text), columns: 80 }
  const log = progressView({ ...output, isTerminal: false }, () => 0)
  for (let done = 0; done <= 1_000; done++) log.show({ doneBytes: done, totalBytes: 1_000, file: 'a' })
  expect(written).toHaveLength(11)
  expect(written.at(-1)).toBe('100 % of 1.0 kB\n')

  written.length = 0
  let nowMs = 0
  const bar = progressView({ ...output, isTerminal: true }, () => nowMs++)
  for (let done = 0; done <= 1_000; done++) bar.show({ doneBytes: done, totalBytes: 1_000, file: 'a' })
  expect(written.length).toBeLessThan(40)
  expect(written.at(-1)).toContain('100 %')
})

it('lets a model write to a terminal, and not steer it', () => {
  expect(visible('a\u001b[2Jb\u0007\r\nc\td\u009b1m é')).toBe('a[2Jb\nc\td1m é')
})

it('sets tables in columns', () => {
  expect(
    table([
      ['A', 'B'],
      ['long', 'c'],
    ]),
  ).toBe('A     B\nlong  c\n')
})
