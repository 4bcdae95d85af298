/** Adam: each weight's step is its mean gradient over the root of its mean squared gradient. */
import type { Numbers } from './matrix.ts'

const MEAN_DECAY = 0.9
const SQUARE_DECAY = 0.99
const EPSILON = 1e-8
/** Gradients longer than this are shortened to it, so that one odd example cannot throw the weights. */
const LONGEST_GRADIENT = 1

/** Moves the weights a step against the gradient, which it leaves at zero for the next batch. */
export type Optimiser = (learningRate: number) => void

export function adam(weights: Numbers, gradient: Numbers): Optimiser {
  const means = new Float32Array(weights.length)
  const squares = new Float32Array(weights.length)
  let meanLeft = 1
  let squareLeft = 1

  return (learningRate) => {
    meanLeft *= MEAN_DECAY
    squareLeft *= SQUARE_DECAY
    let length = 0
    for (let index = 0; index < gradient.length; index++) length += gradient[index]! * gradient[index]!
    length = Math.sqrt(length)
    const shorten = length > LONGEST_GRADIENT ? LONGEST_GRADIENT / length : 1

    for (let index = 0; index < weights.length; index++) {
      const slope = gradient[index]! * shorten
      const mean = MEAN_DECAY * means[index]! + (1 - MEAN_DECAY) * slope
      const square = SQUARE_DECAY * squares[index]! + (1 - SQUARE_DECAY) * slope * slope
      means[index] = mean
      squares[index] = square
      const step = mean / (1 - meanLeft) / (Math.sqrt(square / (1 - squareLeft)) + EPSILON)
      weights[index] = weights[index]! - learningRate * step
    }
    gradient.fill(0)
  }
}
