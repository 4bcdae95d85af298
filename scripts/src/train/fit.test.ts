import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { classifierOf, fitCurve, readClassifier } from '@nearside/core'
import { afterAll, describe, expect, it } from 'vitest'
import { countsAsRight, labelMap } from './label-map.ts'
import { ownRequests } from './own-requests.ts'
import { seededRandom } from './random.ts'
import { fitRidge } from './ridge.ts'
import { fitSoftmax, logits } from './softmax.ts'
import { dotRow, type SparseRows } from './sparse.ts'
import { taskDifficulty } from './task-difficulty.ts'
import { train } from './train.ts'

/** Rows of two features each, out of four. */
function rowsOf(pairs: readonly (readonly [number, number])[]): SparseRows {
  return {
    starts: Int32Array.from({ length: pairs.length + 1 }, (_, i) => 2 * i),
    ids: Int32Array.from(pairs.flat()),
    weights: new Float32Array(2 * pairs.length).fill(1),
    width: 4,
  }
}

const random = seededRandom(9)
const pairs = Array.from({ length: 400 }, () => [random() < 0.5 ? 0 : 1, random() < 0.5 ? 2 : 3] as const)
const rows = rowsOf(pairs)
const all = pairs.map((_, i) => i)

describe('the linear models', () => {
  it('regress on what the pieces add up to', () => {
    const target = pairs.map(([a, b]) => (a === 1 ? 2 : 0) + (b === 3 ? 1 : 0))
    const { weights, offset } = fitRidge(rows, all, target, 0.01)
    for (const [i, wanted] of target.entries())
      expect(dotRow(rows, i, weights) + offset).toBeCloseTo(wanted, 1)
  })

  it('tell classes apart, and the same seed gives the same weights', () => {
    const labels = pairs.map(([a]) => a)
    const options = { classes: 2, epochs: 3, rate: 0.3, decay: 0, smoothing: 0, seed: 1 }
    const model = fitSoftmax(rows, all, labels, options)
    const into = new Float32Array(2)
    for (const i of all) {
      logits(rows, i, model.weights, model.offset, into)
      expect(into[1]! > into[0]!).toBe(labels[i] === 1)
    }
    expect(fitSoftmax(rows, all, labels, options)).toEqual(model)
    expect(fitSoftmax(rows, all, labels, { ...options, seed: 2 })).not.toEqual(model)
  })

  it('fit a logistic curve, and stay sane where everything came out alike', () => {
    const scores = Array.from({ length: 5_000 }, () => 4 * random() - 2)
    const happened = scores.map((score) => random() < 1 / (1 + Math.exp(-(0.5 + 2 * score))))
    const { offset, slope } = fitCurve(scores, happened)
    expect(offset).toBeCloseTo(0.5, 0)
    expect(slope).toBeCloseTo(2, 0)
    const flat = fitCurve([0.1, 0.2, 0.3], [true, true, true])
    expect(Number.isFinite(flat.offset) && Number.isFinite(flat.slope)).toBe(true)
  })
})

describe('what training is given', () => {
  it('holds requests of its own for every kind of task, with every place filled', () => {
    const own = ownRequests()
    expect(new Set(own.map((row) => row.task))).toEqual(new Set(Object.keys(taskDifficulty)))
    expect(
      own.filter((row) =>
        /\{(?:text|sentence|short|noun|question|list|number|name|dialogue|code)\}/.test(row.text),
      ),
    ).toEqual([])
    expect(ownRequests()).toEqual(own)
  })

  it('maps names between sets only where the map says so, to kinds that exist', () => {
    expect(countsAsRight({ source: 'bbh:object_counting', task: 'reasoning' }, 'math')).toBe(true)
    expect(countsAsRight({ source: 'bbh:web_of_lies', task: 'reasoning' }, 'math')).toBe(false)
    expect(countsAsRight({ source: 'clinc150:yes', task: 'chitchat' }, 'chitchat')).toBe(true)
    for (const { task, also } of labelMap)
      for (const kind of [task, ...also]) expect(Object.keys(taskDifficulty)).toContain(kind)
  })
})

describe('nearside train', () => {
  const folder = mkdtempSync(join(tmpdir(), 'train-'))
  afterAll(() => rmSync(folder, { recursive: true }))

  it('writes the same bytes for the same data, and a card that can be read', () => {
    smallData(folder)
    const once = (name: string) =>
      train({
        data: folder,
        out: join(folder, name),
        card: join(folder, `${name}.html`),
        folds: 3,
        leaveOut: null,
        say: () => {},
      })
    const first = once('first.bin')
    const second = once('second.bin')
    expect(second.model?.sha256).toBe(first.model?.sha256)
    expect(readFileSync(join(folder, 'first.bin.html'), 'utf8')).toContain('<svg')
    const classifier = classifierOf(readClassifier(readFileSync(join(folder, 'first.bin'))))
    expect(classifier.judgeText('Write a poem about autumn.').task).toBe('creative')
  }, 600_000)

  it('says which source is not there', () => {
    const options = { data: folder, out: null, card: null, folds: 2, say: () => {} }
    expect(() => train({ ...options, leaveOut: 'nowhere' })).toThrow(/no source nowhere/)
    expect(() => train({ ...options, data: join(folder, 'empty'), leaveOut: null })).toThrow(/cannot be read/)
  })
})

function smallData(folder: string): void {
  for (const part of ['routing', 'tasks', 'intents', 'sensitivity']) mkdirSync(join(folder, part))
  const words = ['tide', 'lamp', 'stone', 'apple', 'river', 'wheel', 'cloud']
  const routing = (source: string, extra: object) =>
    Array.from({ length: 30 }, (_, i) => ({
      source,
      prompt: `${source} asks of ${words[i % 7]} and ${words[(i * 3) % 7]} number ${i * 17}?`,
      small_score: i % 3 === 0 ? 0 : 1,
      large_score: 1,
      ...extra,
    }))
  const lines = (list: readonly object[]): string => list.map((row) => JSON.stringify(row)).join('\n')
  const zipped = (path: string, list: readonly object[]): void =>
    writeFileSync(join(folder, path), gzipSync(lines(list)))
  zipped('routing/mmlu_gpt4_mixtral.jsonl.gz', routing('mmlu', { subject: 'tides' }))
  writeFileSync(join(folder, 'routing/gsm8k_gpt4_mixtral.jsonl'), lines(routing('gsm8k', {})))
  zipped('routing/llmrouter_7b_vs_51b.jsonl.gz', routing('llmrouter', { task: 'gpqa', scores: {} }))
  zipped('tasks/tasks.jsonl.gz', [{ text: 'sum 1 and 2', task: 'math', source: 'small', lang: 'en' }])
  for (const name of ['clinc150', 'banking77'])
    writeFileSync(
      join(folder, `intents/${name}_train.jsonl`),
      lines([{ text: 'hello there', intent: 'greeting' }]),
    )
}
