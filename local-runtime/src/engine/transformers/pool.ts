/**
 * One vector for a text out of those of its tokens: their mean, or the first one's, as the model was trained, and of length one, so that
 * an inner product is the cosine between two texts.
 */
export type Pooling = 'mean' | 'first'

export function pooled(states: Float32Array, width: number, pooling: Pooling): readonly number[] {
  const tokens = states.length / width
  const vector = new Float64Array(width)
  for (let token = 0; token < (pooling === 'first' ? 1 : tokens); token++) {
    for (let at = 0; at < width; at++) vector[at]! += states[token * width + at]!
  }
  const length = Math.hypot(...vector)
  return Array.from(vector, (value) => (length === 0 ? 0 : Math.fround(value / length)))
}
