/**
 * Exponential, cosine and sine, made of additions and multiplications alone.
 *
 * IEEE 754 fixes every bit of `+ - * /` and `sqrt`, but JavaScript leaves `Math.exp`, `Math.cos` and `Math.pow` to
 * the engine. With these three in their place a training run gives the same bytes on every machine and every Node.
 */

// In two parts, of which the high one has few bits: its product with a small whole number is then exact.
const LN_2_HIGH = 0.6931471803691238
const LN_2_LOW = 1.9082149292705877e-10
const ONE_OVER_LN_2 = 1 / (LN_2_HIGH + LN_2_LOW)
const HALF_PI_HIGH = 1.5707963267341256
const HALF_PI_LOW = 6.077100506506192e-11
const TWO_OVER_PI = 0.6366197723675814

/** 2 to the power of `index - 1022`, by doubling, which is exact. */
const powersOfTwo: Float64Array = (() => {
  const powers = new Float64Array(2_046)
  let power = 1
  for (let exponent = 0; exponent <= 1_023; exponent++, power *= 2) powers[exponent + 1_022] = power
  power = 1
  for (let exponent = 0; exponent >= -1_022; exponent--, power /= 2) powers[exponent + 1_022] = power
  return powers
})()

/** e to the power of `x`; 0 below -700, and no more than e^700. */
export function exponential(x: number): number {
  if (x < -700) return 0
  const bounded = x > 700 ? 700 : x
  // x = twos * ln 2 + rest, where |rest| <= 0.35: there eleven terms of the series reach double precision.
  const twos = Math.floor(bounded * ONE_OVER_LN_2 + 0.5)
  const rest = bounded - twos * LN_2_HIGH - twos * LN_2_LOW
  let sum = 1 / 39_916_800
  sum = sum * rest + 1 / 3_628_800
  sum = sum * rest + 1 / 362_880
  sum = sum * rest + 1 / 40_320
  sum = sum * rest + 1 / 5_040
  sum = sum * rest + 1 / 720
  sum = sum * rest + 1 / 120
  sum = sum * rest + 1 / 24
  sum = sum * rest + 1 / 6
  sum = sum * rest + 1 / 2
  sum = sum * rest + 1
  sum = sum * rest + 1
  return sum * powersOfTwo[twos + 1_022]!
}

/** Cosine and sine of an angle of up to some thousands of radians. */
export function cosineAndSine(angle: number): readonly [cosine: number, sine: number] {
  const quarters = Math.floor(angle * TWO_OVER_PI + 0.5)
  const rest = angle - quarters * HALF_PI_HIGH - quarters * HALF_PI_LOW
  const square = rest * rest
  let cosine = 1
  let sine = 1
  for (let term = 18; term >= 2; term -= 2) {
    cosine = 1 - (square / (term * (term - 1))) * cosine
    sine = 1 - (square / (term * (term + 1))) * sine
  }
  sine *= rest
  switch (((quarters % 4) + 4) % 4) {
    case 0:
      return [cosine, sine]
    case 1:
      return [-sine, cosine]
    case 2:
      return [-cosine, -sine]
    default:
      return [sine, -cosine]
  }
}
