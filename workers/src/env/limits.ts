/** The limits of accounts, out of the environment's text. */
import type { LimitTerms } from '@nearside/core'
import { wrong } from './words.ts'

export const limitNames = [
  'NEARSIDE_LIMIT_REQUESTS_MINUTE',
  'NEARSIDE_LIMIT_TOKENS_MINUTE',
  'NEARSIDE_LIMIT_CONCURRENT',
] as const

/** Null where none is set. */
export function readLimits(
  settings: Readonly<Record<(typeof limitNames)[number], string>>,
): LimitTerms | null {
  const numberOf = (name: (typeof limitNames)[number]): number | null => {
    if (settings[name] === '') return null
    if (!/^[1-9]\d{0,14}$/.test(settings[name])) {
      throw wrong(name, 'is a whole number from 1')
    }
    return Number(settings[name])
  }
  const requestsPerMinute = numberOf('NEARSIDE_LIMIT_REQUESTS_MINUTE')
  const tokensPerMinute = numberOf('NEARSIDE_LIMIT_TOKENS_MINUTE')
  const concurrent = numberOf('NEARSIDE_LIMIT_CONCURRENT')
  if (requestsPerMinute === null && tokensPerMinute === null && concurrent === null) return null
  return {
    ...(requestsPerMinute === null ? {} : { requestsPerMinute }),
    ...(tokensPerMinute === null ? {} : { tokensPerMinute }),
    ...(concurrent === null ? {} : { concurrent }),
  }
}
