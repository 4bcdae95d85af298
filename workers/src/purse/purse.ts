/**
 * The money of one request: what is set aside before an attempt, and what is charged after it.
 *
 * A step without a price touches no store. A step with one sets aside the dearest it can cost just before its first
 * byte goes out. Each hold is closed exactly once, whatever ends the attempt; the promise of that is given to the
 * platform when the hold is made, because work behind an answer is cut off soon after it. A hold's lease outlives the
 * deadline of the whole request, so nothing ever renews it.
 */
import {
  attachedTokens,
  type Balance,
  type Charge,
  chargeFor,
  type Ending,
  formatUsd,
  furtherImageTokens,
  type Hold,
  type NanoUsd,
  NearsideError,
  type Price,
  type RateStandings,
  type Reservation,
  type Signals,
  type Target,
  upperBound,
} from '@nearside/core'
import type { Call } from '../call/call.ts'
import type { Desk } from '../desk/desk.ts'
import type { StoreGuard } from '../ledger/store-guard.ts'
import { limitDenial } from './limit-denial.ts'
import { refuseUnpriced } from './refuse-unpriced.ts'
import { mostTries, shorterOutput } from './shorter-output.ts'
import { openUnpricedLimit, type UnpricedLimit } from './unpriced-limit.ts'
import { usedTokens } from './used-tokens.ts'

export type Charged = {
  readonly amount: NanoUsd
  /** The weakest of what the amount rests on; null where all of it is exact. */
  readonly flag: 'estimated' | 'uncertain' | null
}

export type OpenHold = {
  /** The limit that the money was set aside for, which the upstream must be given; null where no cap counts. */
  readonly outputLimit: number | null
  /** Charges the attempt or gives its money back. Called again, it does nothing. */
  close(ending: Ending): void
}

export type Grant =
  | { readonly granted: true; readonly hold: OpenHold }
  | { readonly granted: false; readonly denial: NearsideError }

export type Purse = {
  reserve(step: number, attempt: number, target: Target): Promise<Grant>
  /** A purse for another request that is made on behalf of this one: what it is charged counts here. */
  also(call: Call, signals: Signals): Purse
  /** What all attempts together were charged so far; null where none was that may cost anything. */
  readonly charged: Charged | null
  /** What the tightest hard cap has left, as the last reservation was told; null where nothing was asked. */
  readonly remaining: NanoUsd | null
  /** Where the account's limits stand, as the last reservation was told; null where it has none. */
  readonly rates: RateStandings | null
  /** Time spent waiting for the store. */
  readonly waitedMs: number
  /** Whether money was let through that the store does not know of. */
  readonly unrecorded: boolean
  /** Whether an answer was allowed less than was asked for, because a cap had no more left. */
  readonly clamped: boolean
}

export function openPurse(
  call: Call,
  signals: Signals,
  desk: Desk,
  unpriced: UnpricedLimit = openUnpricedLimit(
    desk.options.unpricedLimit,
    call.account.tenant,
    call.wishes.privacy,
  ),
): Purse {
  const { options, ledger, capsOf, limitsOf, alerts, metrics } = desk
  const { now, deadlines } = options
  const limits = ledger === null ? null : limitsOf(call.account)
  const { request } = call
  const size = {
    outputLimit: request.outputLimit ?? options.policy.outputTokens,
    answers: request.answers,
  }
  const attached = attachedTokens(request)
  /** What an attachment comes to is unknown here, but no upstream takes more than its model's context. */
  const mostPromptTokens = ({ contextTokens, model }: Target): number => {
    const counted = signals.promptTokens + furtherImageTokens(request, model)
    return Math.max(signals.promptTokens, Math.min(counted + attached, contextTokens))
  }
  // No attempt lasts longer than its request, and settling takes seconds.
  const leaseMs = deadlines.totalMs + 60_000
  let charged: Charged | null = null
  const note = (one: Charged): void => {
    const before = charged ?? nothing
    charged = { amount: before.amount + one.amount, flag: weaker(before.flag, one.flag) }
  }
  let remaining: NanoUsd | null = null
  let rates: RateStandings | null = null
  let waitedMs = 0
  let lastClosed: Promise<unknown> = Promise.resolve()
  let unrecorded = false
  let clamped = false
  let others: readonly Purse[] = noOthers

  const softPassed = (caps: readonly Balance[]): void => {
    for (const { window } of caps) metrics.softCapsPassed.add({ window })
    alerts?.passed(call, caps)
  }

  return {
    async reserve(step, attempt, target) {
      const { price } = target
      if (price === null) {
        const denial = await unpriced.denial()
        if (denial === null) return { granted: true, hold: freeHold }
        metrics.denials.add({ kind: 'unpriced' })
        return { granted: false, denial }
      }
      const standing = ledger === null ? [] : capsOf(call.account, target.model, call.waitUntil)
      const caps = standing instanceof Promise ? await standing : standing
      const sized = { price, promptTokens: mostPromptTokens(target), ...size }
      const holdFor = (outputLimit: number): Hold => ({
        id: `${call.id}.${step}.${attempt}`,
        tenant: call.account.tenant,
        caps,
        amount: upperBound({ ...sized, outputLimit }),
        leaseMs,
        ...(limits === null
          ? {}
          : { limitedBy: { limits, tokens: sized.promptTokens + outputLimit * size.answers } }),
      })
      const whole = { limit: size.outputLimit, hold: holdFor(size.outputLimit) }
      if (ledger === null)
        return { granted: true, hold: openHold(whole.hold, null, price, null, call, note).hold }
      if (caps.length === 0 && limits === null)
        return {
          granted: true,
          hold: openHold(whole.hold, whole.limit, price, null, call, note).hold,
        }

      if (caps.length > 0) refuseUnpriced(request.body)
      // What an earlier attempt of this request still has would stand in its own way.
      if (limits !== null) await lastClosed
      for (let { limit, hold } = whole, tries = 1; ; tries++) {
        const askedAt = now()
        const reservation = await ledger.reserve(hold, call.wishes.privacy, call.waitUntil)
        waitedMs += now() - askedAt
        if (reservation.granted) {
          if ('unrecorded' in reservation) unrecorded = true
          else {
            remaining = reservation.tightest?.remaining ?? null
            rates = reservation.rates
            if (reservation.softPassed.length > 0) softPassed(reservation.softPassed)
          }
          clamped = limit < size.outputLimit
          const opened = openHold(hold, limit, price, ledger, call, note)
          lastClosed = opened.done
          return { granted: true, hold: opened.hold }
        }
        if (reservation.reason === 'rate-limited') {
          metrics.denials.add({ kind: kindOf(reservation) })
          return { granted: false, denial: limitDenial(reservation.denial, reservation.rates) }
        }
        const shorter =
          options.policy.clampOutput && tries < mostTries ? shorterOutput(reservation, limit, sized) : null
        if (shorter === null) {
          metrics.denials.add({ kind: kindOf(reservation) })
          if (reservation.cap !== null) remaining = reservation.cap.remaining
          const denial = denialOf(reservation.reason, reservation.cap, hold.amount, now())
          return { granted: false, denial }
        }
        limit = shorter
        hold = holdFor(shorter)
      }
    },
    also(other, its) {
      const opened = openPurse(other, its, desk, unpriced)
      others = [...others, opened]
      return opened
    },
    get charged() {
      return others.reduce(together, charged)
    },
    get remaining() {
      return others.reduce(lesser, remaining)
    },
    get rates() {
      return rates
    },
    get waitedMs() {
      return others.reduce((sum, other) => sum + other.waitedMs, waitedMs)
    },
    get clamped() {
      return clamped
    },
    get unrecorded() {
      return unrecorded || others.some((other) => other.unrecorded)
    },
  }
}

