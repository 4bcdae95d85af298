/** What limits have left, in the headers and the spelling of durations that OpenAI's clients read: `6m0s`, `1.5s`, `20ms`. */
import { responseHeaders as names, type RateStanding, type RateStandings } from '@nearside/core'

export function rateHeaders(rates: RateStandings): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {}
  const tell = (standing: RateStanding | null, limit: string, remaining: string, reset: string): void => {
    if (standing === null) return
    headers[limit] = String(standing.limit)
    headers[remaining] = String(standing.remaining)
    headers[reset] = durationText(standing.resetsInMs)
  }
  tell(rates.requests, names.limitRequests, names.remainingRequests, names.resetRequests)
  tell(rates.tokens, names.limitTokens, names.remainingTokens, names.resetTokens)
  return headers
}

export function durationText(ms: number): string {
  if (ms < 1_000) return ms === 0 ? '0s' : `${ms}ms`
  const minutes = Math.floor(ms / 60_000)
  const seconds = `${(ms % 60_000) / 1_000}s`
  return minutes === 0 ? seconds : `${minutes}m${seconds}`
}
