import { readFileSync } from 'node:fs'
import {
  columnLogits,
  isNearsideError,
  judgeFollowUp,
  judgeQuestion,
  loadModel,
  piecesOf,
  readIntentPack,
  weighedRows,
} from '@nearside/core'
import { describe, expect, it } from 'vitest'
import { root } from '../workerd/repository.ts'
import { buildPack } from './build-pack.ts'
import type { Trial } from './cross-judge.ts'
import { fitCertainty, thresholdFor } from './fit-certainty.ts'
import { readPackSource } from './read-source.ts'
import { showReport } from './show-report.ts'
import { skeleton } from './skeleton.ts'

const yaml = readFileSync(`${root}examples/shop.yaml`, 'utf8')
const built = buildPack(readPackSource(yaml, 'shop.yaml'), () => {})
const pack = readIntentPack(built.bytes)
const summer = Date.UTC(2026, 6, 1)
const answer = (question: string, now = summer) => judgeQuestion(pack, question, now)?.text ?? null

describe('a pack that was built', () => {
  it('is the same bytes again, and those that stand beside the example', () => {
    expect(
      Buffer.from(buildPack(readPackSource(yaml, 'shop.yaml'), () => {}).bytes).equals(built.bytes),
    ).toBe(true)
    expect(readFileSync(`${root}examples/shop.pack.onnx.bin`).equals(built.bytes)).toBe(true)
  })

  it('answers the operator’s own wordings, however they are capitalised and marked', () => {
    expect(answer('When are you open?')).toBe('Corner Shop is open Monday to Saturday, 9 to 19.')
    expect(answer(' HOW CAN I PAY ')).toMatch(/^By card/)
  })

  it('leaves to others what is out of scope, unknown, long, empty or in another language', () => {
    for (const question of [
      'when is the museum open',
      'Write me a poem about winter.',
      'what is 17 * 23?',
      'wann habt ihr geöffnet',
      'asdf qwer',
      '',
      '?',
      `when are you open${' really'.repeat(100)}`,
    ])
      expect(answer(question), question).toBeNull()
  })

  it('fills in the one value that a question names, and abstains from none and from two', () => {
    expect(answer('Where is your shop in Hamburg?')).toBe('You find us at Hafenstraße 2, 20095 Hamburg.')
    expect(answer('Where is your shop in Berlin?')).toMatch(/Lindenweg/)
    for (const question of ['where is your shop in', 'where is your shop in berlin or hamburg'])
      expect(answer(question), question).toBeNull()
  })

  it('gives an answer from its first day to its last, to the millisecond', () => {
    const [from, until] = [Date.UTC(2026, 11, 27), Date.UTC(2027, 1, 1)]
    const ask = (now: number) => answer('is there a winter sale', now)
    expect([ask(from - 1), ask(until)]).toEqual([null, null])
    expect(ask(from)).toMatch(/^The winter sale/)
    expect(ask(until - 1)).toMatch(/^The winter sale/)
  })

  it('answers a follow-up in its stated words only, and only after its very own answer', () => {
    const open = 'Corner Shop is open Monday to Saturday, 9 to 19.'
    const after = (question: string, said: string, followUp: string) =>
      judgeFollowUp(pack, { question, answer: said, followUp }, summer)?.text ?? null
    expect(after('when are you open', open, 'And on Sundays?')).toBe('On Sundays we are closed.')
    expect(after('when are you open', open, 'and on Mondays?')).toBeNull()
    expect(after('when are you open', 'Whenever you like.', 'and on Sundays')).toBeNull()
    expect(after('how can i pay', open, 'and on Sundays')).toBeNull()
    expect(answer('and on Sundays')).toBeNull()
  })

  it('is an ONNX model whose graph says what the core’s own arithmetic says', () => {
    const graph = loadModel(built.bytes)
    for (const question of ['how long will it take', 'when are you open', 'can i send back shoes']) {
      const rows = weighedRows(pack, piecesOf(question))
      const { voices } = graph.run({
        ids: { type: 'int64', dims: [rows.length], data: Float64Array.from(rows, ([row]) => row) },
        counts: {
          type: 'float32',
          dims: [1, rows.length],
          data: Float32Array.from(rows, ([, weight]) => weight),
        },
      })
      const own = columnLogits(pack, piecesOf(question))
      expect(own.length).toBe(7)
      for (const [c, voice] of own.entries()) expect(voices?.data[c]).toBeCloseTo(voice, 4)
    }
  })

  it('is refused when it was cut short, altered or is something else', () => {
    const refused = (bytes: Uint8Array): boolean => {
      try {
        readIntentPack(bytes)
        return false
      } catch (error) {
        return isNearsideError(error)
      }
    }
    for (let length = 0; length < built.bytes.length; length += 997)
      expect(refused(built.bytes.subarray(0, length)), String(length)).toBe(true)
    const text = Buffer.from(built.bytes).toString('latin1')
    const altered = (from: string, to: string) => Buffer.from(text.replace(from, to), 'latin1')
    expect(refused(altered('"format":1', '"format":2'))).toBe(true)
    expect(refused(altered('"pieceVersion":1', '"pieceVersion":9'))).toBe(true)
    expect(refused(altered('"answer":', '"answxr":'))).toBe(true)
    expect(refused(readFileSync(`${root}shared/model/classifier.onnx.bin`))).toBe(true)
  })
})

