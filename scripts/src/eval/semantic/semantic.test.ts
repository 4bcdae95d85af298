import { expect, it } from 'vitest'
import { evaluateSemantic } from './run-semantic.ts'

const { compared, everyStrangersTwin, everyTwin, vectorAlone } = evaluateSemantic()

it("takes no near-twin of its author's families for the question, whichever wording it stands beside", () => {
  expect(everyTwin.of).toBeGreaterThan(30_000)
  expect(everyTwin.hits).toBe(0)
})

it("is taken in by no more of a stranger's near-twins than it was when they were written", () => {
  expect(compared.set.falseHits.hits).toBeLessThanOrEqual(2)
  expect(compared.report.falseHits.hits).toBeLessThanOrEqual(1)
  expect(everyStrangersTwin.of).toBeGreaterThan(4_000)
  expect(everyStrangersTwin.hits).toBeLessThanOrEqual(3)
})

it('recognises no fewer paraphrases than it did', () => {
  expect(compared.set.paraphrases.hits).toBeGreaterThanOrEqual(393)
  expect(compared.report.paraphrases.hits).toBeGreaterThanOrEqual(13)
})

it('recognises more of what nothing was set on than a sentence vector would that is as careful', () => {
  expect(compared.report.paraphrases.hits).toBeGreaterThan(vectorAlone.report.paraphrases.hits)
})
