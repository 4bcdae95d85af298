/** The logistic curve from a score to a probability (Platt's), by Newton's method; two numbers, so little to overfit. */
export type Curve = { readonly offset: number; readonly slope: number }

/** A weak pull towards a slope of one keeps a curve from few rows sane. */
const pull = 1e-3

export function fitCurve(scores: ArrayLike<number>, happened: readonly boolean[]): Curve {
  let offset = 0
  let slope = 1
  for (let step = 0; step < 50; step++) {
    let [g0, g1, h00, h01, h11] = [0, pull * (slope - 1), 1e-6, 0, pull]
    for (let i = 0; i < happened.length; i++) {
      const score = scores[i]!
      const said = 1 / (1 + Math.exp(-(offset + slope * score)))
      const error = said - (happened[i] ? 1 : 0)
      const width = said * (1 - said)
      g0 += error
      g1 += error * score
      h00 += width
      h01 += width * score
      h11 += width * score * score
    }
    const determinant = h00 * h11 - h01 * h01
    offset -= (h11 * g0 - h01 * g1) / determinant
    slope -= (h00 * g1 - h01 * g0) / determinant
  }
  return { offset, slope }
}
