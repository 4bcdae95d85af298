/**
 * The judge's verdicts by kind of task, as this isolate has last heard of them: what `/metrics` shows, the alarm when a kind
 * falls below the level, and the offsets that its decisions are made with.
 *
 * They are kept by a store: this isolate's own, or one that all share, where verdicts of isolates that live for minutes add
 * up. Everything that is asked of a store is asked behind an answer; a decision takes what is known. A store that fails
 * costs its verdict and nothing else.
 */
import {
  countsOf,
  driftOf,
  type KindNow,
  mayGo,
  noVerdicts,
  type Privacy,
  type QualityVerdict,
  qualityStanding,
  thresholdMove,
} from '@nearside/core'
import type { SoftCapAlerts } from '../alerts/soft-cap-alerts.ts'
import type { Metrics } from '../metrics/metrics.ts'
import type { Quality } from '../options/resolve-quality.ts'
import { memoryVerdictStore } from '../verdicts/memory-verdict-store.ts'
import {
  type AddedVerdict,
  isKindName,
  type MovedThreshold,
  mostKinds,
  otherKind,
} from '../verdicts/verdict-store.ts'
import { within } from '../within/within.ts'
import { openQualityMetrics } from './quality-metrics.ts'

export type Skipped =
  | 'privacy'
  | 'not-text'
  | 'too-long'
  | 'busy'
  | 'budget'
  | 'resting'
  | 'late'
  | 'failed'
  | 'unread'
  | 'queue-failed'

/** Of whom a verdict is. Free of text. */
export type JudgedAnswer = {
  readonly id: string
  readonly at: number
  /** `unknown` where nobody judged its kind. */
  readonly task: string
  readonly tier: string
  readonly model: string
  readonly privacy: Privacy
  /** How often its kind's threshold had moved when it was given, as far as its isolate had heard. */
  readonly epoch: number
}

type WaitUntil = (work: Promise<unknown>) => void

export type QualityBook = {
  readonly terms: Quality
  /** Takes one of the places for samples under way; false where there is none. */
  begin(): boolean
  end(): void
  skipped(why: Skipped): void
  spent(amount: number): void
  judged(answer: JudgedAnswer, verdict: QualityVerdict, waitUntil: WaitUntil): void
  /** How much sooner the frontier takes over for this kind of task. */
  thresholdOffset(task: string | null): number
  epochOf(task: string): number
  /** Hears, behind this answer, what others have told a shared book, unless that was heard lately. */
  lookUp(privacy: Privacy, waitUntil: WaitUntil): void
}

export const unknownTask = 'unknown'

/** A threshold moves after dozens of verdicts: an isolate that learns of it half a minute later has missed little. */
const lookEveryMs = 30_000
/** Nobody waits for it. */
const storeMs = 2_000

