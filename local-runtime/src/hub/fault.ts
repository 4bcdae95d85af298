/** What can go wrong with a hub, and whether asking again may help. */
import { NearsideError, type NearsideErrorCode, type NearsideErrorOptions } from '@nearside/core'

export class HubFault extends NearsideError {
  /** Whether the same question may be answered later. */
  readonly passing: boolean

  constructor(
    code: NearsideErrorCode,
    message: string,
    passing: boolean,
    options: NearsideErrorOptions = {},
  ) {
    super(code, message, options)
    this.passing = passing
  }
}

/**
 * What a status means. `what` is the thing asked for, in words; the body is not quoted: it is anybody's text.
 */
export function statusFault(response: Response, what: string, hasToken: boolean): HubFault {
  const { status, headers } = response
  const at = { upstreamStatus: status }
  if (status === 401) {
    const advice = hasToken
      ? 'the token that was sent is not accepted'
      : 'it is not there, or wants a token: set HF_TOKEN (for huggingface.co) or NEARSIDE_HUB_TOKEN'
    return new HubFault('unauthorized', `The hub refuses ${what} (401): ${advice}.`, false, at)
  }
  if (status === 403) {
    const advice =
      'its owner may want you to accept a licence on its page first, with the account of your token'
    return new HubFault('forbidden', `The hub refuses ${what} (403): ${advice}.`, false, at)
  }
  if (status === 404) return new HubFault('not-found', `The hub has no ${what} (404).`, false, at)
  if (status === 429 || status === 408 || status >= 500) {
    const retryAfterMs = retryAfter(headers.get('retry-after'))
    const options = retryAfterMs === null ? at : { ...at, retryAfterMs }
    return new HubFault('tier-failed', `The hub cannot answer for ${what} now (${status}).`, true, options)
  }
  return new HubFault('tier-failed', `The hub answered ${status} for ${what}.`, false, at)
}

/** What `fetch` threw, in words: its own message is "fetch failed". */
export function networkFault(error: unknown, host: string): HubFault {
  const code = codeOf(error)
  const message = `${host} cannot be reached${code === null ? '' : ` (${code})`}.`
  return new HubFault('tier-failed', message, true, { cause: error })
}

function codeOf(error: unknown): string | null {
  for (let each = error; each instanceof Error; each = each.cause) {
    const code: unknown = 'code' in each ? each.code : undefined
    if (typeof code === 'string' && /^[A-Z_]+$/.test(code)) return code
  }
  return null
}

/** Seconds; a date is not worth a clock here. */
function retryAfter(header: string | null): number | null {
  return header !== null && /^\d{1,6}$/.test(header.trim()) ? Number(header) * 1_000 : null
}
