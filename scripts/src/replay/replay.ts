/**
 * Decides recorded requests again, by one policy or by two, and says what would have gone where, what it would have cost and
 * spent, and what nobody can know. `decide` is pure and its inputs are in the record, so equal policies give equal plans;
 * where they do not, that is told.
 */
import { decide, type Plan } from '@nearside/core'
import { type Reading, readRecords } from '../records/read-records.ts'
import { openMeans, openTasks } from './means.ts'
import { type DecidedRecord, isDecided, isSame, type Place, placeOf, type Route } from './plans.ts'
import type { ReplayPolicy } from './policies.ts'
import { hasMoved, openReplaying, type TaskReport } from './replaying.ts'

export type Move = {
  readonly from: Place
  readonly to: Place
  readonly requests: number
}

export type Decisions = {
  readonly routes: readonly (Route & { readonly requests: number })[]
  readonly tasks: readonly TaskReport[]
}

export type PolicyReport = Decisions & {
  readonly name: string
  readonly hash: string
  /** From where the records went, to where this policy sends them. */
  readonly moves: readonly Move[]
  /** Records that this very policy had decided, and how many of their plans came out otherwise. */
  readonly own: number
  readonly mismatches: number
  readonly firstMismatches: readonly { readonly line: number; readonly id: string }[]
}

export type ReplayReport = Reading & {
  readonly decided: number
  /** Given again out of what was kept, and refused before anything was decided. */
  readonly answeredAgain: number
  readonly undecided: number
  readonly recorded: Decisions
  readonly policies: readonly PolicyReport[]
  /** From the first policy to the second; null where there is one. */
  readonly between: readonly Move[] | null
}

export type ReplayTerms = {
  readonly records: string
  readonly policies: readonly ReplayPolicy[]
  readonly strict: boolean
}

const fewMismatches = 5

export async function replay({ records, policies, strict }: ReplayTerms): Promise<ReplayReport> {
  const taskOf = openTasks()
  const means = openMeans(taskOf)
  const recorded = openReplaying(taskOf)
  const replayed = policies.map((policy) => openPolicyReplay(policy, taskOf))
  const between = openMoves()
  let decided = 0
  let answeredAgain = 0

  const reading = await readRecords(records, { strict }, (record, line) => {
    if (record.replayOf !== null) answeredAgain++
    if (!isDecided(record)) return
    decided++
    means.add(record)
    recorded.add(record, record.plan, null)
    const [one, other] = replayed.map((each) => each.add(record, line))
    if (one !== undefined && other !== undefined) between.add(one, other)
  })

  return {
    ...reading,
    decided,
    answeredAgain,
    undecided: reading.records - decided - answeredAgain,
    recorded: recorded.finish(means),
    policies: replayed.map((each) => ({ ...each.told(), ...each.replaying.finish(means) })),
    between: policies.length < 2 ? null : between.told(),
  }
}

function openPolicyReplay(given: ReplayPolicy, taskOf: (record: DecidedRecord) => string) {
  const replaying = openReplaying(taskOf)
  const moves = openMoves()
  const firstMismatches: { line: number; id: string }[] = []
  let own = 0
  let mismatches = 0
  return {
    replaying,
    add(record: DecidedRecord, line: number): Plan {
      const { policy, same } = given.forRecord(record)
      const { signals, wishes, field, traffic = null, budget = null } = record
      const now = decide(signals, wishes, policy, field, traffic, budget)
      if (same) own++
      if (same && !isSame(now, record.plan)) {
        mismatches++
        if (firstMismatches.length < fewMismatches) firstMismatches.push({ line, id: record.id })
      }
      moves.add(record.plan, now)
      replaying.add(record, now, policy)
      return now
    },
    told: () => ({
      name: given.name,
      hash: given.hash,
      moves: moves.told(),
      own,
      mismatches,
      firstMismatches,
    }),
  }
}

function openMoves() {
  const moves = new Map<string, { from: Place; to: Place; requests: number }>()
  return {
    add(before: Plan, now: Plan): void {
      if (!hasMoved(now, before)) return
      const [from, to] = [placeOf(before), placeOf(now)]
      const move = moves.get(`${from} ${to}`)
      if (move === undefined) moves.set(`${from} ${to}`, { from, to, requests: 1 })
      else move.requests++
    },
    told: (): readonly Move[] => [...moves.values()].toSorted((a, b) => b.requests - a.requests),
  }
}
