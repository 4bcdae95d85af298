/**
 * What an account may ask for in a minute, and how much of it at once: limits, beside the caps on money.
 *
 * `LimitTerms` is what an operator writes, `Limits` what the ledger rests on. A hold of a limited account brings its
 * limits along, with the most tokens that the attempt can take.
 */
import { NearsideError } from '../fault/nearside-error.ts'

export type LimitTerms = {
  /** Who shares them, within a tenant; a name as a cap's scope is one. @default 'account' */
  readonly scope?: string
  /** Requests in any sixty seconds. @default none */
  readonly requestsPerMinute?: number
  /** Tokens in any sixty seconds, prompt and answer together. @default none */
  readonly tokensPerMinute?: number
  /** Requests that are under way at the same time. @default none */
  readonly concurrent?: number
}

export type Limits = {
  readonly scope: string
  readonly requestsPerMinute: number | null
  readonly tokensPerMinute: number | null
  readonly concurrent: number | null
}

/** The limits that an attempt is counted under. */
export type LimitedBy = {
  readonly limits: Limits
  /** A true upper bound of what the attempt can take: the prompt and the longest answer. */
  readonly tokens: number
}

/** Fills and checks an operator's terms. */
export function limitsOf(terms: LimitTerms, path = 'limits'): Limits {
  if (typeof terms !== 'object' || terms === null) throw wrong(path, 'is an object')
  for (const key of Object.keys(terms)) {
    if (!termNames.includes(key))
      throw wrong(`${path}.${key}`, `is not a setting; there are ${termNames.join(', ')}`)
  }
  const limits: Limits = {
    scope: terms.scope ?? 'account',
    requestsPerMinute: terms.requestsPerMinute ?? null,
    tokensPerMinute: terms.tokensPerMinute ?? null,
    concurrent: terms.concurrent ?? null,
  }
  if (numbers.every((name) => limits[name] === null))
    throw wrong(path, `has at least one of ${numbers.join(', ')}`)
  checkLimits(limits, path)
  return limits
}

export function checkLimitedBy({ limits, tokens }: LimitedBy, path = 'hold.limitedBy'): void {
  checkLimits(limits, `${path}.limits`)
  checkTokens(tokens, `${path}.tokens`)
}

export function checkTokens(tokens: number, path: string): void {
  if (!Number.isSafeInteger(tokens) || tokens < 0) {
    throw wrong(path, `is a whole number of tokens from 0, but was ${tokens}`)
  }
}

function checkLimits(limits: Limits, path: string): void {
  if (typeof limits.scope !== 'string' || !scopePattern.test(limits.scope)) {
    throw wrong(`${path}.scope`, 'is 1 to 128 letters, digits and . _ : @ / -')
  }
  for (const name of numbers) {
    const most = limits[name]
    if (most === null || (Number.isSafeInteger(most) && most >= 0)) continue
    throw wrong(`${path}.${name}`, `is a whole number from 0, but was ${String(most)}`)
  }
}

const numbers = ['requestsPerMinute', 'tokensPerMinute', 'concurrent'] as const
const termNames: readonly string[] = ['scope', ...numbers]
const scopePattern = /^[A-Za-z0-9._:@/-]{1,128}$/

function wrong(path: string, what: string): NearsideError {
  return new NearsideError('bad-options', `${path} ${what}`, { param: path })
}
