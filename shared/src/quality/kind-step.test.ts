import { expect, it } from 'vitest'
import { kindStep } from './kind-step.ts'
import { noVerdicts } from './tally.ts'

const terms = { step: 0.1, floor: 0, ceiling: 0.1 }
const bad = { ...noVerdicts, verdicts: 40 }
const good = { ...noVerdicts, verdicts: 200, good: 200 }
const move = { from: 0, to: 0.1, because: 'below-level' }

it('a fall is an alarm, and a move where thresholds move', () => {
  const now = { counts: bad, offset: 0 }
  expect(kindStep(now, 0.8, null)).toEqual({ below: true, move: null })
  expect(kindStep(now, 0.8, terms)).toEqual({ below: true, move })
})

it('what cannot be helped moves nothing, and what is unsure is no alarm', () => {
  expect(kindStep({ counts: bad, offset: 0.1 }, 0.8, terms)).toEqual({ below: true, move: null })
  expect(kindStep({ counts: noVerdicts, offset: 0.1 }, 0.8, terms)).toEqual({ below: false, move: null })
})

it('a threshold goes back when all is well', () => {
  expect(kindStep({ counts: good, offset: 0.1 }, 0.8, terms)).toMatchObject({
    below: false,
    move: { from: 0.1, to: 0, because: 'above-level' },
  })
})
