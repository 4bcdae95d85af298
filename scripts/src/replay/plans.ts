/** Plans as they are counted and compared: where each one goes, and whether two of them are the same. */
import type { Plan, RequestRecord } from '@nearside/core'

export const places = [
  'edge',
  'local',
  'local, then frontier',
  'local and frontier',
  'supervised',
  'in pieces',
  'frontier',
  'refused',
] as const
export type Place = (typeof places)[number]

export type Route = { readonly place: Place; readonly reason: string; readonly strategy: string }

/** A record of a request that was decided. */
export type DecidedRecord = RequestRecord & {
  readonly [field in 'wishes' | 'signals' | 'field' | 'plan']: NonNullable<RequestRecord[field]>
}

/** What was refused before it was decided, or answered out of what was kept, has no decision to make again. */
export function isDecided(record: RequestRecord): record is DecidedRecord {
  const { wishes, signals, field, plan, replayOf } = record
  return replayOf === null && wishes !== null && signals !== null && field !== null && plan !== null
}

export function placeOf(plan: Plan): Place {
  if (plan.kind === 'refuse') return 'refused'
  if (plan.check === undefined) return plan.steps[0].tier
  if (plan.check.kind === 'supervised') return 'supervised'
  if (plan.check.kind === 'map-reduce') return 'in pieces'
  const both = plan.check.kind === 'consistency' && plan.check.way === 'side-by-side'
  return both ? 'local and frontier' : 'local, then frontier'
}

export function routeOf(plan: Plan): Route {
  const reason = plan.kind === 'serve' ? plan.reason : plan.refusal
  return { place: placeOf(plan), reason, strategy: plan.strategy }
}

/** By value, whatever the order of the fields; a field that is undefined is none. */
export function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false
  if (Array.isArray(one) !== Array.isArray(other)) return false
  const [a, b] = [one as Readonly<Record<string, unknown>>, other as Readonly<Record<string, unknown>>]
  let fields = 0
  for (const name in a) {
    if (a[name] === undefined) continue
    fields++
    if (!isSame(a[name], b[name])) return false
  }
  for (const name in b) if (b[name] !== undefined) fields--
  return fields === 0
}

/**
 * Whether a request would have been carried out as it was: the same are asked in the same way, and where somebody further
 * behind served it, that one stands behind here too.
 */
export function isCarriedOutAlike(now: Plan, { plan, served }: DecidedRecord): boolean {
  if (now.kind === 'refuse' || plan.kind === 'refuse') return now.kind === plan.kind
  if (!isSame(now.steps, plan.steps) || !isSame(now.check, plan.check)) return false
  if (served === null || isSame(now.fallbacks, plan.fallbacks)) return true
  return [...now.steps, ...now.fallbacks].some(({ target }) => target === served.target)
}