describe('the report', () => {
  const twice = yaml.replace('      - how can i pay\n', '      - how can i pay\n      - When are you open?\n')
  const { bytes, report } = buildPack(readPackSource(twice, 'shop.yaml'), () => {})

  it('names examples that contradict each other with their lines, and neither intent answers them', () => {
    const line = (text: string) => twice.split('\n').findIndex((each) => each.endsWith(`- ${text}`)) + 1
    expect(report.contradictions).toEqual([
      {
        text: 'when are you open',
        places: [
          { intent: 'opening-hours', line: line('when are you open') },
          { intent: 'payment', line: line('When are you open?') },
        ],
      },
    ])
    expect(judgeQuestion(readIntentPack(bytes), 'when are you open', summer)).toBeNull()
    expect(built.report.contradictions).toEqual([])
  })

  it('counts what it says, and shows it to people', () => {
    expect(report).toMatchObject({ pack: 'shop', intents: 6, examples: 86, outOfScope: 30, precision: 0.95 })
    expect(report.accuracy).toBeGreaterThan(0.5)
    expect(report.coverage).toBeLessThanOrEqual(report.accuracy)
    expect(report.confusions.every(({ intent, takenFor }) => intent !== takenFor)).toBe(true)
    const shown = showReport(report)
    for (const words of [
      '6 intents of 86 examples',
      'Contradictions',
      'payment, line',
      'Mixed up most often',
    ])
      expect(shown).toContain(words)
  })
})

describe('the threshold', () => {
  const trial = (top: number, right: boolean, outside = false): Trial => ({
    example: 0,
    said: 0,
    signs: Float64Array.of(top),
    right,
    outside,
  })
  const many = (count: number, top: number, right: boolean) =>
    Array.from({ length: count }, (_, i) => trial(top + i / 1e6, right))
  const certain = (trials: readonly Trial[], precision = 0.99) => {
    const { weights, offset, threshold } = fitCertainty(trials, precision)
    return (top: number) => offset + weights[0]! * top >= threshold
  }

  it('keeps what was always right, and leaves what was wrong as often as not', () => {
    const answers = certain([...many(1_000, 2, true), ...many(500, 0, true), ...many(500, 0, false)])
    expect([answers(2.5), answers(2), answers(0), answers(-1)]).toEqual([true, true, false, false])
  })

  it('is lower where fewer answers have to be right', () => {
    const trials = [...many(1_000, 2, true), ...many(900, 1, true), ...many(100, 1.0001, false)]
    expect(certain(trials, 0.99)(1)).toBe(false)
    expect(certain(trials, 0.9)(1)).toBe(true)
  })

  it('is out of reach where too few questions were kept back to show it, or nothing was right', () => {
    const weighed = (trials: readonly Trial[]) => new Float64Array(trials.length).fill(1)
    const few = many(5, -3, true)
    expect(
      thresholdFor(
        0.99,
        few,
        few.map(() => 0),
        weighed(few),
      ),
    ).toBe(Number.MAX_VALUE)
    const wrong = many(500, 3, false)
    expect(certain(wrong)(10)).toBe(false)
    expect(fitCertainty([], 0.99).threshold).toBe(Number.MAX_VALUE)
  })
})

it('the skeleton builds as it stands', () => {
  const { report } = buildPack(readPackSource(skeleton, 'intents.yaml'), () => {})
  expect(report).toMatchObject({ pack: 'shop', intents: 3, contradictions: [] })
})
