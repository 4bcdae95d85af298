/**
 * What answers have taken, as the records say: the output of each kind of task and target, and the joules that nodes told.
 *
 * An answer that nobody gave has to be estimated. What is nearest to it counts: answers of the same target to the same kind of
 * task, else of its tier, else any answer to that kind of task, else any at all.
 */
import type { TierName } from '@nearside/core'
import type { DecidedRecord } from './plans.ts'

/** A sum of whole numbers, or of joules, and of how many. */
export type Mean = { sum: number; count: number }

export type Kind = { readonly task: string; readonly target: string; readonly tier: TierName }

export type Means = {
  add(record: DecidedRecord): void
  /** Null where no answer is known at all. */
  outputTokensOf(kind: Kind): Mean | null
  /** Null where that target has never told. */
  joulesOf(kind: Kind): Mean | null
}

const noTask = 'unknown'

/** A judge of the host's own may name any kind: what is beyond so many is counted together. */
const mostTasks = 64

export function openTasks(): (record: DecidedRecord) => string {
  const names = new Set<string>()
  return ({ signals: { task } }) => {
    const name = task ?? noTask
    if (!names.has(name) && names.size >= mostTasks) return 'other kinds'
    names.add(name)
    return name
  }
}

export function openMeans(taskOf: (record: DecidedRecord) => string): Means {
  const outputs = new Map<string, Mean>()
  const joules = new Map<string, Mean>()
  return {
    add(record) {
      const task = taskOf(record)
      const { served, usage, judged = [] } = record
      if (served !== null && usage !== null && record.outcome === 'answered' && served.tier !== 'edge') {
        const value = Math.max(0, Math.ceil(usage.outputTokens))
        for (const key of outputKeys({ task, ...served })) note(outputs, key, value)
      }
      if (served !== null && record.joules !== null) {
        for (const key of jouleKeys({ task, ...served })) note(joules, key, record.joules)
      }
      for (const step of judged) {
        if (step.joules === null || isServed(step.target, record)) continue
        for (const key of jouleKeys({ task, ...step })) note(joules, key, step.joules)
      }
    },
    outputTokensOf: (kind) => firstOf(outputs, outputKeys(kind)),
    joulesOf: (kind) => firstOf(joules, jouleKeys(kind)),
  }
}

/** What a record itself tells of its energy: that of the answer served, and of answers that were looked at and given up. */
export function recordedJoules(record: DecidedRecord): number | null {
  let sum = record.joules
  for (const { target, joules } of record.judged ?? []) {
    if (joules !== null && !isServed(target, record)) sum = (sum ?? 0) + joules
  }
  return sum
}

/** Its joules stand in the record, and are not counted a second time. */
function isServed(target: string, { served, joules }: DecidedRecord): boolean {
  return joules !== null && served?.target === target
}

function outputKeys({ task, target, tier }: Kind): readonly string[] {
  return [`${task} target ${target}`, `${task} tier ${tier}`, `${task} any`, 'any']
}

function jouleKeys({ task, target }: Kind): readonly string[] {
  return [`${task} target ${target}`, `target ${target}`]
}

function note(means: Map<string, Mean>, key: string, value: number): void {
  const mean = means.get(key)
  if (mean === undefined) means.set(key, { sum: value, count: 1 })
  else {
    mean.sum += value
    mean.count++
  }
}

function firstOf(means: ReadonlyMap<string, Mean>, keys: readonly string[]): Mean | null {
  for (const key of keys) {
    const mean = means.get(key)
    if (mean !== undefined) return mean
  }
  return null
}
