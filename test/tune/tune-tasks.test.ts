/** `nearside tune` on a file of tasks: what it asks, what it spends, and what it keeps when it is broken off. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readPolicyFile } from '@nearside/core'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { TuneResult } from '../../scripts/src/tune/result.ts'
import { runTune } from '../../scripts/src/tune/run-tune.ts'
import { temporaryFolder } from '../../scripts/src/workerd/temporary-folder.ts'
import { type ModelDouble, type Said, startModel } from './model-double.ts'

/** The near model does sums and no capitals, and is sure of what it knows. */
let near: (prompt: string, count: number) => Said
let strong: (prompt: string, count: number) => Said
let local: ModelDouble
let frontier: ModelDouble
let folder: string

const count = 160
const isSum = (prompt: string): boolean => prompt.startsWith('What is')
const right = (prompt: string): string => {
  const [a = 0, b = 0] = [...prompt.matchAll(/\d+/g)].map(([digits]) => Number(digits))
  return isSum(prompt) ? String(a + b) : `number ${a}`
}

beforeEach(async () => {
  near = (prompt) =>
    isSum(prompt)
      ? { text: right(prompt), confidence: 0.97 }
      : { text: 'I would guess Paris', confidence: 0.3 }
  strong = (prompt) => ({ text: right(prompt) })
  local = await startModel({ prompt: 0, output: 0 }, (prompt, at) => near(prompt, at))
  frontier = await startModel({ prompt: 2_000, output: 10_000 }, (prompt, at) => strong(prompt, at))
  folder = temporaryFolder('tune')
  writeTasks((i) =>
    i % 2 === 0
      ? `What is ${i} + ${i + 3}?`
      : `In which list of cities is entry ${i} of the register of ${1000 + i}?`,
  )
})
afterEach(async () => {
  await local.close()
  await frontier.close()
})

function writeTasks(promptOf: (i: number) => string, more: object = {}): void {
  const lines = Array.from({ length: count }, (_, i) => {
    const prompt = promptOf(i)
    return JSON.stringify({
      prompt,
      checker: isSum(prompt) ? 'number' : 'contains',
      reference: right(prompt),
      ...more,
    })
  })
  writeFileSync(join(folder, 'tasks.jsonl'), lines.join('\n'))
}

async function tune(maxSpend: number, more: readonly string[] = [], signal = new AbortController().signal) {
  let printed = ''
  const words = [
    '--tasks',
    join(folder, 'tasks.jsonl'),
    '--out',
    join(folder, 'out'),
    '--max-spend',
    String(maxSpend),
  ]
  const met = await runTune(
    [...words, '--frontier-price', '2,10', '--output-tokens', '64', '--json', ...more],
    {
      env: { NEARSIDE_LOCAL_URL: local.url, NEARSIDE_FRONTIER_URL: frontier.url },
      print: (text) => {
        printed += text
      },
      say: (text) => {
        throw new Error(`no terminal, and yet: ${text}`)
      },
      isTerminal: false,
      now: Date.now,
      signal,
    },
  )
  return { met, result: JSON.parse(printed) as TuneResult }
}

const bodies = (model: ModelDouble): readonly string[] => model.asked.map(({ body }) => body)

it('finds what stays near and what goes up, and writes a policy that the gateway reads', async () => {
  const { met, result } = await tune(1)
  const { chosen, requests, strongQuality, localQuality, spent } = result
  expect([met, strongQuality]).toEqual([true, 1])
  expect(localQuality).toBeCloseTo(0.5, 1)
  expect(chosen.reporting.quality / strongQuality).toBeGreaterThanOrEqual(0.95)
  expect(chosen.reporting.strongShare).toBeLessThan(0.75)
  expect(requests.choosing + requests.reporting).toBe(count)
  const text = readFileSync(join(folder, 'out/policy.json'), 'utf8')
  expect(readPolicyFile(text)).toEqual(chosen.policy)
  expect(readFileSync(join(folder, 'out/report.html'), 'utf8')).toContain('What is uncertain')
  expect(spent?.runs).toBeLessThanOrEqual((spent?.exhaustiveRuns ?? 0) / 3)
  expect(new Set(bodies(frontier)).size).toBe(frontier.asked.length)
  expect(Math.round((spent?.usd ?? 0) * 1e9)).toBe(frontier.charged())
})

