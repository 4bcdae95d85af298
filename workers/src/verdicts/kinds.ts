/** The rules of a book over rows that are read and written at once: in the memory of a process, and in that of an object. */
import {
  type KeepTerms,
  type KeptKind,
  type KindChange,
  keptKind,
  kindNow,
  newKind,
  type VerdictCounts,
  withChange,
  withVerdict,
} from '@nearside/core'
import {
  type AddedVerdict,
  type KindHeard,
  type MovedThreshold,
  mostKinds,
  mostMoves,
  otherKind,
} from './verdict-store.ts'

export type Rows = {
  get(kind: string): KeptKind | null
  put(kind: string, kept: KeptKind): void
  remove(kind: string): void
  all(): readonly (readonly [kind: string, kept: KeptKind])[]
  moves(): readonly MovedThreshold[]
  putMoves(moves: readonly MovedThreshold[]): void
}

export function addTo(
  rows: Rows,
  wanted: string,
  verdict: VerdictCounts,
  epoch: number,
  terms: KeepTerms,
  now: number,
): AddedVerdict {
  const kind = placeFor(rows, wanted, terms.keepMs, now)
  const kept = keptKind(rows.get(kind), terms.keepMs, now) ?? newKind
  const after = withVerdict(kept, verdict, epoch, terms, now)
  if (after === null) return { kind, counted: false, ...kindNow(kept) }
  rows.put(kind, after)
  return { kind, counted: true, ...kindNow(after) }
}

export function changeIn(rows: Rows, kind: string, change: KindChange, move: MovedThreshold | null): boolean {
  const kept = rows.get(kind)
  const after = kept === null ? null : withChange(kept, change)
  if (after === null) return false
  rows.put(kind, after)
  if (move !== null) rows.putMoves([...rows.moves(), move].slice(-mostMoves))
  return true
}

export function readAll(rows: Rows, keepMs: number, now: number): readonly KindHeard[] {
  return rows
    .all()
    .filter(([, kept]) => keptKind(kept, keepMs, now) !== null)
    .map(([kind, kept]) => ({ kind, ...kindNow(kept) }))
}

/** Its own where it has one or there is room. */
function placeFor(rows: Rows, kind: string, keepMs: number, now: number): string {
  if (kind === otherKind || rows.get(kind) !== null) return kind
  const gone = rows.all().filter(([, kept]) => keptKind(kept, keepMs, now) === null)
  for (const [name] of gone) rows.remove(name)
  return rows.all().length < mostKinds ? kind : otherKind
}
