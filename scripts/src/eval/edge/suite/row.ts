/**
 * One phrasing of the suite: what is said, and the one right answer, or null where only abstaining is right.
 *
 * Answers are computed here and in the neighbours, by other means than the skills', from the numbers that a phrasing
 * was made of. The suite was written before the skills.
 */
export type EdgeRow = {
  readonly text: string
  /** Null: whoever answers is wrong. */
  readonly answer: string | null
  /** The skill that it is about; of a trap, the one that it is set for. */
  readonly about: string
}

export type Random = (below: number) => number

/** Mulberry32: whole numbers from 0 to below `below`, the same for the same seed. */
export function seeded(seed: number): Random {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4_294_967_296) * below)
  }
}

export function pick<T>(random: Random, from: readonly T[]): T {
  const one = from[random(from.length)]
  if (one === undefined) throw new TypeError('There is nothing to pick from.')
  return one
}

/** The text with each `{name}` filled in. */
export function fill(template: string, values: Readonly<Record<string, string | number>>): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name]))
}

/** The half that a phrasing belongs to, by a hash of its text (FNV-1a): skills are tuned on the one, judged on the other. */
export function halfOf(text: string): 'tuned' | 'held' {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0
  return ((hash ^ (hash >>> 15)) & 1) === 0 ? 'tuned' : 'held'
}

/** A fraction as a decimal: exact where it ends within ten places, else rounded, half away from zero, and marked so. */
export function decimalOf(numerator: bigint, denominator: bigint): { text: string; exact: boolean } {
  const negative = numerator < 0n !== denominator < 0n && numerator !== 0n
  const n = numerator < 0n ? -numerator : numerator
  const d = denominator < 0n ? -denominator : denominator
  // Long division, digit by digit.
  const whole = n / d
  let rest = n % d
  const digits: number[] = []
  while (rest !== 0n && digits.length < 40) {
    rest *= 10n
    digits.push(Number(rest / d))
    rest %= d
  }
  const sign = negative ? '-' : ''
  if (rest === 0n && digits.length <= 10) {
    return { text: `${sign}${whole}${digits.length > 0 ? `.${digits.join('')}` : ''}`, exact: true }
  }
  const leading = digits.findIndex((digit) => digit !== 0)
  const places = whole > 0n ? Math.max(2, 6 - String(whole).length) : leading + 6
  const kept = BigInt(`${whole}${digits.slice(0, places).join('')}`) + ((digits[places] ?? 0) >= 5 ? 1n : 0n)
  const padded = String(kept).padStart(places + 1, '0')
  const fraction = padded.slice(-places).replace(/0+$/, '')
  return { text: `${sign}${padded.slice(0, -places)}${fraction === '' ? '' : `.${fraction}`}`, exact: false }
}
