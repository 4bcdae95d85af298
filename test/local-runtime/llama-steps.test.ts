/** Answers that llama.cpp writes at the same time share its batches: reading the weights is what a batch costs. */
import { fork } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { llamaEngine } from '@nearside/local-runtime'
import { expect, it } from 'vitest'
import { dimensions } from '../../scripts/src/bench/local/weights/dimensions.ts'
import { writeGguf } from '../../scripts/src/bench/local/weights/write-gguf.ts'
import { answerOf } from './engine-contract.ts'

it('writes four answers in batches of four, and not of three with one that waits', {
  timeout: 60_000,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'llama-steps-'))
  const [file, sizes] = [join(folder, 'model.gguf'), join(folder, 'sizes')]
  // Drawing from so many takes a while, so that tokens come one by one.
  writeGguf(file, { ...dimensions.small, vocabulary: 32_000 })
  const process = fileURLToPath(new URL('./counting-llama-process.ts', import.meta.url))
  const engine = llamaEngine({
    ...{ file, device: 'cpu', threads: 1, contextTokens: 256, slots: 4 },
    startProcess: () =>
      fork(process, [sizes], {
        serialization: 'advanced',
        stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
        execArgv: ['--conditions=source'],
      }),
  })
  try {
    await engine.load()
    const tokens = 40
    const asked = ['a', 'b', 'c', 'd'].map((text) => ({
      messages: [{ role: 'user' as const, text }],
      ...{ outputLimit: tokens, temperature: 0 },
    }))
    const answers = await Promise.all(asked.map((each) => answerOf(engine, each)))
    expect(answers.map(({ tokens }) => tokens)).toEqual([tokens, tokens, tokens, tokens])

    const batches = readFileSync(sizes, 'utf8').trim().split('\n').map(Number)
    // At the beginning one comes after the other.
    expect(batches.filter((size) => size === 4).length).toBeGreaterThan(tokens * 0.8)
  } finally {
    await engine.dispose()
    rmSync(folder, { recursive: true })
  }
})
