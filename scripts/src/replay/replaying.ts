/**
 * The decisions of one policy over all records: where requests go, what that costs and spends, and how much of it is known.
 *
 * What would have been carried out as it was has its recorded charge. A call that was made has its recorded usage. All others are
 * estimated, and said to be; what nothing tells is unknown, and has bounds where there are any.
 */
import type { Plan, Policy, TargetView } from '@nearside/core'
import { openEscalations, wouldEscalate } from './escalations.ts'
import { type Expected, knownCost, openExpectedCalls } from './expected-cost.ts'
import { type Means, recordedJoules } from './means.ts'
import {
  type DecidedRecord,
  isCarriedOutAlike,
  isSame,
  type Place,
  placeOf,
  type Route,
  routeOf,
} from './plans.ts'

export type Basis = 'recorded' | 'known' | 'estimated' | 'unknown'

export type TaskReport = {
  readonly task: string
  readonly requests: number
  readonly moved: number
  readonly places: Readonly<Partial<Record<Place, number>>>
  readonly basis: Readonly<Record<Basis, number>>
  /** Nano-dollars: what is certain, and what is estimated, between two bounds where something is unknown. */
  readonly certain: bigint
  readonly estimatedLeast: bigint
  readonly estimatedMost: bigint
  /** Charges that the gateway itself had to estimate, or could not be sure of. */
  readonly inexactCharges: number
  readonly joules: number
  readonly estimatedJoules: number
  /** Requests or calls of whose energy nothing is known. */
  readonly withoutJoules: number
}

export type Replaying = {
  add(record: DecidedRecord, now: Plan, policy: Policy | null): void
  finish(means: Means): {
    readonly routes: readonly (Route & { readonly requests: number })[]
    readonly tasks: readonly TaskReport[]
  }
}

type Sums = {
  requests: number
  moved: number
  places: Partial<Record<Place, number>>
  basis: Record<Basis, number>
  /** Requests whose cost hangs on whether a near answer stands. */
  conditional: Map<Place, number>
  certain: bigint
  inexactCharges: number
  joules: number
  withoutJoules: number
}

export function openReplaying(taskOf: (record: DecidedRecord) => string): Replaying {
  const routes = new Map<string, Route & { requests: number }>()
  const tasks = new Map<string, Sums>()
  const expected = openExpectedCalls()
  const escalations = openEscalations()

  return {
    add(record, now, policy) {
      const task = taskOf(record)
      const route = routeOf(now)
      const key = `${route.place} ${route.reason} ${route.strategy}`
      const counted = routes.get(key)
      if (counted === undefined) routes.set(key, { ...route, requests: 1 })
      else counted.requests++

      const sums = tasks.get(task) ?? noSums()
      tasks.set(task, sums)
      sums.requests++
      sums.places[route.place] = (sums.places[route.place] ?? 0) + 1
      if (hasMoved(now, record.plan)) sums.moved++
      if (policy !== null) escalations.add(record, task, policy)
      if (isCarriedOutAlike(now, record)) asRecorded(record, sums)
      else otherwise(record, now, policy, task, sums)
    },
    finish(means) {
      const sumOf = expected.sum(means, escalations.shareOf)
      return {
        routes: [...routes.values()].toSorted((a, b) => b.requests - a.requests),
        tasks: [...tasks]
          .map(([task, sums]) =>
            taskReport(
              task,
              sums,
              sumOf.get(task) ?? nothing,
              (place) => escalations.shareOf(place, task) !== null,
            ),
          )
          .toSorted((a, b) => b.requests - a.requests),
      }
    },
  }

  function otherwise(
    record: DecidedRecord,
    now: Plan,
    policy: Policy | null,
    task: string,
    sums: Sums,
  ): void {
    if (now.kind === 'refuse') {
      sums.basis.known++
      return
    }
    const { calls, condition } = callsOf(now, record, policy)
    let isKnown = true
    for (const { target, when } of calls) {
      const isItsAnswer = when === 'always' && record.served?.target === target.name && record.usage !== null
      if (isItsAnswer && record.usage !== null) {
        sums.certain += BigInt(knownCost(target, record.usage))
        if (record.joules === null) sums.withoutJoules++
        else sums.joules += record.joules
        continue
      }
      if (target.price !== null) isKnown = false
      expected.add({ task, target, promptTokens: promptOf(record), condition: when })
    }
    if (isKnown) sums.basis.known++
    else if (condition === null) sums.basis.estimated++
    else sums.conditional.set(condition, (sums.conditional.get(condition) ?? 0) + 1)
  }
}

