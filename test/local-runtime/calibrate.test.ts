/** From tasks to a served model that says how often it is right, by the command and the setting. */
import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { defaultSettings } from '@nearside/local-runtime'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { serveForTest } from './served-runtime.ts'

const cli = fileURLToPath(new URL('../../local-runtime/src/cli.ts', import.meta.url))

let home: string
let model: string
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'calibrate-'))
  model = join(home, 'unbounded')
  cpSync(defaultSettings.model, model, { recursive: true })
  // The demonstration model may claim next to nothing, whatever it feels; its copy may.
  const manifest = JSON.parse(readFileSync(join(model, 'model.json'), 'utf8')) as Record<string, unknown>
  writeFileSync(join(model, 'model.json'), JSON.stringify({ ...manifest, confidenceCeiling: 1 }))
})
afterAll(() => rmSync(home, { recursive: true, force: true }))

type Ended = { readonly code: number; readonly out: string; readonly err: string }

function nearsideRuntime(...args: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const command = ['--conditions=source', cli, ...args]
    execFile(process.execPath, command, { cwd: home }, (error, out, err) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err }),
    )
  })
}

const topics = ['a poem', 'code', 'the capital of France', 'a recipe', 'sums', 'a letter', 'history', 'music']

/** Half of them the model cannot get right: nothing that it says is this long a word. */
const tasks = Array.from({ length: 40 }, (_, index) => ({
  prompt: `Please tell me about ${topics[index % topics.length]}, part ${index}.`,
  check: 'contains',
  answer: index % 2 === 0 ? 'demonstration model' : 'antidisestablishmentarianism',
  task: index % 2 === 0 ? 'possible' : 'impossible',
}))

it('learns from tasks what a confidence is worth, and serves by it', { timeout: 900_000 }, async () => {
  writeFileSync(join(home, 'tasks.jsonl'), tasks.map((task) => JSON.stringify(task)).join('\n'))
  const made = await nearsideRuntime(
    'calibrate',
    model,
    'tasks.jsonl',
    '--out',
    'curve.json',
    '--max-tokens',
    '48',
  )
  expect(made.code, made.err).toBe(0)
  expect(made.out).toContain('right          20 of 40')
  expect(made.out).toContain('possible: 20 of 20 right')
  expect(made.out).toContain('serve it with --calibration curve.json')

  const ask = {
    model: 'local',
    messages: [{ role: 'user' as const, content: 'Tell me about code.' }],
    max_tokens: 48,
    temperature: 0,
  }
  const confidenceOf = async (calibration: string | null): Promise<Record<string, unknown>> => {
    const served = await serveForTest({ model, calibration, threads: 1 })
    try {
      await served.ready
      const answer = await served.client.chat.completions.create(ask)
      return (answer as unknown as { nearside: Record<string, unknown> }).nearside
    } finally {
      await served.close()
    }
  }
  const plain = await confidenceOf(null)
  const calibrated = await confidenceOf(join(home, 'curve.json'))
  expect(plain).not.toHaveProperty('confidenceCalibrated')
  expect(calibrated).toMatchObject({ confidenceCalibrated: true })
  // Half of what it said was right, whatever it felt.
  expect(Math.abs(Number(calibrated.confidence) - 0.5)).toBeLessThan(0.3)
  expect(calibrated.confidence).not.toBe(plain.confidence)
})

it('refuses to serve a model by the curve of another', async () => {
  const other = {
    model: 'other',
    version: '9',
    tasks: 40,
    right: 20,
    curve: { offset: 0, slope: 1 },
    auroc: 0.5,
    eceBefore: 0,
    eceAfter: 0,
  }
  writeFileSync(join(home, 'other.json'), JSON.stringify(other))
  const served = await serveForTest({ model, calibration: join(home, 'other.json'), threads: 1 })
  await expect(served.ready).rejects.toThrow('made for version 9 of other')
  await served.close()
})

it.each([
  ['no file', ['nowhere.jsonl'], 'nowhere.jsonl cannot be read'],
  ['an empty file', ['empty.jsonl'], 'holds no task'],
])('says what is wrong with %s, before it loads anything', async (_, args, what) => {
  writeFileSync(join(home, 'empty.jsonl'), '\n')
  const { code, err } = await nearsideRuntime('calibrate', model, ...args)
  expect(code).not.toBe(0)
  expect(err).toContain(what)
})