export function openQualityBook(
  terms: Quality,
  now: () => number,
  { registry }: Pick<Metrics, 'registry'>,
  alerts: SoftCapAlerts | null,
): QualityBook {
  const { book: shared, tenant, thresholds, level, keepMs } = terms
  const store = shared?.store ?? memoryVerdictStore({ now })
  const kinds = new Map<string, KindNow & { readonly askedAs: number }>()
  const counted = openQualityMetrics(registry, kinds, thresholds === null ? null : offsetOf)
  let underWay = 0
  let asked = 0
  let lookAt = 0

  /** Whatever is stored, it stays between the floor and the ceiling. */
  function offsetOf({ offset }: KindNow): number {
    return thresholds === null ? 0 : Math.min(thresholds.ceiling, Math.max(thresholds.floor, offset))
  }

  /** What was asked for earlier may be answered later. */
  function heard(kind: string, said: KindNow, askedAs: number): void {
    if ((kinds.get(kind)?.askedAs ?? 0) > askedAs) return
    const { epoch, offset, below, counts } = said
    if (kinds.has(kind) || kinds.size <= mostKinds) kinds.set(kind, { epoch, offset, below, counts, askedAs })
  }

  const nameOf = (task: string): string =>
    (shared === null || isKindName(task)) && (kinds.has(task) || kinds.size < mostKinds) ? task : otherKind
  const knownOf = (task: string): KindNow | undefined => kinds.get(nameOf(task))
  const asking = <T>(question: () => Promise<T>): Promise<T> => within(question, storeMs)

  async function tell(callback: () => void | Promise<void> | undefined): Promise<void> {
    try {
      await callback()
    } catch {
      // What the host does with it cannot hurt.
      counted.callbacks.add({})
    }
  }

  async function keep(answer: JudgedAnswer, verdict: QualityVerdict, waitUntil: WaitUntil): Promise<void> {
    const { id, at, tier, model, privacy } = answer
    const { outcome, swayed, near, reference } = verdict
    const said = await added(answer, verdict)
    const task = said?.kind ?? nameOf(answer.task)
    const standing = qualityStanding((said ?? knownOf(answer.task))?.counts ?? noVerdicts)
    const moved = said?.counted ? await follow(said, privacy, waitUntil) : null
    const { onJudged, onThresholdMove, judge } = terms
    await Promise.all([
      onJudged === null
        ? null
        : tell(() =>
            onJudged({
              ...{ id, at, task, tier, model, judge: judge.model },
              ...{ outcome, swayed, near, reference, standing },
            }),
          ),
      onThresholdMove === null || moved === null ? null : tell(() => onThresholdMove(moved)),
    ])
  }

  /** Null where the store did not take it. */
  async function added(
    { task, epoch, privacy }: JudgedAnswer,
    verdict: QualityVerdict,
  ): Promise<AddedVerdict | null> {
    // It says nothing of the text; still, what may not leave leaves no trace of itself elsewhere.
    if (shared !== null && !mayGo(privacy, shared.zone)) return missed('privacy')
    // Of one's own book no one else can have moved anything, and a queue's jobs come from isolates with books of theirs.
    const since = shared === null ? (knownOf(task)?.epoch ?? 0) : epoch
    const askedAs = ++asked
    try {
      const said = await asking(() => store.add(tenant, nameOf(task), countsOf(verdict), since, terms))
      heard(said.kind, said, askedAs)
      if (!said.counted) missed('moved')
      return said
    } catch {
      return missed('failed')
    }
  }

  function missed(why: 'privacy' | 'moved' | 'failed'): null {
    counted.bookMisses.add({ why })
    return null
  }

  /** What many verdicts mean together: the alarm, and a move, each told by whoever was first to say it. */
  async function follow(
    said: AddedVerdict,
    privacy: Privacy,
    waitUntil: WaitUntil,
  ): Promise<MovedThreshold | null> {
    const { kind: task, epoch, below, counts } = said
    const drift = driftOf(counts, level)
    const isBelow = drift === 'below'
    const step = thresholds === null ? null : thresholdMove(offsetOf(said), drift, thresholds)
    if (step === null && isBelow === below) return null
    const standing = qualityStanding(counts)
    const move = step === null ? null : { ...step, task, at: now(), standing }
    const to = move === null ? { below: isBelow } : { offset: move.to }
    const askedAs = ++asked
    try {
      if (!(await asking(() => store.change(tenant, task, { from: { epoch, below }, to }, move)))) return null
    } catch {
      return missed('failed')
    }
    if (move === null) heard(task, { ...said, below: isBelow }, askedAs)
    else heard(task, { epoch: epoch + 1, offset: move.to, below: false, counts: noVerdicts }, askedAs)
    if (isBelow && !below) {
      counted.drifts.add({ task })
      alerts?.drifted({ task, level, standing, privacy }, waitUntil)
    }
    if (move !== null) counted.moves.add({ task, because: move.because })
    return move
  }

  async function look(): Promise<void> {
    const askedAs = ++asked
    try {
      const all = await asking(() => store.read(tenant, keepMs))
      const named = new Set(all.map(({ kind }) => kind))
      for (const [kind, known] of kinds) if (known.askedAs < askedAs && !named.has(kind)) kinds.delete(kind)
      for (const each of all) heard(each.kind, each, askedAs)
    } catch {
      missed('failed')
    }
  }

  return {
    terms,
    begin() {
      if (underWay >= terms.concurrent) return false
      underWay++
      return true
    },
    end() {
      underWay--
    },
    skipped: (why) => counted.skipped.add({ why }),
    spent: (amount) => counted.spent.add({}, amount),
    judged(answer, verdict, waitUntil) {
      const task = nameOf(answer.task)
      counted.verdicts.add({ task, tier: answer.tier, outcome: verdict.outcome })
      if (verdict.swayed) counted.swayed.add({ task })
      waitUntil(keep(answer, verdict, waitUntil))
    },
    thresholdOffset(task) {
      const known = kinds.get(task ?? unknownTask)
      return known === undefined ? 0 : offsetOf(known)
    },
    epochOf: (task) => knownOf(task)?.epoch ?? 0,
    lookUp(privacy, waitUntil) {
      if (shared === null || now() < lookAt || !mayGo(privacy, shared.zone)) return
      lookAt = now() + lookEveryMs
      waitUntil(look())
    },
  }
}
