import { expect, it } from 'vitest'
import { adam } from './adam.ts'

it('finds the bottom of a bowl and leaves the gradient at zero', () => {
  const bottom = [3, -2, 0.5]
  const weights = new Float32Array(3)
  const gradient = new Float32Array(3)
  const optimise = adam(weights, gradient)
  for (let step = 0; step < 2_000; step++) {
    for (const [index, at] of bottom.entries()) gradient[index] = weights[index]! - at
    optimise(0.01)
  }
  for (const [index, at] of bottom.entries()) expect(weights[index]).toBeCloseTo(at, 2)
  expect(gradient).toEqual(new Float32Array(3))
})

it('moves no weight further than the learning rate on its first step, however steep the slope', () => {
  const weights = new Float32Array(2)
  adam(weights, Float32Array.of(1e9, -1e-3))(0.01)
  for (const weight of weights) expect(Math.abs(weight)).toBeLessThanOrEqual(0.0101)
})
