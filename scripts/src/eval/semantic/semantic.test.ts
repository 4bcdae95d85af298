import { expect, it } from 'vitest'
import { evaluateSemantic } from './run-semantic.ts'

const { compared, everyTwin, vectorAlone } = evaluateSemantic()

it('takes no near-twin for the question, in the half that is set and in the half that is reported', () => {
  expect([compared.set.falseHits.hits, compared.report.falseHits.hits]).toEqual([0, 0])
  expect(everyTwin.of).toBeGreaterThan(30_000)
  expect(everyTwin.hits).toBe(0)
})

it('recognises no fewer paraphrases than it did', () => {
  expect(compared.set.paraphrases.share).toBeGreaterThanOrEqual(0.6)
  expect(compared.report.paraphrases.share).toBeGreaterThanOrEqual(0.45)
})

it('recognises more of what nothing was set on than a sentence vector would, with fewer faults', () => {
  expect(compared.report.paraphrases.hits).toBeGreaterThan(vectorAlone.report.paraphrases.hits)
})