it('asks nothing twice, and finds the same again', async () => {
  const first = await tune(1)
  const before = [local.asked.length, frontier.asked.length]
  const again = await tune(1)
  expect([local.asked.length, frontier.asked.length]).toEqual(before)
  expect(again.result.spent?.calls).toBe(0)
  expect({ ...again.result, spent: null }).toEqual({ ...first.result, spent: null })
})

it('never spends more than its limit, keeps what was found, and goes on from there with a higher one', async () => {
  const limit = 0.009
  const { result } = await tune(limit)
  expect(frontier.charged()).toBeLessThanOrEqual(limit * 1e9)
  expect(frontier.charged()).toBeGreaterThan(0.3 * limit * 1e9)
  expect(result.spent?.limitReached).toBe(true)
  expect(result.uncertain.join(' ')).toContain('limit was reached')
  expect(existsSync(join(folder, 'out/policy.json'))).toBe(true)
  const more = await tune(1)
  expect(more.result.spent?.limitReached).toBe(false)
  expect(new Set(bodies(frontier)).size).toBe(frontier.asked.length)
})

it('says so where the limit is too small to choose anything', async () => {
  await expect(tune(0.0002)).rejects.toThrow(/limit/)
  expect(frontier.charged()).toBeLessThanOrEqual(200_000)
})

it('goes on from where Ctrl-C ended it', async () => {
  const stop = new AbortController()
  near = (prompt, at) => {
    if (at === 40) stop.abort()
    return { text: right(prompt), confidence: 0.9 }
  }
  await expect(tune(1, [], stop.signal)).rejects.toThrow(/goes on from here/)
  const answered = readFileSync(join(folder, 'out/answers.jsonl'), 'utf8').split('"settled"').length - 1
  expect(answered).toBeGreaterThan(20)
  const before = local.asked.length + frontier.asked.length
  const { result } = await tune(1)
  expect(result.spent?.remembered).toBe(answered)
  // Only what was under way at that moment is asked again: four at most.
  const twice = [...bodies(local), ...bodies(frontier)]
  expect(twice.length - new Set(twice).size).toBeLessThanOrEqual(4)
  expect(before).toBeLessThan(twice.length)
})

it('leaves out a task whose checker throws, and says which', async () => {
  writeFileSync(
    join(folder, 'checker.mjs'),
    'export default (answer, reference) => { if (reference === "31") throw new Error("no such answer"); return answer.includes(reference) }',
  )
  writeTasks((i) => `What is ${i} + ${i + 3}?`, { checker: 'own' })
  const { result } = await tune(1, ['--checker', join(folder, 'checker.mjs')])
  expect(result.uncertain.join(' ')).toMatch(
    /1 tasks are left out.*line 15: its checker threw: no such answer/,
  )
})

it('says what cannot be met, by how much, and fails', async () => {
  strong = (prompt) => ({ text: isSum(prompt) ? right(prompt) : 'nobody knows' })
  const { met, result } = await tune(1, ['--quality', '0.9', '--absolute'])
  const [quality] = result.chosen.kept
  expect([met, quality?.met]).toEqual([false, false])
  expect(quality?.missedBy).toBeGreaterThan(0.3)
})

it('stops at a tier that fails again and again', async () => {
  strong = () => ({ text: '', status: 500 })
  await expect(tune(1)).rejects.toThrow(/frontier tier answered with status 500, 5 times in a row/)
  expect(frontier.asked.length).toBeLessThan(12)
})
