/**
 * How often a near answer that is looked at first would not have stood, by what records say of answers that were.
 *
 * An answer that was judged under one bar is judged again under another: its confidence is in the record, comparable as it was then.
 * Where nobody ever judged an answer, nothing tells, and nothing is guessed.
 */
import type { Policy, StepRecord } from '@nearside/core'
import type { DecidedRecord, Place } from './plans.ts'

export type Share = { escalated: number; judged: number }

export type Escalations = {
  add(record: DecidedRecord, task: string, policy: Policy): void
  /** Of the kind of task, or of all where it has too few; null where nothing tells. */
  shareOf(place: Place, task: string): Share | null
}

/** Fewer verdicts than these are an anecdote. */
const fewestJudged = 20

export function openEscalations(): Escalations {
  const shares = new Map<string, Share>()
  const note = (key: string, escalated: boolean): void => {
    const share = shares.get(key) ?? { escalated: 0, judged: 0 }
    share.judged++
    if (escalated) share.escalated++
    shares.set(key, share)
  }
  return {
    add(record, task, policy) {
      for (const kind of ['cascade', 'consistency'] as const) {
        const escalated = wouldEscalate(record, kind, policy)
        if (escalated === null) continue
        note(`${kind} ${task}`, escalated)
        note(kind, escalated)
      }
    },
    shareOf(place, task) {
      // When a supervisor speaks is a matter of the whole session, and what is asked of pieces one of the document: no record tells.
      if (place === 'supervised' || place === 'in pieces') return null
      const kind = kindOf(place)
      return [shares.get(`${kind} ${task}`), shares.get(kind)].find(enough) ?? null
    },
  }
}

/** Whether this very request's near answer would stand; null where the record does not tell. */
export function wouldEscalate(
  { judged = [], signals: { task } }: DecidedRecord,
  kind: 'cascade' | 'consistency',
  policy: Policy,
): boolean | null {
  for (const step of judged) {
    const told = kind === 'cascade' ? unsure(step, task, policy) : differs(step, policy.consistency.alikeFrom)
    if (told !== null) return told
  }
  return null
}

/** A fault has taken the confidence down already, where it was noted. */
function unsure({ tier, outcome, confidence, faults }: StepRecord, task: string | null, policy: Policy) {
  if (tier !== 'local' || (outcome !== 'served' && outcome !== 'unsure')) return null
  const { bar, bars, whenUntold } = policy.cascade
  const its = task !== null && Object.hasOwn(bars, task) ? (bars[task] ?? bar) : bar
  return confidence === null ? whenUntold === 'escalate' || faults.length > 0 : confidence < its
}

function differs({ outcome, agreement }: StepRecord, alikeFrom: number): boolean | null {
  if (outcome !== 'agreed' && outcome !== 'differed') return null
  return agreement === undefined ? outcome === 'differed' : agreement < alikeFrom
}

function kindOf(place: Place): 'cascade' | 'consistency' {
  return place === 'local, then frontier' ? 'cascade' : 'consistency'
}

function enough(share: Share | undefined): boolean {
  return share !== undefined && share.judged >= fewestJudged
}
