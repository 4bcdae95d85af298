/**
 * Dollars as text for people, from and to whole nano-dollars, without loss: arithmetic with decimal fractions is
 * done on digits, never on binary floating point.
 */
import { NearsideError } from '../fault/nearside-error.ts'
import { type NanoUsd, nanoPerUsd } from './nano-usd.ts'

/** `$0.00`, `$12.30`, `$0.000045`: at least cents, and every digit that counts. */
export function formatUsd(amount: NanoUsd): string {
  const sign = amount < 0 ? '-' : ''
  const nano = Math.abs(amount)
  const fraction = String(nano % nanoPerUsd).padStart(9, '0')
  const shown = fraction.replace(/0{1,7}$/, '')
  return `${sign}$${Math.floor(nano / nanoPerUsd)}.${shown}`
}

/**
 * Reads `5`, `0.10`, `$12.5` or `1_000`; `what` names the value in a fault. More than nine decimals are refused,
 * not rounded: who writes a cap means what is written.
 */
export function parseUsd(text: string, what = 'amount'): NanoUsd {
  const match = /^\$?(\d{1,3}(?:_\d{3})+|\d+)(?:\.(\d{1,9}))?$/.exec(text.trim())
  const dollars = Number(match?.[1]?.replaceAll('_', '') ?? Number.NaN)
  const amount = dollars * nanoPerUsd + Number((match?.[2] ?? '').padEnd(9, '0'))
  if (!Number.isSafeInteger(amount)) {
    throw new NearsideError(
      'bad-options',
      `${what} is dollars such as 5, 0.10 or $12.50, with at most nine decimals and below nine million, but was ${JSON.stringify(text.slice(0, 40))}`,
      { param: what },
    )
  }
  return amount
}
