/** The error function, by the Chebyshev fit of erfc in Numerical Recipes (6.2): its relative error is below 1.2e-7. */
const terms = [
  -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587,
  -0.82215223, 0.17087277,
] as const

export function erf(x: number): number {
  const size = Math.abs(x)
  // Near zero 1 - erfc loses the digits that its first terms keep.
  if (size < 0.1) return x * 1.1283791670955126 * (1 - (x * x) / 3 + x ** 4 / 10 - x ** 6 / 42)
  const t = 1 / (1 + size / 2)
  let sum = 0
  for (let k = terms.length - 1; k >= 0; k--) sum = sum * t + (terms[k] as number)
  const tail = t * Math.exp(-size * size + sum)
  return x >= 0 ? 1 - tail : tail - 1
}
