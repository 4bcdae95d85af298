/**
 * One request whose document is read in pieces: what of it may be shown to whom, what was asked and found so far, and what it took.
 *
 * Where the text is redacted before it leaves, the pieces are cut from what redaction left, for whoever reads them: so nothing that is
 * made of them, by however many models, can bring back what was taken out. What stays on the premises in the end is given the values again.
 */
import {
  type Chunk,
  chunkText,
  type Errand,
  type FoundDocument,
  findDocument,
  type Inspection,
  type JsonObject,
  type MapReducePolicy,
  type MapReduceReport,
  noUsage,
  outlineOf,
  type Passage,
  restoreText,
  type StepRecord,
  type Target,
  type Usage,
} from '@nearside/core'
import type { Call } from '../call/call.ts'
import type { Desk } from '../desk/desk.ts'
import type { Purse } from '../purse/purse.ts'
import type { Served } from '../run/served.ts'
import type { splitAlarm } from '../run/split-alarm.ts'

export type Reading = {
  readonly call: Call
  readonly plan: Served['plan']
  readonly purse: Purse
  readonly desk: Desk
  readonly alarms: ReturnType<typeof splitAlarm>
  readonly policy: MapReducePolicy
  /** As whoever reads it is shown it. */
  readonly found: FoundDocument
  /** The caller's body, as it may be shown. */
  readonly body: JsonObject
  readonly chunks: readonly Chunk[]
  readonly redaction: Inspection['redaction']
  readonly passages: Passage[]
  readonly done: Set<string>
  /** Who failed at a piece. */
  readonly troubled: Set<string>
  readonly steps: StepRecord[]
  readonly counts: {
    plannedBy: MapReduceReport['plannedBy']
    asked: number
    found: number
    abstained: number
    unanswered: number
    left: number
    rounds: number
    attempts: number
    /** Holds are named by it. */
    position: number
  }
  usage: Usage
  /** When the pieces have been read as far as they are. */
  readonly readUntil: number
  readonly endsAt: number
}

/** Null where the request brings no document after all. */
export function openReading(
  call: Call,
  plan: Served['plan'],
  targets: readonly Target[],
  nearMs: number | null,
  { purse, desk, alarms }: Pick<Reading, 'purse' | 'desk' | 'alarms'>,
): Reading | null {
  const policy = desk.options.policy.mapReduce
  const leaves = targets.some(({ zone }) => isProvider(zone))
  const redaction = leaves ? (call.inspection?.redaction ?? null) : null
  const request = redaction?.request ?? call.request
  const found = findDocument(request)
  if (found === null) return null
  const { totalMs } = desk.options.deadlines
  return {
    call,
    plan,
    purse,
    desk,
    alarms,
    policy,
    found,
    body: request.body,
    chunks: chunkText(found.document, policy),
    redaction,
    passages: [],
    done: new Set(),
    troubled: new Set(),
    steps: [],
    counts: {
      plannedBy: 'task',
      asked: 0,
      found: 0,
      abstained: 0,
      unanswered: 0,
      left: 0,
      rounds: 0,
      attempts: 0,
      position: plan.steps.length + plan.fallbacks.length,
    },
    usage: noUsage,
    // Whoever sums up keeps a third of what there is.
    readUntil: call.at + Math.min(nearMs ?? totalMs, Math.round((totalMs * 2) / 3)),
    endsAt: call.at + totalMs,
  }
}

export function isProvider(zone: string): boolean {
  return zone.startsWith('provider:')
}

/** The same for a model on the premises that sums up: with the values in their places. */
export function withValues(reading: Reading, text: string): string {
  return reading.redaction === null ? text : restoreText(reading.redaction.key, text)
}

export function outlineFor({ found, chunks, policy, call }: Reading): string {
  const sensitive = call.wishes.privacy.level === 'sensitive'
  return outlineOf(found.document, chunks, sensitive ? 'sizes' : policy.outline)
}

export function pieceOf({ found, chunks }: Reading, { chunk }: Errand): Chunk & { readonly text: string } {
  const piece = chunks[chunk - 1] as Chunk
  return { ...piece, text: found.document.slice(piece.readFrom, piece.end) }
}

export function reportOf(
  { counts, chunks }: Reading,
  cited: ReadonlySet<number>,
  citationsRemoved: number,
): MapReduceReport {
  const { plannedBy, asked, found, abstained, unanswered, left, rounds } = counts
  return {
    plannedBy,
    chunks: chunks.length,
    asked,
    found,
    abstained,
    unanswered,
    left,
    rounds,
    cited: chunks
      .filter(({ id }) => cited.has(id))
      .map(({ id, start, end }) => ({ id: `c${id}`, start, end })),
    citationsRemoved,
  }
}

export function plus(one: Usage, other: Usage | null): Usage {
  if (other === null) return one
  return {
    promptTokens: one.promptTokens + other.promptTokens,
    outputTokens: one.outputTokens + other.outputTokens,
    cachedTokens: one.cachedTokens + other.cachedTokens,
    reasoningTokens: one.reasoningTokens + other.reasoningTokens,
  }
}
