import { expect, it } from 'vitest'
import { modelFiles } from './export/write-model.ts'
import { shape, training } from './settings.ts'
import { train } from './training.ts'

const small = { ...shape, hidden: 16, headSize: 4, feedForward: 16 }
const brief = { ...training, merges: 43, steps: 150, examplesPerStep: 1, warmUpSteps: 10 }

it('learns, and gives the same bytes each time', () => {
  const losses: number[] = []
  const first = modelFiles(train(small, brief, ({ loss }) => losses.push(loss))).get('model.json')!
  const second = modelFiles(train(small, brief, () => undefined)).get('model.json')!
  expect(losses[1]!).toBeLessThan(0.9 * losses[0]!)
  expect(Buffer.from(second).toString()).toBe(Buffer.from(first).toString())
})

it('refuses a vocabulary that the matrix products cannot divide', () => {
  expect(() => train(small, { ...brief, merges: 42 }, () => undefined)).toThrow(/multiple of 4.* 303/)
})