/** Another place, or another model or target of the same one. */
export function hasMoved(now: Plan, before: Plan): boolean {
  if (placeOf(now) !== placeOf(before)) return true
  return now.kind === 'serve' && before.kind === 'serve' && !isSame(now.steps, before.steps)
}

type Called = { readonly target: TargetView; readonly when: 'always' | Place }

/** Who is asked, and on which condition; null where there is none, or the record itself says what comes of it. */
function callsOf(
  now: Plan & { readonly kind: 'serve' },
  record: DecidedRecord,
  policy: Policy | null,
): { readonly calls: readonly Called[]; readonly condition: Place | null } {
  const [near, better] = now.steps.map(({ target }) => record.field.find(({ name }) => name === target))
  const asked = (target: TargetView | undefined, when: Called['when'] = 'always'): readonly Called[] =>
    target === undefined ? [] : [{ target, when }]
  const place = placeOf(now)
  if (now.check === undefined) return { calls: asked(near), condition: null }
  if (place === 'local and frontier') return { calls: [...asked(near), ...asked(better)], condition: null }
  if (now.check.kind === 'supervised') {
    const { supervisor } = now.check
    const at = record.field.find(({ name }) => name === supervisor?.target)
    return { calls: [...asked(near), ...asked(at, place)], condition: place }
  }
  // How many questions its supervisor would write for the pieces no record tells.
  if (now.check.kind === 'map-reduce')
    return { calls: [...asked(near), ...asked(better, place)], condition: place }
  const looks = now.check.kind === 'consistency' ? [...asked(near), ...asked(near)] : asked(near)
  const told = policy === null ? null : wouldEscalate(record, now.check.kind, policy)
  if (told === null) return { calls: [...looks, ...asked(better, place)], condition: place }
  return { calls: told ? [...looks, ...asked(better)] : looks, condition: null }
}

function asRecorded(record: DecidedRecord, sums: Sums): void {
  sums.basis.recorded++
  if (record.charge !== null) {
    sums.certain += BigInt(record.charge.amount)
    if (record.charge.flag !== null) sums.inexactCharges++
  }
  const joules = recordedJoules(record)
  if (joules !== null) sums.joules += joules
  else if (record.served !== null && record.served.tier !== 'edge') sums.withoutJoules++
}

/** As its model counted it, where one did; else the gateway's own count, which is pessimistic. */
function promptOf({ usage, served, signals }: DecidedRecord): number {
  const counted = usage !== null && served !== null && served.tier !== 'edge' ? usage.promptTokens : null
  return Math.max(0, Math.ceil(counted ?? signals.promptTokens))
}

function taskReport(
  task: string,
  sums: Sums,
  expected: Expected,
  isTold: (place: Place) => boolean,
): TaskReport {
  const { conditional, joules, withoutJoules, ...own } = sums
  const basis = { ...sums.basis }
  for (const [place, requests] of conditional) basis[isTold(place) ? 'estimated' : 'unknown'] += requests
  // Any answer's length would have done: there is none.
  if (expected.withoutLength > 0) {
    basis.unknown += basis.estimated
    basis.estimated = 0
  }
  return {
    task,
    ...own,
    basis,
    estimatedLeast: expected.least,
    estimatedMost: expected.most,
    joules,
    estimatedJoules: expected.joules,
    withoutJoules: withoutJoules + expected.withoutJoules,
  }
}

const nothing: Expected = { least: 0n, most: 0n, joules: 0, withoutJoules: 0, withoutLength: 0 }

function noSums(): Sums {
  return {
    requests: 0,
    moved: 0,
    places: {},
    basis: { recorded: 0, known: 0, estimated: 0, unknown: 0 },
    conditional: new Map(),
    certain: 0n,
    inexactCharges: 0,
    joules: 0,
    withoutJoules: 0,
  }
}
