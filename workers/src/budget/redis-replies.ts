/**
 * Reads what the ledger's scripts answer. A reply that is not exactly of the expected shape is a fault of the store,
 * never an outcome: a proxy's page or a lost answer must not pass for a granted hold.
 */
import {
  type Balance,
  balanceWith,
  type Cap,
  type Hold,
  type LimitedBy,
  type RateStandings,
  type Release,
  type Renewal,
  type Reservation,
  ratesOf,
  type Settlement,
  type WriteOff,
} from '@nearside/core'

export type Words = readonly [string, ...string[]]

/** What goes wrong between us and Redis, in words that carry nothing of the command. */
export class ReplyFault extends Error {
  override readonly name = 'ReplyFault'
}

export function readWords(reply: unknown): Words {
  if (Array.isArray(reply) && reply.length > 0 && reply.every((word) => typeof word === 'string')) {
    return reply as unknown as Words
  }
  throw new ReplyFault('The reply is not a list of words.')
}

export function readReservation(words: Words, { caps, limitedBy }: Hold): Reservation {
  const [outcome, ...rest] = words
  switch (outcome) {
    case 'granted': {
      const [repeated, leaseEndsAt, tightest, rates, ...softPassed] = rest
      if (tightest === undefined || !/^[01]$/.test(repeated ?? '')) throw unexpected()
      return {
        granted: true,
        repeated: repeated === '1',
        leaseEndsAt: wholeNumber(leaseEndsAt),
        tightest: tightest === '' ? null : readBalance(tightest, caps),
        softPassed: softPassed.map((text) => readBalance(text, caps)),
        rates: limitedBy === undefined ? null : readRates(rates, limitedBy),
      }
    }
    case 'rate-limited': {
      if (limitedBy === undefined) throw unexpected()
      const limit = oneOf(rest[0] ?? '', ['requests', 'tokens', 'concurrent'])
      const passesInMs = wholeNumber(rest[2])
      return {
        granted: false,
        reason: outcome,
        cap: null,
        denial: {
          scope: limitedBy.limits.scope,
          limit,
          most: mostOf(limitedBy, limit),
          asked: wholeNumber(rest[1]),
          passesInMs: passesInMs === 0 ? null : passesInMs,
        },
        rates: readRates(rest[3], limitedBy),
      }
    }
    case 'in-flight':
    case 'exhausted':
      return { granted: false, reason: outcome, cap: readBalance(rest[0], caps) }
    case 'closed':
    case 'conflict':
      return { granted: false, reason: outcome, cap: null }
    default:
      throw unexpected()
  }
}

export function readSettlement([outcome, charged, overrun]: Words): Settlement {
  return {
    outcome: oneOf(outcome, ['settled', 'late', 'unreserved', 'repeated']),
    charged: wholeNumber(charged),
    overrun: wholeNumber(overrun),
  }
}

export function readRelease([outcome]: Words): Release {
  return { outcome: oneOf(outcome, ['released', 'late', 'repeated', 'charged', 'unknown']) }
}

export function readRenewal([outcome, leaseEndsAt]: Words): Renewal {
  if (outcome === 'renewed') return { renewed: true, leaseEndsAt: wholeNumber(leaseEndsAt) }
  return { renewed: false, reason: oneOf(outcome, ['lapsed', 'closed', 'unknown']) }
}

export function readWriteOff([outcome]: Words): WriteOff {
  return { outcome: oneOf(outcome, ['written-off', 'repeated', 'open', 'closed', 'unknown']) }
}

export function readBalanceList([outcome, ...texts]: Words, caps: readonly Cap[]): readonly Balance[] {
  if (outcome !== 'balances' || texts.length !== caps.length) throw unexpected()
  return texts.map((text) => readBalance(text, caps))
}

function readBalance(text: string | undefined, caps: readonly Cap[]): Balance {
  const words = (text ?? '').split(' ')
  const cap = caps[Number(words[0]) - 1]
  if (words.length !== 7 || cap === undefined) throw unexpected()
  const resetsAt = wholeNumber(words[6])
  const sums = {
    settled: wholeNumber(words[1]),
    reserved: wholeNumber(words[2]),
    expired: wholeNumber(words[3]),
    overrun: wholeNumber(words[4]),
    charges: wholeNumber(words[5]),
  }
  return balanceWith(cap, sums, resetsAt === 0 ? null : resetsAt)
}

function readRates(text: string | undefined, { limits }: LimitedBy): RateStandings {
  const words = (text ?? '').split(' ')
  if (words.length !== 4) throw unexpected()
  return ratesOf(limits, {
    requests: wholeNumber(words[0]),
    tokens: wholeNumber(words[1]),
    requestsResetInMs: wholeNumber(words[2]),
    tokensResetInMs: wholeNumber(words[3]),
  })
}

function mostOf({ limits }: LimitedBy, limit: 'requests' | 'tokens' | 'concurrent'): number {
  const most = {
    requests: limits.requestsPerMinute,
    tokens: limits.tokensPerMinute,
    concurrent: limits.concurrent,
  }[limit]
  if (most === null) throw unexpected()
  return most
}

function wholeNumber(text: string | undefined): number {
  const number = /^\d{1,16}$/.test(text ?? '') ? Number(text) : Number.NaN
  if (!Number.isSafeInteger(number)) throw unexpected()
  return number
}

function oneOf<Word extends string>(word: string, known: readonly Word[]): Word {
  const found = known.find((each) => each === word)
  if (found === undefined) throw unexpected()
  return found
}

function unexpected(): ReplyFault {
  return new ReplyFault('The reply says nothing that the ledger knows.')
}