/** What costs nothing needs no books. */
export const freeHold: OpenHold = { outputLimit: null, close() {} }

export const nothing: Charged = { amount: 0, flag: null }

const noOthers: readonly Purse[] = []

function together(one: Charged | null, { charged }: Purse): Charged | null {
  if (one === null || charged === null) return one ?? charged
  return { amount: one.amount + charged.amount, flag: weaker(one.flag, charged.flag) }
}

function lesser(one: NanoUsd | null, { remaining }: Purse): NanoUsd | null {
  return one === null || remaining === null ? (one ?? remaining) : Math.min(one, remaining)
}

function weaker(one: Charged['flag'], other: Charged['flag']): Charged['flag'] {
  return one === 'uncertain' || other === 'uncertain' ? 'uncertain' : (one ?? other)
}

function openHold(
  hold: Hold,
  outputLimit: number | null,
  price: Price,
  ledger: StoreGuard | null,
  call: Call,
  note: (charged: Charged) => void,
): { readonly hold: OpenHold; readonly done: Promise<unknown> } {
  let closed = false
  let close: (end: { charge: Charge; tokens: number | null }) => void = () => {}
  let done: Promise<unknown> = Promise.resolve()
  if (ledger !== null) {
    const ended = new Promise<{ charge: Charge; tokens: number | null }>((resolve) => {
      close = resolve
    })
    done = ended.then(async ({ charge, tokens }) => {
      // A charge that does not reach the store leaves the hold to lapse, and lapsed money counts as spent.
      const told =
        charge.action === 'release' ? ledger.release(hold) : ledger.settle(hold, charge.amount, tokens)
      await told.catch(() => {})
    })
    call.waitUntil(done)
  }
  const opened: OpenHold = {
    outputLimit,
    close(ending) {
      if (closed) return
      closed = true
      const charge = chargeFor(ending, { price, held: hold.amount })
      note(charge.action === 'release' ? nothing : charge)
      close({ charge, tokens: usedTokens(ending) })
    },
  }
  return { hold: opened, done }
}

function kindOf(refused: Exclude<Reservation, { granted: true }>): string {
  return refused.reason === 'rate-limited' ? refused.denial.limit : refused.reason
}

function denialOf(
  reason: 'in-flight' | 'exhausted' | 'closed' | 'conflict',
  cap: Balance | null,
  amount: NanoUsd,
  now: number,
): NearsideError {
  if (cap === null)
    return new NearsideError('store-failed', `The budget store refused the hold: it is ${reason}.`)
  const which = `The ${cap.window} budget of ${cap.scope} (${formatUsd(cap.limit)})`
  if (reason === 'in-flight') {
    return new NearsideError('budget-in-flight', `${which} is held by calls in flight; ask again soon.`, {
      retryAfterMs: 1_000,
    })
  }
  const resets = cap.resetsAt === null ? '' : ` It resets at ${new Date(cap.resetsAt).toISOString()}.`
  const spent = `${formatUsd(cap.settled)} spent, and this call may cost ${formatUsd(amount)}`
  return new NearsideError('budget-exhausted', `${which} does not allow this call: ${spent}.${resets}`, {
    ...(cap.resetsAt === null ? {} : { retryAfterMs: Math.max(1_000, cap.resetsAt - now) }),
  })
}
