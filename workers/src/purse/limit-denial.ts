/** What a caller is told whose request a limit refused: which one, and how long until it passes. */
import { NearsideError, type RateDenial, type RateStandings } from '@nearside/core'
import { rateHeaders } from './rate-headers.ts'

export function limitDenial(
  { scope, limit, most, asked, passesInMs }: RateDenial,
  rates: RateStandings,
): NearsideError {
  const headers = rateHeaders(rates)
  if (limit === 'concurrent') {
    return new NearsideError(
      most === 0 ? 'limit-too-small' : 'concurrency-limited',
      `Limit of requests at the same time reached for ${scope}: limit ${most}. Ask again soon.`,
      { retryAfterMs: 1_000, headers },
    )
  }
  const which = `Limit of ${limit} per minute reached for ${scope}: limit ${most}, requested ${asked}`
  if (passesInMs === null) {
    return new NearsideError('limit-too-small', `${which}. This request alone is more than the limit.`, {
      headers,
    })
  }
  return new NearsideError(
    limit === 'tokens' ? 'tokens-limited' : 'requests-limited',
    `${which}. Ask again in ${Math.ceil(passesInMs / 1_000)} s.`,
    { retryAfterMs: passesInMs, headers },
  )
}
