import { expect, it } from 'vitest'
import { evaluateSemantic } from './run-semantic.ts'

const { compared, everyStrangersTwin, everyTwin, vectorAlone } = evaluateSemantic()

it("takes no near-twin of its author's families for the question, whichever wording it stands beside", () => {
  expect(everyTwin.of).toBeGreaterThan(30_000)
  expect(everyTwin.hits).toBe(0)
})

it("is taken in by none of a stranger's near-twins, in the half that is set and in the half that is reported", () => {
  expect([compared.set.falseHits.hits, compared.report.falseHits.hits]).toEqual([0, 0])
  expect(everyStrangersTwin.of).toBeGreaterThan(4_000)
  expect(everyStrangersTwin.hits).toBe(0)
})

it('recognises no fewer paraphrases than it did', () => {
  expect(compared.set.paraphrases.hits).toBeGreaterThanOrEqual(530)
  expect(compared.report.paraphrases.hits).toBeGreaterThanOrEqual(20)
})

it('recognises more of what nothing was set on than a sentence vector would that is as careful', () => {
  expect(compared.report.paraphrases.hits).toBeGreaterThan(vectorAlone.report.paraphrases.hits)
})
