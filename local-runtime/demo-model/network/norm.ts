/** RMSNorm: each row divided by its root mean square, then scaled by a learnt gain; and its gradient. */
import type { Numbers } from './matrix.ts'

export type Normed = {
  readonly rows: Numbers
  /** One over each row's root mean square, kept for the gradient. */
  readonly inverses: Float64Array
}

export function norm(input: Numbers, gain: Numbers, epsilon: number): Normed {
  const width = gain.length
  const inverses = new Float64Array(input.length / width)
  const rows = input.slice()
  for (let row = 0; row < inverses.length; row++) {
    const start = row * width
    let squares = 0
    for (let index = 0; index < width; index++) squares += input[start + index]! * input[start + index]!
    const inverse = 1 / Math.sqrt(squares / width + epsilon)
    for (let index = 0; index < width; index++)
      rows[start + index] = input[start + index]! * inverse * gain[index]!
    inverses[row] = inverse
  }
  return { rows, inverses }
}

/** Adds to the gradients of input and gain what the gradient of the normed rows says. */
export function normGradient(
  normedGradient: Numbers,
  input: Numbers,
  gain: Numbers,
  inverses: Float64Array,
  inputGradient: Numbers,
  gainGradient: Numbers,
): void {
  const width = gain.length
  for (let row = 0; row < inverses.length; row++) {
    const start = row * width
    const inverse = inverses[row]!
    let along = 0
    for (let index = 0; index < width; index++) {
      const slope = normedGradient[start + index]!
      const value = input[start + index]!
      gainGradient[index] = gainGradient[index]! + slope * value * inverse
      along += slope * gain[index]! * value
    }
    const pull = (along * inverse * inverse * inverse) / width
    for (let index = 0; index < width; index++) {
      const at = start + index
      inputGradient[at] =
        inputGradient[at]! + normedGradient[at]! * gain[index]! * inverse - input[at]! * pull
    }
  }
}
