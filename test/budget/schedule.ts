/** Random lives of a budget: what callers, time and an operator may do, in any order, repeated and out of turn. */
import { type Cap, type Hold, type LimitTerms, limitsOf } from '@nearside/core'
import type { BudgetStore } from '../../workers/src/budget/budget-store.ts'
import { setCaps } from '../../workers/src/budget/set-caps.ts'
import { cap, day, minute, noon } from './builders.ts'
import { type Random, random } from './random.ts'

export type Step = {
  readonly now: number
  readonly name: keyof BudgetStore
  /** Null for a read, which concerns none. */
  readonly hold: Hold | null
  ask(store: BudgetStore): Promise<unknown>
}

const zoned = setCaps(
  [
    { scope: 'key:b', window: 'hour', limit: 900, timeZone: 'Australia/Lord_Howe' },
    { scope: 'account', window: 'day', limit: 3_000, timeZone: 'Europe/Berlin' },
  ],
  noon,
)

/** Several caps on shared scopes: hard and soft, of each window, counting and forgiving what expired. */
export const capSets: readonly (readonly Cap[])[] = [
  [
    cap({ limit: 2_500 }),
    cap({ window: 'month', limit: 20_000 }),
    cap({ scope: 'key:a', window: 'hour', limit: 900 }),
  ],
  [
    cap({ limit: 2_500 }),
    cap({ scope: 'team', kind: 'soft', limit: 700 }),
    cap({ scope: 'team', limit: 1_500 }),
  ],
  [cap({ window: 'total', limit: 60_000 }), cap({ scope: 'key:c', limit: 1_200, countsExpired: false })],
  zoned,
  [],
]

/** Limits of shared scopes, and one that was changed: each kind alone and together, and one that lets nothing pass. */
const limitSets: readonly LimitTerms[] = [
  { requestsPerMinute: 9, tokensPerMinute: 3_000, concurrent: 5 },
  { requestsPerMinute: 7 },
  { scope: 'key:a', tokensPerMinute: 2_000 },
  { scope: 'key:a', concurrent: 1, requestsPerMinute: 20 },
  { scope: 'key:b', concurrent: 1 },
  { scope: 'key:b', tokensPerMinute: 400, requestsPerMinute: 4 },
  { scope: 'key:c', requestsPerMinute: 0 },
]

/** Each seed has its own, so that one store can serve them all. */
export function tenantOf(seed: number): string {
  return `tenant-of-${seed}`
}

/** `faithful`: no call costs more than was reserved for it, and an id means one hold only. */
export function schedule(seed: number, length: number, faithful: boolean): readonly Step[] {
  const dice = random(seed)
  const holds: Hold[] = []
  let now = noon
  let last: Omit<Step, 'now'> | null = null
  return Array.from({ length }, (_, index) => {
    now += dice.chance(0.02) ? dice.below(2 * day) : dice.below(minute / 4)
    // Every so often an answer is lost and the same is asked again.
    last = last && dice.chance(0.1) ? last : step({ seed, index }, dice, holds, faithful)
    return { now, ...last }
  })
}

type Place = { readonly seed: number; readonly index: number }

function step(at: Place, dice: Random, holds: Hold[], faithful: boolean): Omit<Step, 'now'> {
  const luck = dice.below(100)
  if (luck < 45 || holds.length === 0) {
    const hold =
      dice.chance(0.1) && holds.length > 0 ? repeatedHold(dice, holds, faithful) : newHold(at, dice)
    holds.push(hold)
    return { name: 'reserve', hold, ask: (store) => store.reserve(hold) }
  }
  if (luck < 50) {
    const caps = dice.pick(capSets)
    return { name: 'read', hold: null, ask: (store) => store.read(tenantOf(at.seed), caps) }
  }
  // Mostly the newest holds, sometimes any: late, closed, forgotten.
  const known = dice.chance(0.7) ? holds.at(-1 - dice.below(Math.min(4, holds.length)))! : dice.pick(holds)
  const hold = !faithful && dice.chance(0.05) ? newHold(at, dice) : known
  if (luck < 75) {
    const actual = dice.below(faithful ? hold.amount + 1 : 600)
    const usedTokens = dice.chance(0.3) ? null : dice.below(600)
    return { name: 'settle', hold, ask: (store) => store.settle(hold, actual, usedTokens) }
  }
  if (luck < 87) return { name: 'release', hold, ask: (store) => store.release(hold) }
  if (luck < 95) {
    const leaseMs = 1 + dice.below(3 * minute)
    return { name: 'renew', hold, ask: (store) => store.renew(hold, leaseMs) }
  }
  return { name: 'writeOff', hold, ask: (store) => store.writeOff(hold) }
}

function newHold({ seed, index }: Place, dice: Random): Hold {
  return {
    id: `${seed}.${index}.0`,
    tenant: tenantOf(seed),
    caps: dice.pick(capSets),
    amount: dice.below(400),
    leaseMs: 1 + dice.below(2 * minute),
    ...(dice.chance(0.5)
      ? { limitedBy: { limits: limitsOf(dice.pick(limitSets)), tokens: dice.below(600) } }
      : {}),
  }
}

function repeatedHold(dice: Random, holds: readonly Hold[], faithful: boolean): Hold {
  const hold = dice.chance(0.5) ? holds.at(-1)! : dice.pick(holds)
  if (faithful || dice.chance(0.5)) return hold
  if (dice.chance(0.5) || hold.limitedBy === undefined) return { ...hold, amount: hold.amount + 1 }
  return { ...hold, limitedBy: { ...hold.limitedBy, tokens: hold.limitedBy.tokens + 1 } }
}
