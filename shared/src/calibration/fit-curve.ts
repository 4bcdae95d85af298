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
    const [byOffset, bySlope] = [(h11 * g0 - h01 * g1) / determinant, (h00 * g1 - h01 * g0) / determinant]
    // Where all scores are far out, the loss is nearly flat there and a whole step would leap past everything.
    let share = 1
    const before = lossOf({ offset, slope }, scores, happened)
    for (let halving = 0; halving < 40; halving++, share /= 2) {
      const next = { offset: offset - share * byOffset, slope: slope - share * bySlope }
      if (lossOf(next, scores, happened) <= before) break
    }
    offset -= share * byOffset
    slope -= share * bySlope
  }
  return { offset, slope }
}

function lossOf({ offset, slope }: Curve, scores: ArrayLike<number>, happened: readonly boolean[]): number {
  let loss = (pull / 2) * (slope - 1) ** 2 + 0.5e-6 * offset ** 2
  for (let i = 0; i < happened.length; i++) {
    const score = offset + slope * scores[i]!
    const against = happened[i] ? -score : score
    loss += against > 30 ? against : Math.log1p(Math.exp(against))
  }
  return loss
}

/** What the curve makes of a probability that was said, by way of its log-odds. */
export function onCurve({ offset, slope }: Curve, said: number): number {
  return 1 / (1 + Math.exp(-(offset + slope * logOdds(said))))
}

/** Certainty has no finite log-odds; nobody who can be wrong is surer than this. */
const surest = 1 - 1e-6

export function logOdds(probability: number): number {
  const within = Math.min(surest, Math.max(1 - surest, probability))
  return Math.log(within / (1 - within))
}
