import { describe, expect, it } from 'vitest'
import { sensitivityFigures } from './figures.ts'
import { templateFolds, templateOf } from './folds.ts'
import type { SentenceRow } from './rows.ts'
import { thresholdsOf, unsafeFigures } from './unsafe-figures.ts'

const row = (text: string, label = 'pii', ...spans: SentenceRow['spans']): SentenceRow => ({
  text,
  label,
  spans,
})
const finding = (start: number, end: number) =>
  ({ kind: 'person', detail: '', start, end, basis: 'learned' }) as const

describe('folds', () => {
  it('a template is what is left without its spans', () => {
    const ann = row('My name is Ann', 'pii', { type: 'PERSON', start: 11, end: 14 })
    const bob = row('my name is Bob Lee!', 'pii', { type: 'PERSON', start: 11, end: 18 })
    expect(templateOf(ann).trim()).toBe(templateOf(bob).trim())
  })

  it('keep every sentence of a template, and nearly the same templates, on one side', () => {
    const names = ['Ann', 'Bo', 'Cy', 'Dee', 'Eli']
    const rows = names.flatMap((name) => [
      row(`please call ${name} back`, 'pii', { type: 'PERSON', start: 12, end: 12 + name.length }),
      row(`please do call ${name} back`, 'pii', { type: 'PERSON', start: 15, end: 15 + name.length }),
    ])
    expect(new Set(templateFolds(rows, 5)).size).toBe(1)
  })

  it('are the same for the same rows', () => {
    const rows = Array.from({ length: 50 }, (_, i) =>
      row(`${String.fromCharCode(97 + (i % 26))}${i} alone here`),
    )
    expect(templateFolds(rows, 5)).toEqual(templateFolds(rows, 5))
  })
})

describe('figures', () => {
  it('precision is against entity_only and none; what was only assumed counts apart', () => {
    const figures = sensitivityFigures([
      { row: row('a'), findings: [finding(0, 1)] },
      { row: row('b'), findings: [] },
      { row: row('c', 'entity_only'), findings: [finding(0, 1)] },
      { row: row('d', 'none'), findings: [] },
      { row: row('e', 'none_assumed'), findings: [finding(0, 1)] },
    ])
    expect(figures).toMatchObject({ n: 5, precision: 0.5, recall: 0.5, f1: 0.5 })
    expect(figures.falseAlarms.none_assumed).toEqual({ n: 1, rate: 1 })
  })

  it('a span is covered when all its letters and digits are, found when some are', () => {
    const spans = [{ type: 'PERSON', start: 0, end: 7 }]
    const figures = sensitivityFigures([
      { row: row('Ann Lee', 'pii', ...spans), findings: [finding(0, 3), finding(4, 7)] },
      { row: row('Ann Lee', 'pii', ...spans), findings: [finding(0, 3)] },
    ])
    expect(figures.perKind.PERSON).toEqual({ n: 2, recall: 1, covered: 0.5 })
    expect(figures.precision).toBeNull()
  })

  it('thresholds let no more harmless texts through than they may', () => {
    const texts = Array.from({ length: 1000 }, (_, i) => ({ text: '', column: i < 900 ? -1 : 0 }))
    const scores = texts.map(({ column }, i) => [column < 0 ? i / 1000 : 0.95, 0, 0])
    const thresholds = thresholdsOf(texts, scores, [0.01, 0.01, 0.01])
    const { falseAlarms, perKind } = unsafeFigures(texts, scores, thresholds)
    expect(falseAlarms.rate).toBeLessThanOrEqual(0.01)
    expect(perKind.jailbreak?.recall).toBe(1)
  })
})
